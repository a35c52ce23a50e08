import io

import pytest

from answerlens_common.contracts.imports import FileFormat
from answerlens_orders.imports import tables
from answerlens_orders.imports.raw import MOST_COLUMNS, ImportFileError
from answerlens_orders.imports.reading import read

HEAD = "engine,question,answer\n"


def found(content: str) -> list[tuple[int, str]]:
    """The lines of rows, each with the question or the reason."""
    rows = read(io.BytesIO((HEAD + content).encode()), FileFormat.CSV).rows
    return [(row.line, row.content["question"] if isinstance(row.content, dict) else row.reason) for row in rows]


def test_a_quotation_mark_that_is_not_closed_merges_no_rows() -> None:
    reason = "lines 2 to 4: a quotation mark is not closed"
    assert found('chat-x,q1,"a1\nchat-x,q2,a2\nchat-x,q3,a3\n') == [(2, reason), (3, reason), (4, reason)]


def test_one_that_the_next_quoted_cell_closes_is_refused_with_that_row_and_reading_goes_on() -> None:
    reason = "lines 2 to 4: there is text behind a closing quotation mark"
    assert found('chat-x,q1,"a1\n\nchat-x,q2,"a2"\nchat-x,q3,a3\n') == [(2, reason), (4, reason), (5, "q3")]


def test_text_behind_a_closing_quotation_mark_refuses_its_row_alone() -> None:
    reason = "there is text behind a closing quotation mark"
    assert found('chat-x,q1,"a "bad" one"\nchat-x,q2,"a ""good"" one"\n') == [(2, reason), (3, "q2")]


def test_the_rest_of_a_broken_row_is_not_taken_for_rows() -> None:
    broken = "there is text behind a closing quotation mark"
    after = "it follows a row that could not be read, and is no whole row itself"
    content = 'chat-x,q1,"a "bad"\nchat-x,more,text"\nalone\nchat-x,q2,"two\nlines"\nchat-x,q3\n'
    assert found(content) == [(2, broken), (3, after), (4, after), (5, "q2"), (7, "q3")]


def test_lines_that_a_long_row_spans_are_refused_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROW_BYTES", 40)
    lines = [line for line, text in found('chat-x,q1,"a1\n' + "chat-x,q,a\n" * 5) if text != "q"]
    assert lines == [2, 3, 4, 5]


def test_a_first_line_of_very_many_columns_is_refused() -> None:
    for more, is_refused in ((MOST_COLUMNS - 3, False), (MOST_COLUMNS - 2, True), (400_000, True)):
        content = (HEAD.strip() + ",x" * more + "\nchat-x,q,a\n").encode()
        if is_refused:
            with pytest.raises(ImportFileError, match="more than 200 columns"):
                read(io.BytesIO(content), FileFormat.CSV)
        else:
            assert len(list(read(io.BytesIO(content), FileFormat.CSV).rows)) == 1
