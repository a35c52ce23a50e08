"""Other people's JSON, taken for what it should be, or for nothing."""

import json
from typing import Any


def mapping(value: object) -> dict[str, Any]:
    """`value` when it is an object, or a string that holds one (some servers serialise twice); else {}."""
    value = _opened(value)
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """`value` when it is a list, or a string that holds one; else []."""
    value = _opened(value)
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """`value` when it is a string; else ""."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int | None:
    """`value` when it is an integer; else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def whole_number(value: object) -> int | None:
    """`value` when it is an integer, or its digits as text; else None."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:18])
    return number(value)


def _opened(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value
