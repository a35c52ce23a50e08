"""Dates as they are written everywhere here, and in no other way: 2026-01-31."""

import datetime as dt
import re
from contextlib import suppress

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_date(text: str) -> dt.date:
    """The date that a text says.

    Raises:
        ValueError: it is written in another way (2026-1-31, 20260131, full-width digits), or there is no such day.
    """
    with suppress(ValueError):
        if _WRITTEN.fullmatch(text):
            return dt.date.fromisoformat(text)
    message = f"{text[:40]!r} is not a date, such as 2026-01-31"
    raise ValueError(message)
