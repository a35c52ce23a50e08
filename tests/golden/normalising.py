"""What differs from run to run, replaced by a name. Everything else of an answer is compared as it is."""

import functools
import re
from collections.abc import Mapping

from tests.golden import later
from tests.golden.api import KEYS
from tests.golden.database import seed

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KEY = re.compile(r"al_[A-Za-z0-9_-]{43}")
_MEAN = re.compile(r'("mean_seconds": ?\d+\.\d{6})\d+')
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
HEADERS = (
    "allow",
    "cache-control",
    "content-type",
    "idempotency-replayed",
    "link",
    "location",
    "report-version",
    "retry-after",
    "www-authenticate",
)
"""The headers that are compared: the others are the server's own, or the same on every answer."""


@functools.cache
def _known_ids() -> frozenset[str]:
    return frozenset(_ID.findall(f"{seed()} {later.SQL}"))


class Names:
    """Names for what a run draws, the same for the same value throughout the run."""

    def __init__(self) -> None:
        self._drawn: dict[str, str] = {}

    def normal(self, text: str) -> str:
        """The text without what a run draws.

        An id that the seed does not hold was drawn for a new row; so was a key that no user of the seed has. The port
        of the API is a free one. The last digits of a mean time depend on the order in which PostgreSQL
        reads the rows.
        """
        text = _ID.sub(lambda found: found[0] if found[0] in _known_ids() else self._name("id", found[0]), text)
        text = _KEY.sub(lambda found: found[0] if found[0] in KEYS.values() else self._name("key", found[0]), text)
        text = _MEAN.sub(r"\1", text)
        return _ADDRESS.sub("http://api", text)

    def _name(self, kind: str, value: str) -> str:
        return self._drawn.setdefault(value, f"<{kind} {len(self._drawn) + 1}>".ljust(len(value)))


def headers_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Those that are compared."""
    return {name: headers[name] for name in HEADERS if name in headers}
