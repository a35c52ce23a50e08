import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from answerlens_common.contracts.imports import FileFormat
from answerlens_orders.imports import sheets
from answerlens_orders.imports.raw import ImportFileError, RawRow, ReadFile
from answerlens_orders.imports.reading import read

HEAD = ["question", "Answer ", "engine", "note", "replicate", "asked_at"]


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("another").append(["x"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def opened(content: bytes) -> ReadFile:
    return read(io.BytesIO(content), FileFormat.XLSX)


def changed(content: bytes, part: str, what: bytes) -> bytes:
    """A workbook, one part of which holds something else."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(written, "w") as after:
        for one in before.infolist():
            after.writestr(one.filename, what if one.filename == part else before.read(one))
    return written.getvalue()


def test_the_first_sheet_is_read_with_its_lines() -> None:
    found = opened(
        workbook(
            HEAD,
            ["q1", "a1", "chat-x", "n", 2.0, dt.datetime(2026, 1, 31, 9, 30)],  # noqa: DTZ001 - as sheets have it
            [None, None, None],
            ["q2", 7, "chat-x"],
        )
    )
    assert found.ignored == ["note"]
    assert list(found.rows) == [
        RawRow(
            2,
            {"question": "q1", "answer": "a1", "engine": "chat-x", "replicate": "2", "asked_at": "2026-01-31T09:30:00"},
        ),
        RawRow(4, {"question": "q2", "answer": "7", "engine": "chat-x", "replicate": "", "asked_at": ""}),
    ]


def test_a_formula_is_a_text_or_what_it_was_last_worth() -> None:
    (row,) = opened(workbook(HEAD, ["q", '=HYPERLINK("http://x.example")', "chat-x"])).rows
    assert isinstance(row.content, dict)
    assert row.content["answer"] == "", "openpyxl has no value of a formula that was never computed"


@pytest.mark.parametrize("content", [b"", b"question,answer,engine\n", b"PK\x03\x04 and nothing more"])
def test_what_is_no_workbook_is_told(content: bytes) -> None:
    with pytest.raises(ImportFileError, match=r"no workbook"):
        opened(content)


def test_a_workbook_with_broken_parts_is_told() -> None:
    good = workbook(HEAD, ["q", "a", "chat-x"])
    for part, what in (
        ("xl/workbook.xml", b"<"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        ("xl/worksheets/sheet1.xml", b""),
    ):
        with pytest.raises(ImportFileError):
            list(opened(changed(good, part, what)).rows)


def test_entities_that_grow_are_not_followed() -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData>'
        b"</worksheet>"
    )
    with pytest.raises(ImportFileError):
        list(opened(changed(workbook(HEAD), "xl/worksheets/sheet1.xml", bomb)).rows)


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_UNPACKED_BYTES", 1000)
    with pytest.raises(ImportFileError, match="send CSV"):
        opened(workbook(HEAD, ["q", "a" * 5000, "chat-x"]))


def test_a_line_that_no_sheet_has_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_LINES", 3)
    with pytest.raises(ImportFileError, match="more than 3 lines"):
        list(opened(workbook(HEAD, *[["q", "a", "chat-x"]] * 5)).rows)


def test_a_row_that_is_too_long_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROW_CHARACTERS", 20)
    found = list(opened(workbook(HEAD, ["q", "a" * 30, "chat-x"], ["q", "a", "chat-x"])).rows)
    assert [(row.line, row.content is None) for row in found] == [(2, True), (3, False)]


def test_a_sheet_without_the_columns_that_are_needed_is_no_file_of_answers() -> None:
    with pytest.raises(ImportFileError, match="engine is missing"):
        opened(workbook(["question", "answer"]))
    with pytest.raises(ImportFileError, match="is missing"):
        opened(workbook())


def test_a_sheet_of_too_many_columns_is_refused() -> None:
    with pytest.raises(ImportFileError, match="more than 200 columns"):
        opened(workbook([*HEAD, *["x"] * 200]))
