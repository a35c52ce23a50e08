"""Rows of a file of answers as they stand in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answerlens_common.errors import BusinessError
from answerlens_orders.imports.formats import COLUMNS, REQUIRED


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
    """That a table names the columns that are needed, and none of ours twice.

    Raises:
        ImportFileError: it does not.
    """
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        message = f"the first line must name the columns; {', '.join(missing)} is missing"
        raise ImportFileError(message)
    doubled = sorted({column for column in columns if column in COLUMNS and columns.count(column) > 1})
    if doubled:
        message = f"the first line names the column {', '.join(doubled)} more than once"
        raise ImportFileError(message)
