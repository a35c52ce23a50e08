import datetime as dt
import io
import json
from typing import Any

import pytest

from answerlens_collection.answers.answer import Link
from answerlens_common.contracts.imports import FileFormat
from answerlens_orders.imports.raw import RawRow
from answerlens_orders.imports.reading import read
from answerlens_orders.imports.rows import CheckedRow, RefusedRow, check_row
from answerlens_orders.imports.template import template

ROW = {"question": "怎么选？", "answer": "先看预算。", "engine": "chat-x"}
ZONE = dt.timezone(dt.timedelta(hours=8))


def checked(**changes: Any) -> CheckedRow:
    found = check_row(RawRow(3, json.dumps(ROW | changes)), ZONE)
    assert isinstance(found, CheckedRow), found
    return found


def refused(content: str | dict[str, str] | None) -> tuple[str, str]:
    found = check_row(RawRow(3, content, "broken"), ZONE)
    assert isinstance(found, RefusedRow), found
    assert found.line == 3
    return found.field, found.reason


def test_what_is_needed_is_enough() -> None:
    found = checked()
    assert (found.question, found.answer_text, found.engine, found.status) == ("怎么选？", "先看预算。", "chat-x", "ok")
    assert (found.replicate, found.asked_at, found.model, found.external_id) == (None, None, None, None)
    assert (found.links, found.citations_known) == ((), False)


def test_everything_else_is_kept() -> None:
    found = checked(
        engine=" DeepSeek ",
        keyword="蓝牙耳机",
        asked_at="2026-01-31T09:30:00",
        replicate="2",
        model="m-1",
        external_id=17,
        links=["https://a.example/1", {"url": "https://b.example/2", "title": "标题", "site": "b"}],
        listed_links="https://c.example/3\nhttps://a.example/1",
        note="ignored",
    )
    assert (found.engine, found.replicate, found.model, found.external_id) == ("deepseek", 2, "m-1", "17")
    assert found.asked_at == dt.datetime(2026, 1, 31, 1, 30, tzinfo=dt.UTC)
    assert found.citations_known
    assert found.links == (
        Link("https://a.example/1", "", "", cited=True),
        Link("https://b.example/2", "标题", "b", cited=True),
        Link("https://c.example/3", "", "", cited=False),
    )


def test_an_answer_that_is_not_ok_may_be_empty() -> None:
    assert checked(status="captcha", answer="").status == "captcha"
    assert refused(json.dumps(ROW | {"answer": " "}))[0] == "answer"


def test_only_listed_links_leave_citations_unknown() -> None:
    found = checked(listed_links=["https://a.example/1"])
    assert (found.citations_known, [link.cited for link in found.links]) == (False, [False])


def test_what_the_database_cannot_hold_is_left_out() -> None:
    assert checked(answer="半\ud83d个\0字").answer_text == "半个字"


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"question": ""}, "question", "must not be empty"),
        ({"question": 7}, "question", "must be a text"),
        ({"question": "长" * 501}, "question", "at most 500"),
        ({"question": None}, "question", "is missing"),
        ({"answer": "长" * 200_001}, "answer", "at most 200000"),
        ({"engine": "深度求索"}, "engine", "letters a-z"),
        ({"keyword": "a\nb"}, "keyword", "control characters"),
        ({"asked_at": "yesterday"}, "asked_at", "such as 2026-01-31"),
        ({"asked_at": 5}, "asked_at", "must be a text"),
        ({"replicate": 0}, "replicate", "from 1 to 1000"),
        ({"replicate": True}, "replicate", "from 1 to 1000"),
        ({"replicate": "²"}, "replicate", "from 1 to 1000"),
        ({"status": "fine"}, "status", "one of ok, failed"),
        ({"model": ["m"]}, "model", "must be a text"),
        ({"links": 5}, "links", "a list of links"),
        ({"links": ["ftp://a.example"]}, "links", "is not a link"),
        ({"links": [{"url": "https://a.example", "title": 5}]}, "links", "each link"),
        ({"listed_links": ["https://a.example"] * 501}, "listed_links", "at most 500"),
        ({"external_id": "x" * 256}, "external_id", "at most 255"),
    ],
)
def test_a_row_that_is_not_valid_names_the_column(changes: dict[str, Any], field: str, why: str) -> None:
    found = refused(json.dumps(ROW | changes))
    assert found[0] == field
    assert why in found[1]


@pytest.mark.parametrize("content", ["{", "[]", '"x"', "[" * 100_000])
def test_what_is_no_json_object_is_refused_whole(content: str) -> None:
    assert refused(content)[0] == ""


def test_a_row_that_could_not_be_read_says_why() -> None:
    assert refused(None) == ("", "broken")


def test_an_empty_cell_says_nothing() -> None:
    cells = {**ROW, "status": " ", "replicate": "", "links": ""}
    found = check_row(RawRow(2, cells), ZONE)
    assert isinstance(found, CheckedRow)
    assert (found.status, found.replicate) == ("ok", None)


@pytest.mark.parametrize(
    ("cell", "is_known"), [("", False), (" ", False), ("none", True), (" None ", True), ("[]", True)]
)
def test_a_cell_for_links_says_none_or_nothing(cell: str, is_known: bool) -> None:  # noqa: FBT001
    for content in ({**ROW, "links": cell}, json.dumps(ROW | {"links": cell})):
        found = check_row(RawRow(2, content), ZONE)
        assert isinstance(found, CheckedRow), found
        assert (found.citations_known, found.links) == (is_known, ())


def test_a_list_without_links_says_none() -> None:
    assert checked(links=[]).citations_known
    assert not checked(links=None).citations_known


def test_only_ok_rows_are_doubles_without_a_name_or_a_replicate() -> None:
    def marks(**changes: str) -> list[str]:
        found = [check_row(RawRow(line, json.dumps(ROW | changes)), ZONE) for line in (3, 4)]
        return [row.mark for row in found if isinstance(row, CheckedRow)]

    for status, count in (("ok", 1), ("captcha", 2), ("refused", 2), ("failed", 2)):
        assert len(set(marks(status=status))) == count, status
    assert len(set(marks(status="captcha", answer=""))) == 2
    assert len(set(marks(status="captcha", external_id="a"))) == 1
    assert len(set(marks(status="captcha", replicate="1"))) == 1


def test_two_rows_tell_of_one_answer_by_its_name_its_replicate_or_all_of_it() -> None:
    assert checked().mark == checked().mark != checked(answer="看心情。").mark
    assert checked(external_id="a").mark == checked(external_id="a", answer="看心情。").mark
    assert checked(external_id="a").mark != checked(external_id="b").mark
    assert checked(replicate=1).mark != checked(replicate=2).mark
    assert checked(asked_at="2026-01-01T00:00").mark != checked(asked_at="2026-01-02T00:00").mark


@pytest.mark.parametrize("form", FileFormat)
def test_the_rows_of_the_template_can_be_taken(form: FileFormat) -> None:
    found = [check_row(row, ZONE) for row in read(io.BytesIO(template(form)), form).rows]
    assert all(isinstance(row, CheckedRow) for row in found), found
    first = found[0]
    assert isinstance(first, CheckedRow)
    assert [link.cited for link in first.links] == [True, False]
