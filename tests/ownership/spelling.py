"""The SQL that the sources send, spelt out.

A statement is often put together: of constants, of pieces that another function returns, of a table's name out of a
tuple. `pieces` follows each, and each combination is a statement of its own.
"""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.ownership.pieces import FUNCTIONS, Pieces

REPOSITORY = Path(__file__).parents[2]
# By which `Transaction` and `Database` send a statement.
SENDING = ("execute", "rows", "row", "value")
# What sends the statements of others, and what makes the roles as the one that migrates.
_NO_SERVICES = ("answerlens_common.db.database", "answerlens_common.db.roles")


@dataclass(frozen=True)
class Sent:
    """A statement of the sources.

    Attributes:
        package: whose it is: a service's name, or `common`, `orders`, … for a library.
        module: dotted.
        line: where it is sent.
        definition: the function or class of the module that sends it.
        sql: the whole text, with `:name` for what is filled in.
    """

    package: str
    module: str
    line: int
    definition: str
    sql: str

    @property
    def place(self) -> str:
        """Where it stands, for a reader."""
        return f"{self.module}:{self.line}"


def package_of(module: str) -> str:
    """The library or service of a module: `answerlens_order_api.cache` → `order-api`."""
    return module.split(".", 1)[0].removeprefix("answerlens_").replace("_", "-")


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the libraries and the services, by its dotted name; migrations send none of this SQL."""
    roots = [*REPOSITORY.glob("libs/*/src"), *REPOSITORY.glob("services/*/src")]
    found = {}
    for root in sorted(roots):
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


@cache
def sent() -> tuple[Sent, ...]:
    """Every statement that a module sends."""
    return tuple(
        one for name, path in modules().items() if name not in _NO_SERVICES for one in sent_by(name, path.read_text())
    )


def sent_by(module: str, source: str, values: Mapping[str, object] | None = None) -> Iterator[Sent]:
    """The statements of one module; `values` are its globals, which are imported when they are not given.

    Raises:
        UnknownPieceError: a piece of a statement cannot be followed.
    """
    tree = ast.parse(source)
    calls = list(_sending(tree))
    if not calls:
        return
    known = vars(importlib.import_module(module)) if values is None else values
    pieces = Pieces(module, tree, known)
    for call in calls:
        (definition,) = (
            node.name
            for node in tree.body
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.lineno <= call.lineno <= (node.end_lineno or 0)
        )
        for sql in sorted(pieces.of(call.args[0])):
            yield Sent(package_of(module), module, call.lineno, definition, sql)


def _sending(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Await)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and node.value.func.attr in SENDING
            and node.value.args
        ):
            yield node.value
