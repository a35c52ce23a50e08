"""Reads a list of questions: pasted lines, a CSV or an Excel file; a job for a process of its own."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import openpyxl

MOST_ROWS: Final = 10_000
MOST_UNPACKED_BYTES: Final = 32 * 1024 * 1024
QUESTION_COLUMNS: Final = ("question", "问题")
KEYWORD_COLUMNS: Final = ("keyword", "关键词")
_DELIMITERS: Final = ",;\t"
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class ListedRow:
    """A row as it was sent; `line` counts from 1, `keyword` is empty where the row names none."""

    line: int
    question: str
    keyword: str = ""


@dataclass(frozen=True)
class UnreadableList:
    """A list that cannot be read at all, and why."""

    reason: str


def read_list(form: str, content: str | bytes) -> list[ListedRow] | UnreadableList:
    """The rows of a list in one of the forms `lines`, `csv` and `xlsx`; rows without anything in them are left out."""
    try:
        rows = list(_rows(form, content))
    except _UnreadableError as error:
        return UnreadableList(str(error))
    if len(rows) > MOST_ROWS:
        return UnreadableList(f"has {len(rows)} rows; at most {MOST_ROWS} are read at once")
    return rows or UnreadableList("has no question in it")


class _UnreadableError(Exception):
    """Why a list cannot be read."""


def _rows(form: str, content: str | bytes) -> Iterable[ListedRow]:
    if isinstance(content, bytes):
        return _table(_sheet(content))
    text = content.removeprefix("\ufeff")
    if form == "csv":
        return _table(_cells(text))
    lines = enumerate(_LINE_BREAK.split(text), start=1)
    return (ListedRow(number, line) for number, line in lines if line.strip())


def _cells(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a CSV, each with the line that it begins on."""
    head = _LINE_BREAK.split(text, maxsplit=1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"is no CSV: line {line}: {error}"
        raise _UnreadableError(message) from None


def _sheet(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of an Excel file's first sheet; of formulas the values that were stored with them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked <= MOST_UNPACKED_BYTES:
            sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
            # what a file says of its own size need not be true
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, ["" if cell is None else str(cell) for cell in row]
            return
    except _UnreadableError:
        raise
    except Exception as error:  # noqa: BLE001 - a broken file breaks the reader in any way
        message = f"is no Excel file that can be read: {type(error).__name__}"
        raise _UnreadableError(message) from None
    message = f"unpacks to {unpacked} bytes; at most {MOST_UNPACKED_BYTES} are read"
    raise _UnreadableError(message)


def _table(rows: Iterator[tuple[int, Sequence[str]]]) -> Iterator[ListedRow]:
    """The rows below a table's header."""
    _, header = next(rows, (1, ()))
    names = [name.strip().lower() for name in header]
    question, keyword = _place(names, QUESTION_COLUMNS), _place(names, KEYWORD_COLUMNS)
    if question is None:
        message = f"must begin with a row that names a column {' or '.join(QUESTION_COLUMNS)}"
        raise _UnreadableError(message)
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            yield ListedRow(line, _at(cells, question), _at(cells, keyword))


def _place(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((number for number, name in enumerate(names) if name in wanted), None)


def _at(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
