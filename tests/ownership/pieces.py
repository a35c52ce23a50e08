"""The texts that an expression of a module can be, so that statements which are put together can be read.

Every value that a piece can have is followed through its module: assignments, loops, what functions there return, and
the arguments of the calls there.
"""

import ast
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import getitem

_Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# A statement of more forms than this is one that cannot be checked.
_MOST = 200


class UnknownPieceError(AssertionError):
    """A statement holds a piece whose values the module does not show."""


@dataclass
class Pieces:
    """Follows the pieces of a module's statements.

    Attributes:
        values: the module's globals.
    """

    module: str
    tree: ast.Module
    values: Mapping[str, object]
    _open: list[tuple[_Function, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._functions = [node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS)]
        self._parents = {id(child): node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def of(self, node: ast.expr) -> set[str]:  # noqa: C901, PLR0911 - a case for each kind of expression
        """Every text that an expression can be."""
        match node:
            case ast.Constant(value=value):
                return {str(value)}
            case ast.JoinedStr(values=parts):
                return self._together(parts)
            case ast.FormattedValue(value=value, format_spec=None):
                return self.of(value)
            case ast.FormattedValue():
                return {"20260101"}  # a date within a name
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._together([left, right])
            case ast.IfExp(body=body, orelse=orelse):
                return self.of(body) | self.of(orelse)
            case ast.BoolOp(values=either):
                return set().union(*map(self.of, either))
            case ast.Name(id=name):
                return self._named(name, node)
            case ast.Subscript(value=ast.Name(id=name)):
                return self._every_value(self.values.get(name), node)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(between)), attr="join"), args=[many]):
                return {between.join(self._all(many))}
            case ast.Call(func=ast.Name(id=name)):
                return self._returned(name, node)
            case ast.Attribute(attr=name):
                # of an import: `entry.WANTED_ENGINES`
                return self._every_value(self._evaluated(node), node)
        raise self._unknown(node)

    def _together(self, parts: list[ast.expr]) -> set[str]:
        every = [sorted(self.of(part)) for part in parts]
        if math.prod(map(len, every)) > _MOST:
            raise self._unknown(parts[0])
        return {"".join(each) for each in itertools.product(*every)}

    def _all(self, node: ast.expr) -> list[str]:
        """The texts of a list or a generator, all of them at once."""
        match node:
            case ast.List(elts=each) | ast.Tuple(elts=each):
                return [text for one in each for text in sorted(self.of(one))]
            case ast.GeneratorExp(elt=each) | ast.ListComp(elt=each):
                return sorted(self.of(each))
            case ast.Name(id=name) if isinstance(value := self.values.get(name), (tuple, list)):
                return [str(each) for each in value]
            case ast.Name(id=name):
                # a list that grows: its first form, and whatever is appended
                return sorted(self._named(name, node) | self._appended(name, node))
        raise self._unknown(node)

    def _named(self, name: str, node: ast.AST) -> set[str]:
        scope = self._around(node)
        while scope is not None:
            found = self._assigned(name, scope)
            if found is None and name in _parameters(scope):
                found = self._given(name, scope)
            if found is not None:
                return found
            scope = self._around(scope)
        if name in self.values:
            return self._every_value(self.values[name], node)
        raise self._unknown(node)

    def _assigned(self, name: str, scope: ast.AST) -> set[str] | None:
        """What a local name can be; None when the scope does not make it."""
        found: set[str] | None = None
        for node in ast.walk(scope):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    found = (found or set()) | self._value(value)
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                    found = (found or set()) | self._value(value)
                case ast.For(target=target, iter=many) | ast.comprehension(target=target, iter=many):
                    place = _place(target, name)
                    if place is not None:
                        found = (found or set()) | self._looped(many, place)
        return found

    def _value(self, node: ast.expr) -> set[str]:
        return set(self._all(node)) if isinstance(node, (ast.List, ast.Tuple, ast.ListComp)) else self.of(node)

    def _looped(self, many: ast.expr, place: tuple[int, ...]) -> set[str]:
        value = self._evaluated(many)
        found = set()
        if not isinstance(value, Iterable):
            raise self._unknown(many)
        for each in value:
            found.add(str(reduce(getitem, place, each)))
        return found

    def _evaluated(self, node: ast.expr) -> object:
        """An expression of globals alone."""
        try:
            return eval(compile(ast.Expression(node), "<piece>", "eval"), dict(self.values))  # noqa: S307 - our source
        except Exception as error:
            raise self._unknown(node) from error

    def _appended(self, name: str, node: ast.AST) -> set[str]:
        scope = self._around(node)
        calls = [
            call.args[0]
            for call in ast.walk(scope or self.tree)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "append"
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == name
        ]
        return set().union(*map(self.of, calls))

    def _given(self, name: str, function: _Function) -> set[str]:
        """What the calls in this module pass for a parameter."""
        if (function, name) in self._open:
            return set()
        self._open.append((function, name))
        try:
            found: set[str] = set()
            for call in ast.walk(self.tree):
                if isinstance(call, ast.Call) and _called(call) == function.name:
                    found |= self._argument(call, name, function)
        finally:
            self._open.pop()
        if not found and not self._open:
            message = f"{self.module}:{function.lineno}: no call here shows what {name} of {function.name} is"
            raise UnknownPieceError(message)
        return found

    def _argument(self, call: ast.Call, name: str, function: _Function) -> set[str]:
        names = [each for each in _parameters(function) if each != "self"]
        for keyword in call.keywords:
            if keyword.arg == name:
                return self.of(keyword.value)
        if name in names and names.index(name) < len(call.args):
            return self.of(call.args[names.index(name)])
        return set()

    def _returned(self, name: str, node: ast.Call) -> set[str]:
        functions = [each for each in self._functions if each.name == name]
        found = [
            back.value
            for function in functions
            for back in ast.walk(function)
            if isinstance(back, ast.Return) and back.value is not None
        ]
        if not found:
            raise self._unknown(node)
        return set().union(*map(self.of, found))

    def _every_value(self, value: object, node: ast.AST) -> set[str]:
        match value:
            case str():
                return {value}
            case Mapping():
                return {str(each) for each in value.values()}
            case int():
                return {str(value)}
        raise self._unknown(node)

    def _around(self, node: ast.AST) -> _Function | None:
        parent = self._parents.get(id(node))
        while parent is not None and not isinstance(parent, FUNCTIONS):
            parent = self._parents.get(id(parent))
        return parent

    def _unknown(self, node: ast.AST) -> UnknownPieceError:
        line = getattr(node, "lineno", "?")
        return UnknownPieceError(
            f"{self.module}:{line}: what is {ast.unparse(node)}? Say it so that it can be followed"
        )


def _parameters(function: _Function) -> list[str]:
    arguments = function.args
    return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _place(target: ast.expr, name: str) -> tuple[int, ...] | None:
    """Where a loop's target holds a name: () for itself, (1,) for the second of a pair."""
    if isinstance(target, ast.Name):
        return () if target.id == name else None
    if isinstance(target, ast.Tuple):
        for index, each in enumerate(target.elts):
            inner = _place(each, name)
            if inner is not None:
                return (index, *inner)
    return None


def _called(call: ast.Call) -> str:
    return (
        call.func.attr
        if isinstance(call.func, ast.Attribute)
        else call.func.id
        if isinstance(call.func, ast.Name)
        else ""
    )
