"""What `make check` finds beside the type checker: a way round a type, and lines that hold more than one statement."""

import pytest
from scripts.check_lengths import LONGEST, packed, too_long
from scripts.check_types import KNOW_HTTP, KNOW_ROWS, OTHER_MEANINGS, ROOT, found_in

PATH = "services/scorer/src/answerlens_scorer/score.py"


@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import RowMapping",
        "from http import HTTPStatus",
        "x = order.status == 'failed'",
        "x = status in {'queued', 'sold'}",
        "x = {'collect': 1}",
        "x = {1: 'running'}",
        "f('ask')",
        "f(stage='plan')",
        "def f(status='fired'): ...",
        "def f():\n    return 'captcha'",
        "x: str = 'ready'",
        "x = 'ok' if y else None",
        "match x:\n    case 'scored':\n        pass",
    ],
)
def test_a_way_round_a_type_is_found(text: str) -> None:
    assert len(list(found_in(PATH, text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x = order.status == OrderStatus.FAILED",
        "x: Literal['failed', 'ok']",
        "runs.labels(stage, 'failed').inc()",
        "x = Field(examples=['running'], description='failed')",
        "x = 'failed once more'",
        '"""failed"""',
        "tx.execute(\"UPDATE t SET status = 'failed'\")",
    ],
)
def test_what_is_typed_counted_shown_or_sql_is_not(text: str) -> None:
    assert not list(found_in(PATH, text))


def test_an_exception_holds_for_its_place_alone() -> None:
    text = "from sqlalchemy import RowMapping"
    assert not list(found_in("libs/common/src/answerlens_common/db/database.py", text))
    assert list(found_in("libs/common/src/answerlens_common/db_more.py", text))


@pytest.mark.parametrize("place", [*KNOW_ROWS, *KNOW_HTTP, *OTHER_MEANINGS])
def test_the_place_of_every_exception_is_there(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = 1; y = 2", [1]),
        ("if x: y = 2", [1]),
        ("a, b, c = 1, 2, 3", [1]),
        ("a, b = 1, 2", []),
        ("a, b, c = given", []),
        ("@overload\ndef f(x: int) -> int: ...", []),
        ("x = 1\ny = 2", []),
    ],
)
def test_a_packed_line_is_found(text: str, lines: list[int]) -> None:
    assert list(packed(text)) == lines


def test_a_module_may_have_so_many_lines_and_no_more() -> None:
    assert too_long("x = 1\n" * LONGEST) is None
    assert too_long("x = 1\n" * (LONGEST + 1)) == LONGEST + 1
