"""Reads a table in CSV as rows with the lines they begin on; never more of it at once than a row.

A row that is not well formed never takes the next ones into it: each line that it spans is refused, and what follows
is refused too until a row has as many cells as there are columns.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import IO, Final

from answerlens_orders.imports.decoding import encoding_of
from answerlens_orders.imports.formats import COLUMNS
from answerlens_orders.imports.raw import MOST_ROW_BYTES, ImportFileError, RawRow, ReadFile, check_columns

_DELIMITERS: Final = ",;\t"
_TOO_LONG: Final = f"the row is longer than {MOST_ROW_BYTES} bytes"
_TOO_LONG_OR_OPEN: Final = f"{_TOO_LONG}, or a quotation mark is not closed"
_OPEN: Final = "a quotation mark is not closed"
_BEHIND: Final = "there is text behind a closing quotation mark"
_AFTER: Final = "it follows a row that could not be read, and is no whole row itself"
_NOT_TEXT: Final = "the row is not UTF-8"
_ENDS: Final = ("\n", "\r")
_BAD_BYTE: Final = re.compile("[\udc80-\udcff]")
"""A byte that is not of the encoding, as `surrogateescape` writes it."""


class _TooLongError(csv.Error):
    """A line or a row is longer than a row may be."""


def read_table(file: IO[bytes]) -> ReadFile:
    """Begin to read a table.

    Raises:
        ImportFileError: it lacks a column that is needed.
    """
    csv.field_size_limit(MOST_ROW_BYTES)
    # a byte that is not of the encoding stays in its row, which is refused for it
    text = io.TextIOWrapper(file, encoding=encoding_of(file), errors="surrogateescape", newline="")
    try:
        columns, delimiter = _header_of(text.readline(MOST_ROW_BYTES))
        check_columns(columns)
    except ImportFileError:
        text.detach()
        raise
    ignored = [column for column in columns if column not in COLUMNS]
    return ReadFile(_rows(text, columns, delimiter), ignored)


def _header_of(line: str) -> tuple[list[str], str]:
    """The columns that a first line names, and what stands between them: what finds most of them."""
    if _BAD_BYTE.search(line):
        message = "the first line is not UTF-8"
        raise ImportFileError(message)
    read = {delimiter: next(csv.reader([line], delimiter=delimiter), []) for delimiter in _DELIMITERS}
    named = {delimiter: [cell.replace("\0", "").strip().lower() for cell in cells] for delimiter, cells in read.items()}
    delimiter = max(_DELIMITERS, key=lambda one: sum(column in COLUMNS for column in named[one]))
    return named[delimiter], delimiter


def _rows(text: io.TextIOWrapper, columns: Sequence[str], delimiter: str) -> Iterator[RawRow]:
    """The rows below the header. A quoted cell may hold line breaks: a row's line is that on which it begins."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    is_broken = False
    while True:
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            text.detach()  # the file is its owner's to close
            return
        except csv.Error as error:
            is_broken = True
            yield from lines.refused(_why(error, lines))
            continue
        if not any(cells):
            continue
        is_broken = is_broken and (lines.quotes % 2 == 1 or len(cells) != len(columns))
        if is_broken:
            yield from lines.refused(_AFTER)
        elif lines.has_bad_byte:
            yield RawRow(lines.first, None, _NOT_TEXT)
        else:
            yield _row(lines.first, columns, cells)


def _why(error: csv.Error, lines: "_Lines") -> str:
    if isinstance(error, _TooLongError):
        return _TOO_LONG_OR_OPEN
    return _OPEN if lines.has_ended else _BEHIND


def _row(line: int, columns: Sequence[str], cells: Sequence[str]) -> RawRow:
    if len(cells) > len(columns):
        return RawRow(line, None, f"the row has {len(cells)} cells, and there are {len(columns)} columns")
    named = zip(columns, cells, strict=False)
    return RawRow(line, {column: cell.replace("\0", "\ufffd") for column, cell in named if column in COLUMNS})


class _Lines:
    """The lines of a table below its header, and what is known of those of the row that is being read.

    Attributes:
        first: on which the row begins.
        quotes: how many quotation marks it has.
        has_bad_byte: whether a byte of it is not of the encoding.
        has_ended: whether there are no more lines.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._number = 1
        self.has_ended = False
        self.begin_row()

    def begin_row(self) -> None:
        """The next line is the first of a row."""
        self.first = self._number + 1
        self.quotes = 0
        self.has_bad_byte = False
        self._length = 0
        self._filled: list[int] = []

    def refused(self, reason: str) -> Iterator[RawRow]:
        """Each line of the row that is not empty, refused."""
        if self._number > self.first:
            reason = f"lines {self.first} to {self._number}: {reason}"
        return (RawRow(number, None, reason) for number in self._filled)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_ROW_BYTES)
        if not line:
            self.has_ended = True
            raise StopIteration
        self._number += 1
        if not line.isspace():
            self._filled.append(self._number)
        self._length += len(line)
        self.quotes += line.count('"')
        self.has_bad_byte = self.has_bad_byte or _BAD_BYTE.search(line) is not None
        if self._length < MOST_ROW_BYTES:
            return line
        while line and not line.endswith(_ENDS):
            line = self._text.readline(MOST_ROW_BYTES)
        raise _TooLongError(_TOO_LONG)
