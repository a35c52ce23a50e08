"""Dates on the command line: written 2026-01-31, in no other way."""

from typing import Any

import typer

from answerlens_common.dates import read_date


def date_option(words: str) -> Any:  # noqa: ANN401 - typer's own type says nothing
    """An option that takes a date; `words` is its help."""
    return typer.Option(metavar="YYYY-MM-DD", callback=_checked, help=words)


def _checked(value: str | None) -> str | None:
    if value is not None:
        try:
            read_date(value)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    return value
