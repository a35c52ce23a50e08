"""Reads a file of answers as rows with the lines they begin on; never more of it at once than a row.

What a row says is not looked at here: that is done batch by batch, in parallel (`rows`).
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import IO, Final

from answerlens_common.contracts.imports import FileFormat
from answerlens_orders.imports.formats import COLUMNS
from answerlens_orders.imports.raw import ImportFileError, RawRow, ReadFile, check_columns
from answerlens_orders.imports.sheets import read_sheet

MOST_ROW_BYTES: Final = 1024 * 1024
"""Of one row: the longest answers of real engines have some tens of thousands."""
MOST_BATCH_CHARACTERS: Final = 16 * 1024 * 1024
BATCH_ROWS: Final = 1_000
_DELIMITERS: Final = ",;\t"
_TOO_LONG: Final = f"the row is longer than {MOST_ROW_BYTES} bytes"
_TOO_LONG_IN_TABLE: Final = f"{_TOO_LONG}, or a quotation mark is not closed"
_ENDS: Final = ("\n", "\r")


def read(file: IO[bytes], form: FileFormat) -> ReadFile:
    """Begin to read a file.

    Raises:
        ImportFileError: it is none of that format, or lacks a column that is needed.
    """
    match form:
        case FileFormat.JSONL:
            return ReadFile(_json_rows(file), [])
        case FileFormat.CSV:
            return _read_csv(file)
        case FileFormat.XLSX:
            return read_sheet(file)


def in_batches(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    """A file's rows in batches of 1,000; fewer where rows are very long, so that a batch fits into memory."""
    batch: list[RawRow] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += row.characters
        if len(batch) == BATCH_ROWS or characters > MOST_BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def to_json(batch: Sequence[RawRow]) -> str:
    """A batch as one text."""
    return json.dumps([[row.line, row.content, row.reason] for row in batch], ensure_ascii=False)


def from_json(text: str) -> list[RawRow]:
    """A batch from its text."""
    return [RawRow(*row) for row in json.loads(text)]


def _json_rows(file: IO[bytes]) -> Iterator[RawRow]:
    number = 0
    while line := file.readline(MOST_ROW_BYTES + 1):
        number += 1
        if len(line) > MOST_ROW_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(MOST_ROW_BYTES)
            yield RawRow(number, None, _TOO_LONG)
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            yield RawRow(number, None, "the row is not UTF-8")
            continue
        if text:
            yield RawRow(number, text.replace("\0", "\ufffd"))


def _read_csv(file: IO[bytes]) -> ReadFile:
    csv.field_size_limit(MOST_ROW_BYTES)
    text = io.TextIOWrapper(file, encoding=_encoding_of(file), errors="replace", newline="")
    try:
        columns, delimiter = _header_of(text.readline(MOST_ROW_BYTES))
        check_columns(columns)
    except ImportFileError:
        text.detach()
        raise
    ignored = [column for column in columns if column not in COLUMNS]
    return ReadFile(_csv_rows(text, columns, delimiter), ignored)


def _encoding_of(file: IO[bytes]) -> str:
    """UTF-8 where all of a file is; else what spreadsheets on a Chinese system write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(MOST_ROW_BYTES):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _header_of(line: str) -> tuple[list[str], str]:
    """The columns that a first line names, and what stands between them: what finds most of them."""
    read = {delimiter: next(csv.reader([line], delimiter=delimiter), []) for delimiter in _DELIMITERS}
    named = {delimiter: [cell.replace("\0", "").strip().lower() for cell in cells] for delimiter, cells in read.items()}
    delimiter = max(_DELIMITERS, key=lambda one: sum(column in COLUMNS for column in named[one]))
    return named[delimiter], delimiter


def _csv_rows(text: io.TextIOWrapper, columns: Sequence[str], delimiter: str) -> Iterator[RawRow]:
    """The rows below the header. A quoted cell may hold line breaks: a row's line is that on which it begins."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            text.detach()  # the file is its owner's to close
            return
        except csv.Error:
            yield RawRow(line, None, _TOO_LONG_IN_TABLE)
            continue
        if not any(cells):
            continue
        if len(cells) > len(columns):
            yield RawRow(line, None, f"the row has {len(cells)} cells, and there are {len(columns)} columns")
            continue
        named = zip(columns, cells, strict=False)
        content = {column: cell.replace("\0", "\ufffd") for column, cell in named if column in COLUMNS}
        if sum(map(len, content.values())) > MOST_ROW_BYTES:
            yield RawRow(line, None, _TOO_LONG)
        else:
            yield RawRow(line, content)


class _Lines:
    """The lines of a text, and how many of the file have been read; none is longer than a row may be."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.number = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_ROW_BYTES)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) < MOST_ROW_BYTES or line.endswith(_ENDS):
            return line
        while line and not line.endswith(_ENDS):
            line = self._text.readline(MOST_ROW_BYTES)
        raise csv.Error(_TOO_LONG)
