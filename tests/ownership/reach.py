"""Which service runs which definition: what its own modules name, and what that names in the libraries."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache

from tests.ownership.spelling import modules, package_of

Definition = tuple[str, str]
# What endpoints of a service are to call: it has the rights already, and they are tested.
_TO_COME: Mapping[str, tuple[Definition, ...]] = {
    "order-api": (
        ("answerlens_orders.diagnoses.run", "open_diagnosis"),
        ("answerlens_orders.diagnoses.run", "cancel_diagnosis"),
        ("answerlens_orders.diagnoses.read", "read_diagnosis"),
        ("answerlens_orders.diagnoses.read", "read_answers"),
    )
}


@cache
def reached(service: str) -> frozenset[Definition]:
    """Every definition, as (module, name at its top level), that a service's process may run."""
    waiting = [(module, name) for module in modules() if package_of(module) == service for name in _definitions(module)]
    waiting += _TO_COME.get(service, ())
    found: set[Definition] = set()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _named_by(one)
    return frozenset(found)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


@cache
def _definitions(module: str) -> dict[str, list[ast.stmt]]:
    """The statements at a module's top level, by the name that each gives."""
    found: dict[str, list[ast.stmt]] = {}
    for node in _tree(module).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.setdefault(name, []).append(node)
            case ast.Assign(targets=targets):
                for target in targets:
                    for each in ast.walk(target):
                        if isinstance(each, ast.Name):
                            found.setdefault(each.id, []).append(node)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.setdefault(name, []).append(node)
            case ast.Import() | ast.ImportFrom():
                pass
            case _:
                found.setdefault("__main__", []).append(node)
    return found


@cache
def _imports(module: str) -> dict[str, Definition]:
    """What a module's imports call by which name; a whole module is (its name, "")."""
    found: dict[str, Definition] = {}
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                found[each.asname or each.name] = (inner, "") if inner in modules() else (node.module, each.name)
    return {name: one for name, one in found.items() if one[0] in modules()}


def _named_by(one: Definition) -> Iterator[Definition]:
    module, name = one
    imports = _imports(module)
    if name in imports:  # a package that gives on what a module of it defines
        yield imports[name]
    for statement in _definitions(module).get(name, ()):
        for node in ast.walk(statement):
            match node:
                case ast.Attribute(value=ast.Name(id=outer), attr=inner) if outer in imports:
                    yield imports[outer] if imports[outer][1] else (imports[outer][0], inner)
                case ast.Name(id=used) if used in imports:
                    yield imports[used]
                case ast.Name(id=used) if used in _definitions(module):
                    yield (module, used)
