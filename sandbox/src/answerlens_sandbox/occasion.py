"""On which occasion a question is asked, a day and which ask of that day; and for which keyword.

The sites' own scripts pass on what stands in the address that a conversation was opened with, in headers of the
request that asks. Two runs that ask the same question on the same occasion then get the same answer, whatever else
was asked meanwhile; without an occasion every ask is a draw of its own. A question belongs to the keyword that it is
asked for, and not to a longer one that another client has searched for, which it may hold too.
"""

import datetime as dt
import re
from urllib.parse import unquote

from starlette.requests import Request

HEADER = "x-occasion"
KEYWORD_HEADER = "x-keyword"
_OCCASION = re.compile(r"(\d{4}-\d{2}-\d{2})/([1-9]\d?)")


def occasion_of(request: Request) -> str | None:
    """Return the day and the number of the ask, such as 2026-01-31/1; None where there is no such thing."""
    return on(request.headers.get(HEADER, ""))


def on(text: str) -> str | None:
    """Return the text when it is an occasion."""
    found = _OCCASION.fullmatch(text)
    if found is None:
        return None
    try:
        dt.date.fromisoformat(found[1])
    except ValueError:
        return None
    return found[0]


def keyword_of(request: Request) -> str:
    """Return the keyword that the question is asked for, empty where the address does not say, or was not filled in."""
    keyword = unquote(request.headers.get(KEYWORD_HEADER, "")).strip()
    return "" if keyword == "{keyword}" else keyword
