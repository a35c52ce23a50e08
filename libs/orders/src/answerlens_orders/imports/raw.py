"""Rows of a file of answers as they stand in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from answerlens_common.errors import BusinessError
from answerlens_orders.imports.formats import COLUMNS, REQUIRED

MOST_ROW_BYTES: Final = 1024 * 1024
"""Of one row: the longest answers of real engines have some tens of thousands."""
MOST_COLUMNS: Final = 200
"""Of a table; ours are eleven."""


class ImportFileError(BusinessError):
    """A file cannot be read as answers at all."""


@dataclass(frozen=True)
class RawRow:
    """A row as it stands in the file.

    Attributes:
        line: on which it begins, from 1.
        content: a JSON text, or its cells by column; None when it cannot be read.
        reason: why it cannot.
    """

    line: int
    content: str | dict[str, str] | None
    reason: str = ""

    @property
    def characters(self) -> int:
        """Of its content, about."""
        content = self.content
        return sum(map(len, content.values())) if isinstance(content, dict) else len(content or "")


@dataclass(frozen=True)
class ReadFile:
    """A file's rows, and the columns of it that mean nothing here."""

    rows: Iterator[RawRow]
    ignored: Sequence[str]


def check_columns(columns: Sequence[str]) -> None:
    """That a table names the columns that are needed, none of ours twice, and no more than can be meant.

    Raises:
        ImportFileError: it does not.
    """
    if len(columns) > MOST_COLUMNS:
        message = f"the first line names more than {MOST_COLUMNS} columns"
        raise ImportFileError(message)
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        message = f"the first line must name the columns; {', '.join(missing)} is missing"
        raise ImportFileError(message)
    doubled = sorted(column for column in COLUMNS if columns.count(column) > 1)
    if doubled:
        message = f"the first line names the column {', '.join(doubled)} more than once"
        raise ImportFileError(message)
