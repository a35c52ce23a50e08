"""One JSON object in place of a stream: how a site refuses before a stream begins."""

import json
from typing import Any


class PlainObject:
    """Keeps all bytes while they may be a JSON object; a stream shows at its first byte that it is none."""

    def __init__(self) -> None:
        self._bytes: bytes | None = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._bytes is not None:
            start = (self._bytes + chunk).lstrip()
            self._bytes = start if start[:1] in (b"", b"{") else None

    def value(self) -> dict[str, Any]:
        """The object; {} where there was none, or not all of it."""
        try:
            found = json.loads(self._bytes or b"{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
