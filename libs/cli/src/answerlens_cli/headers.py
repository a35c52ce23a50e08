"""What can stand in a header: the command takes nothing else for an option that becomes one."""

import re

import typer

LONGEST = 255
_VISIBLE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")


def is_sendable(value: str) -> bool:
    """Whether HTTP carries a value, and the API takes it: 1–255 visible characters of ASCII."""
    return _VISIBLE.fullmatch(value) is not None


def sendable(value: str | None) -> str | None:
    """The value of an option that becomes a header.

    Raises:
        typer.BadParameter: HTTP cannot carry it. It is not repeated: it may be a secret.
    """
    if value is not None and not is_sendable(value):
        message = f"must be 1 to {LONGEST} letters, digits or signs of ASCII, without spaces or line breaks"
        raise typer.BadParameter(message)
    return value
