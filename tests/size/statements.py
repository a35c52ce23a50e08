"""Statements as they were recorded, and where the sources send any."""

import ast
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

REPOSITORY = Path(__file__).parents[2]
# By which `Transaction` and `Database` send a statement.
SENDING = ("execute", "rows", "row", "value")
_DATABASE = REPOSITORY / "libs/common/src/answerlens_common/db/database.py"


@dataclass(frozen=True)
class Statement:
    """What was sent, from where, with which values.

    Attributes:
        path: of the module, from the repository's root.
        function: qualified within its module.
    """

    path: str
    line: int
    function: str
    sql: str
    values: Mapping[str, object]

    @property
    def name(self) -> str:
        """Module and function, as a reader would say them: `orders.orders.store.page`."""
        module = self.path.split("/src/answerlens_")[1].removesuffix(".py").replace("/", ".")
        return f"{module}.{self.function}"

    def as_json(self) -> dict[str, object]:
        """For a line of JSON."""
        return {**vars(self), "values": {name: _encoded(value) for name, value in self.values.items()}}

    @classmethod
    def read(cls, line: str) -> "Statement":
        """From a line of JSON."""
        fields = json.loads(line)
        return cls(**fields | {"values": {name: _decoded(value) for name, value in fields["values"].items()}})


def recorded(folder: Path) -> list[Statement]:
    """Everything that a run's processes recorded, each statement once for each place and shape of its values."""
    found: dict[tuple[str, int, str, str], Statement] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = Statement.read(line)
            found.setdefault((one.path, one.line, one.sql, shape(one.values)), one)
    return sorted(found.values(), key=lambda one: (one.path, one.line, one.sql))


def shape(values: Mapping[str, object]) -> str:
    """Which values are null or empty, or yes or no: what may make another plan of the same statement."""
    return " ".join(f"{name}={_kind(value)}" for name, value in sorted(values.items()))


def _kind(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value)
    return "some" if value or not isinstance(value, (str, Sequence)) else "empty"


def sources() -> list[Path]:
    """The modules that may send statements."""
    roots = [*REPOSITORY.glob("libs/*/src"), *REPOSITORY.glob("services/*/src")]
    found = [path for root in roots for path in sorted(root.rglob("*.py"))]
    return [path for path in found if path != _DATABASE and "migrations" not in path.parts]


@dataclass(frozen=True)
class Place:
    """Where a module sends a statement: some lines of a function."""

    path: str
    function: str
    first: int
    last: int


def places() -> list[Place]:
    """Every place of the sources that sends a statement."""
    return [place for path in sources() for place in _places(path)]


def _places(path: Path) -> Iterator[Place]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Await)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and node.value.func.attr in SENDING
            and node.value.args
        ):
            last = node.end_lineno or node.lineno
            # the innermost of those around it comes last
            around = [each.name for each in functions if each.lineno <= node.lineno and last <= (each.end_lineno or 0)]
            yield Place(str(path.relative_to(REPOSITORY)), around[-1], node.lineno, last)


def unheard(heard: Iterable[Statement]) -> list[Place]:
    """The places of which no statement was recorded."""
    lines: dict[str, set[int]] = defaultdict(set)
    for one in heard:
        lines[one.path].add(one.line)
    return [place for place in places() if not lines[place.path].intersection(range(place.first, place.last + 1))]


def _encoded(value: object) -> object:
    match value:
        case list() | tuple():
            return [_encoded(each) for each in value]
        case dt.datetime() | dt.date() | UUID() | Decimal():
            return {type(value).__name__: str(value)}
        case _:
            return value


def _decoded(value: object) -> object:
    match value:
        case list():
            return [_decoded(each) for each in value]
        case {"datetime": str(text)}:
            return dt.datetime.fromisoformat(text)
        case {"date": str(text)}:
            return dt.date.fromisoformat(text)
        case {"UUID": str(text)}:
            return UUID(text)
        case {"Decimal": str(text)}:
            return Decimal(text)
        case _:
            return value
