"""Server-sent events that carry JSON: what most chat pages stream."""

from dataclasses import dataclass
from typing import Any

from answerlens_collector.decoders.plain import PlainObject
from answerlens_collector.decoders.shapes import mapping
from answerlens_collector.decoders.sse import SseParser


@dataclass(frozen=True, slots=True)
class JsonEvent:
    """One event: its name ("" when it has none), its text, and the JSON object in it ({} where it holds none)."""

    name: str
    text: str
    data: dict[str, Any]


class JsonEvents:
    """Turns bytes, cut anywhere, into events.

    Attributes:
        broken: how many events began as JSON objects and could not be read.
    """

    def __init__(self) -> None:
        self.broken = 0
        self._sse = SseParser()
        self._plain = PlainObject()

    def feed(self, chunk: bytes) -> list[JsonEvent]:
        """The events that `chunk` completes."""
        self._plain.feed(chunk)
        events = []
        for event in self._sse.feed(chunk):
            data = event.json()
            self.broken += data is None and event.data.startswith("{")
            events.append(JsonEvent(event.name, event.data, mapping(data)))
        return events

    def plain(self) -> dict[str, Any]:
        """The JSON object that came instead of events; {} where there was none."""
        return self._plain.value()
