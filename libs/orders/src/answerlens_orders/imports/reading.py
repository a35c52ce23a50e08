"""Reads a file of answers as rows with the lines they begin on; never more of it at once than a row.

What a row says is not looked at here: that is done batch by batch, in parallel (`rows`).
"""

import json
from collections.abc import Iterator, Sequence
from typing import IO, Final

from answerlens_common.contracts.imports import FileFormat
from answerlens_orders.imports.raw import MOST_ROW_BYTES, RawRow, ReadFile
from answerlens_orders.imports.sheets import read_sheet
from answerlens_orders.imports.tables import read_table

MOST_BATCH_CHARACTERS: Final = 16 * 1024 * 1024
BATCH_ROWS: Final = 1_000
_TOO_LONG: Final = f"the row is longer than {MOST_ROW_BYTES} bytes"


def read(file: IO[bytes], form: FileFormat) -> ReadFile:
    """Begin to read a file.

    Raises:
        ImportFileError: it is none of that format, or lacks a column that is needed.
    """
    match form:
        case FileFormat.JSONL:
            return ReadFile(_json_rows(file), [])
        case FileFormat.CSV:
            return read_table(file)
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
