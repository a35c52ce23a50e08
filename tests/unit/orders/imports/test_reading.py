import io

import pytest

from answerlens_common.contracts.imports import FileFormat
from answerlens_orders.imports import reading, tables
from answerlens_orders.imports.raw import ImportFileError, RawRow
from answerlens_orders.imports.reading import from_json, in_batches, read, to_json
from answerlens_orders.imports.template import template

HEAD = "question,answer,engine\n"


def rows(content: str | bytes, form: FileFormat = FileFormat.CSV) -> list[RawRow]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(read(io.BytesIO(raw), form).rows)


def test_json_rows_have_the_lines_they_stand_on() -> None:
    found = rows('{"a": 1}\n\n  \n{"b": 2}', FileFormat.JSONL)
    assert found == [RawRow(1, '{"a": 1}'), RawRow(4, '{"b": 2}')]


def test_a_json_row_that_is_too_long_or_not_utf8_is_refused_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MOST_ROW_BYTES", 20)
    found = rows(b"x" * 70 + b"\n\xff\n{}\n", FileFormat.JSONL)
    assert [(row.line, row.content) for row in found] == [(1, None), (2, None), (3, "{}")]
    assert "longer" in found[0].reason
    assert "UTF-8" in found[1].reason


def test_a_table_gives_its_cells_by_column_with_the_line_a_row_begins_on() -> None:
    found = rows(HEAD + '"two\nlines",a1,chat-x\n,,\nq2,"a ""2""",chat-x\n')
    assert found == [
        RawRow(2, {"question": "two\nlines", "answer": "a1", "engine": "chat-x"}),
        RawRow(5, {"question": "q2", "answer": 'a "2"', "engine": "chat-x"}),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_as_spreadsheets_write_it(delimiter: str, encoding: str) -> None:
    content = f"Engine{delimiter}question {delimiter}ANSWER\r\nchat-x{delimiter}怎么选？{delimiter}看预算。\r\n"
    (found,) = rows(content.encode(encoding))
    assert found == RawRow(2, {"engine": "chat-x", "question": "怎么选？", "answer": "看预算。"})


def test_other_columns_are_named_and_left_out() -> None:
    opened = read(io.BytesIO(b"question,answer,engine,note,model\nq,a,chat-x,n,m\n"), FileFormat.CSV)
    assert opened.ignored == ["note"]
    assert [row.content for row in opened.rows] == [
        {"question": "q", "answer": "a", "engine": "chat-x", "model": "m"},
    ]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("", "question, answer, engine is missing"),
        ("question,engine", "answer is missing"),
        ("question,answer,engine,answer", "names the column answer more than once"),
    ],
)
def test_a_table_without_the_columns_that_are_needed_is_no_file_of_answers(head: str, why: str) -> None:
    with pytest.raises(ImportFileError, match=why):
        rows(head + "\nq,a,chat-x\n")


def test_a_row_with_more_cells_than_columns_is_refused() -> None:
    (found,) = rows(HEAD + "q,a,chat-x,more\n")
    assert (found.line, found.content) == (2, None)
    assert "4 cells" in found.reason


def test_a_quotation_mark_that_is_not_closed_does_not_swallow_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROW_BYTES", 60)
    found = rows(HEAD + 'q,"' + "open\n" * 40 + "q2,a2,chat-x\n")
    assert (found[0].line, found[0].content) == (2, None)
    assert "not closed" in found[0].reason
    assert found[-1] == RawRow(42, {"question": "q2", "answer": "a2", "engine": "chat-x"})


def test_a_line_that_is_too_long_is_one_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROW_BYTES", 60)
    found = rows(HEAD + "q," + "x" * 200 + ",chat-x\nq2,a2,chat-x\n")
    assert [(row.line, row.content is None) for row in found] == [(2, True), (3, False)]


def test_batches_hold_a_thousand_rows_and_no_more_text_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    short = (RawRow(number, "{}") for number in range(2_500))
    assert [len(batch) for batch in in_batches(short)] == [1000, 1000, 500]
    monkeypatch.setattr(reading, "MOST_BATCH_CHARACTERS", 5)
    long = (RawRow(number, "xxxx") for number in range(5))
    assert [len(batch) for batch in in_batches(long)] == [2, 2, 1]


def test_a_batch_is_what_it_was_when_it_is_read_again() -> None:
    batch = [RawRow(1, "{}"), RawRow(2, {"question": "怎么选？\n"}), RawRow(3, None, "too long")]
    assert from_json(to_json(batch)) == batch


@pytest.mark.parametrize("form", FileFormat)
def test_the_template_can_be_read(form: FileFormat) -> None:
    opened = read(io.BytesIO(template(form)), form)
    assert opened.ignored == []
    assert len(list(opened.rows)) == 2
