import ast
import importlib
import re
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, String, Table

from answerlens_common.contracts.no_rate import NoRate
from answerlens_common.contracts.statuses import FOLLOWING, OrderStatus
from answerlens_common.db.tables import metadata
from answerlens_common.db.tables.orders import notification
from answerlens_common.events import Lane
from answerlens_common.failures import Failure
from answerlens_common.stage_names import StageName
from answerlens_common.wording import Worded


def _sources() -> Iterator[Path]:
    root = Path(__file__).parents[3]
    for folder in ("libs", "services"):
        yield from (path for path in (root / folder).rglob("src/**/*.py") if "versions" not in path.parts)


def _string_enums() -> Iterator[type[StrEnum]]:
    for path in _sources():
        if re.search("StrEnum|Worded", path.read_text(encoding="utf-8")):
            name = ".".join(path.parts[path.parts.index("src") + 1 :]).removesuffix(".py")
            for each in vars(importlib.import_module(name)).values():
                if isinstance(each, type) and issubclass(each, StrEnum) and each.__module__ == name and len(each):
                    yield each


ENUMS = [each for each in _string_enums() if issubclass(each, Worded)]


def _columns() -> Iterator[tuple[Table, Column[str]]]:
    for table in metadata.tables.values():
        for column in table.columns:
            if (column.name in {"status", "severity", "role"} or column is notification.c.kind) and isinstance(
                column.type, String
            ):
                yield table, column


@pytest.mark.parametrize("value", [value for each in ENUMS for value in each], ids=repr)
def test_every_value_has_its_sentence_in_both_languages(value: Worded) -> None:
    assert re.search("[\u4e00-\u9fff].*。$", value.sentence.chinese)
    assert re.search(r"^[A-Z][^\u4e00-\u9fff]+\.$", value.sentence.english)


@pytest.mark.parametrize(("table", "column"), list(_columns()), ids=str)
def test_every_status_column_holds_one_of_the_values_that_are_explained(table: Table, column: Column[str]) -> None:
    (check,) = [
        each
        for each in table.constraints
        if isinstance(each, CheckConstraint) and str(each.sqltext).startswith(f"{column.name} IN")
    ]
    allowed = set(re.findall("'([a-z_]+)'", str(check.sqltext)))
    assert allowed in [set(map(str, each)) for each in ENUMS]
    default = column.server_default
    assert default is None or re.findall("'([a-z_]+)'", str(default.arg))[0] in allowed  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", FOLLOWING, ids=lambda each: each.__name__)
def test_each_state_machine_says_of_every_state_what_may_follow(status: type[Worded]) -> None:
    steps = FOLLOWING[status]
    assert set(steps) == set(status)
    assert {after for following in steps.values() for after in following} <= set(status)
    assert all(before not in following for before, following in steps.items())
    reached = {after for following in steps.values() for after in following}
    assert len(set(status) - reached) <= 1, "all but the first can be reached"


@pytest.mark.parametrize(
    "enum", [each for each in _string_enums() if not issubclass(each, Worded)], ids=lambda each: each.__name__
)
def test_every_other_string_enum_says_what_its_values_mean(enum: type[StrEnum]) -> None:
    names = vars(sys.modules[enum.__module__])
    sentences = names.get("SENTENCES") or names["_SENTENCES"]
    assert set(sentences) == set(enum)


def test_all_string_enums_are_found() -> None:
    assert {OrderStatus, Lane, StageName, Failure, NoRate} <= set(_string_enums())


_COMPARED = re.compile(r"\bstatus(?:\"\])? (?:=|<>|IN|NOT IN|IS DISTINCT FROM) (\([^)]*\)|'[^']*')")


@pytest.mark.parametrize("path", list(_sources()), ids=lambda path: path.parent.name + "/" + path.name)
def test_sql_compares_a_status_with_nothing_that_is_not_explained(path: Path) -> None:
    known = {str(value) for each in ENUMS if ".contracts." in each.__module__ for value in each}
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    compared = {
        value for text in texts for found in _COMPARED.findall(text) for value in re.findall("'([^']*)'", found)
    }
    assert compared - known <= {""}, "'' stands for no run in the stalled check"
