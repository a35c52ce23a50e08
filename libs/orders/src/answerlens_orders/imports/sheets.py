"""Reads a workbook's first sheet as rows: one after the other, but for its texts, which a workbook keeps together.

A workbook is a ZIP archive of XML, and may be made to harm: what it says of its size is looked at before it is read.
"""

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from answerlens_orders.imports.formats import COLUMNS
from answerlens_orders.imports.raw import MOST_COLUMNS, ImportFileError, RawRow, ReadFile, check_columns

MOST_UNPACKED_BYTES: Final = 1024 * 1024 * 1024
MOST_PARTS: Final = 1_000
MOST_LINES: Final = 1_048_576
"""Of a sheet, as spreadsheets have it; a file may name any line."""
MOST_ROW_CHARACTERS: Final = 1024 * 1024
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""As openpyxl, zipfile and the XML parser tell of a file that is none: each by whatever it meets first."""


def read_sheet(file: IO[bytes]) -> ReadFile:
    """Begin to read a workbook.

    Raises:
        ImportFileError: it is none, is too large, or lacks a column that is needed.
    """
    _check_size(file)
    rows = _values(file)
    header = next(rows, ())
    columns = [_cell(value).strip().lower() for value in header]
    while columns and not columns[-1]:
        columns.pop()
    check_columns(columns)
    return ReadFile(_rows(rows, columns), [column for column in columns if column and column not in COLUMNS])


def _check_size(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except _BROKEN:
        raise ImportFileError(_not_a_workbook()) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        message = f"the workbook has more than {MOST_PARTS} parts or {MOST_UNPACKED_BYTES} bytes unpacked: send CSV"
        raise ImportFileError(message)
    file.seek(0)


def _values(file: IO[bytes]) -> Iterator[Sequence[Any]]:
    """The rows of the first sheet, from its first line on; empty ones too."""
    try:
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # what it says of its size may be wrong
            yield from sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
        finally:
            workbook.close()
    except _BROKEN as error:
        raise ImportFileError(_not_a_workbook()) from error


def _not_a_workbook() -> str:
    return "the file is no workbook (.xlsx) that can be read"


def _rows(values: Iterator[Sequence[Any]], columns: Sequence[str]) -> Iterator[RawRow]:
    for line, row in enumerate(values, start=2):
        if line > MOST_LINES:
            message = f"the sheet has more than {MOST_LINES} lines"
            raise ImportFileError(message)
        content = {column: _cell(value) for column, value in zip(columns, row, strict=False) if column in COLUMNS}
        if not any(content.values()):
            continue
        if sum(map(len, content.values())) > MOST_ROW_CHARACTERS:
            yield RawRow(line, None, f"the row is longer than {MOST_ROW_CHARACTERS} characters")
        else:
            # a row that ends early has empty cells behind its last
            yield RawRow(line, {column: content.get(column, "") for column in columns if column in COLUMNS})


def _cell(value: object) -> str:
    """A cell as a text; a number without a fraction as a whole one."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
