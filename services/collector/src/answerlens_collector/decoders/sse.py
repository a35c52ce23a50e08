"""Server-sent events, from bytes cut anywhere."""

import json
import re
from dataclasses import dataclass
from typing import Any

LINE_END = re.compile(rb"\r\n|\n|\r")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SseEvent:
    """One event: its name ("" when it has none) and its data lines, joined."""

    name: str
    data: str

    def json(self) -> Any:  # noqa: ANN401 JSON is any shape
        """The data as JSON, or None when it is not JSON."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            return None


class SseParser:
    """Turns bytes into events. A line, a character or a CR LF may be cut in two; an unended event is not given out."""

    def __init__(self) -> None:
        self._rest = b""
        self._first_line = True
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """The events that `chunk` completes."""
        *lines, self._rest = _split(self._rest + chunk)
        return [event for line in lines if (event := self._line(line)) is not None]

    def _line(self, raw: bytes) -> SseEvent | None:
        if self._first_line:
            self._first_line = False
            raw = raw.removeprefix(BYTE_ORDER_MARK)
        if not raw:
            return self._dispatch()
        field, _, value = raw.decode("utf-8", errors="replace").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data.append(value)
        return None

    def _dispatch(self) -> SseEvent | None:
        name, data = self._name, self._data
        self._name, self._data = "", []
        return SseEvent(name, "\n".join(data)) if data else None


def _split(text: bytes) -> list[bytes]:
    """`text` cut at its line ends; a CR at the very end is kept, for it may be half of a CR LF."""
    if text.endswith(b"\r"):
        *lines, last = LINE_END.split(text[:-1])
        return [*lines, last + b"\r"]
    return LINE_END.split(text)
