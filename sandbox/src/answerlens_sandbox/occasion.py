"""On which occasion a question is asked: a day, and which ask of that day.

The sites' own scripts pass on what stands in the address that a conversation was opened with, in a header of the
request that asks. Two runs that ask the same question on the same occasion then get the same answer, whatever else
was asked meanwhile; without an occasion every ask is a draw of its own.
"""

import datetime as dt
import re

from starlette.requests import Request

HEADER = "x-occasion"
_OCCASION = re.compile(r"(\d{4}-\d{2}-\d{2})/([1-9]\d?)")


def occasion_of(request: Request) -> str | None:
    """Return the day and the number of the ask, such as 2026-01-31/1; None where there is no such thing."""
    found = _OCCASION.fullmatch(request.headers.get(HEADER, ""))
    if found is None:
        return None
    try:
        dt.date.fromisoformat(found[1])
    except ValueError:
        return None
    return found[0]
