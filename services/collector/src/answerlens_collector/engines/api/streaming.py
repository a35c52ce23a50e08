"""What a reply adds up to: read whole, or put together from a stream as if it had come whole."""

import json
from typing import Any, Final, Literal, Protocol

from answerlens_collector.decoders.shapes import items, mapping
from answerlens_collector.decoders.sse import SseEvent, SseParser
from answerlens_collector.engines.api.expressions import ShapeError

_LAST_EVENTS: Final = ("response.completed", "response.incomplete", "response.failed")
# Of a delta: what is told once, and not a piece of a longer text.
_TOLD_ONCE: Final = ("role", "type", "id", "name", "index")


class Assembly(Protocol):
    """Takes the bytes of one reply, cut anywhere."""

    is_ended: bool
    """Whether the reply itself has said that nothing follows; a connection that is lost later does no harm."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""

    def document(self) -> Any:  # noqa: ANN401 JSON is any shape
        """The reply; of a stream that broke off, as far as it came: without a reason for its end.

        Raises:
            ShapeError: it cannot be read.
        """


def assembly_of(stream: Literal["chat", "responses"] | None) -> Assembly:
    """What reads such a reply."""
    match stream:
        case "chat":
            return ChatStream()
        case "responses":
            return ResponseStream()
        case None:
            return WholeReply()


class WholeReply:
    """JSON that is sent at once."""

    is_ended = False

    def __init__(self) -> None:
        self._read = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._read += chunk

    def document(self) -> Any:  # noqa: ANN401 JSON is any shape
        """The reply."""
        try:
            found = json.loads(bytes(self._read))
        except (ValueError, RecursionError) as error:
            message = "the reply is no JSON"
            raise ShapeError(message) from error
        if not isinstance(found, dict):
            message = "the reply is no JSON object"
            raise ShapeError(message)
        return found


class _Events:
    """A stream of events, each of them JSON."""

    def __init__(self) -> None:
        self.is_ended = False
        self._parser = SseParser()
        self._events = 0
        self._unreadable = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._parser.feed(chunk):
            self._events += 1
            self._take(event)

    def _take(self, event: SseEvent) -> None:
        if event.data.strip() == "[DONE]":
            self.is_ended = True
            return
        data = event.json()
        if isinstance(data, dict):
            self._add(data)
        else:
            self._unreadable += 1

    def _add(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def _finish(self) -> None:
        unreadable = self._unreadable
        # some servers leave out the line that ends the last event; half an event is where a stream broke off
        self.feed(b"\n\n")
        if not self._events or unreadable:
            message = "the stream has events that are no JSON" if self._events else "the reply is no stream of events"
            raise ShapeError(message)


class ChatStream(_Events):
    """Chunks of a chat completion: what is told of the message in pieces is joined, all else is taken as told last."""

    def __init__(self) -> None:
        super().__init__()
        self._document: dict[str, Any] = {}
        self._choice: dict[str, Any] = {}
        self._message: dict[str, Any] = {}

    def _add(self, data: dict[str, Any]) -> None:
        self._document.update({name: value for name, value in data.items() if name != "choices" and value is not None})
        for choice in map(mapping, items(data.get("choices"))):
            if choice.get("index", 0) == 0:
                told = {name: value for name, value in choice.items() if name != "delta" and value is not None}
                self._choice.update(told)
                _join(self._message, mapping(choice.get("delta")))

    def document(self) -> dict[str, Any]:
        """The completion."""
        self._finish()
        return {**self._document, "choices": [{**self._choice, "message": self._message}]}


class ResponseStream(_Events):
    """Events of a response: the last one holds all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._document: dict[str, Any] = {}

    def _add(self, data: dict[str, Any]) -> None:
        if data.get("type") in _LAST_EVENTS:
            self._document = mapping(data.get("response"))
            self.is_ended = True
        elif data.get("type") == "error":
            self._document = {"error": mapping(data.get("error")) or data}
            self.is_ended = True

    def document(self) -> dict[str, Any]:
        """The response."""
        self._finish()
        return self._document


def _join(whole: dict[str, Any], piece: dict[str, Any]) -> None:
    """Add a piece to what is there: texts are joined, lists extended, the entries of numbered ones filled in."""
    for name, value in piece.items():
        before = whole.get(name)
        if value is None:
            continue
        if before is None:
            whole[name] = {} if isinstance(value, dict) else [] if isinstance(value, list) else value
            before = whole[name]
            if not isinstance(value, dict | list):
                continue
        if isinstance(before, dict) and isinstance(value, dict):
            _join(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            _extend(before, value)
        elif isinstance(before, str) and isinstance(value, str) and name not in _TOLD_ONCE:
            whole[name] = before + value
        elif value != "":
            whole[name] = value


def _extend(whole: list[Any], pieces: list[Any]) -> None:
    """Add entries to a list; one that has the `index` of an entry that is there goes on with it."""
    for piece in pieces:
        index = piece.get("index") if isinstance(piece, dict) else None
        same = (
            [one for one in whole if isinstance(one, dict) and one.get("index") == index] if index is not None else []
        )
        if same:
            _join(same[0], piece)
        else:
            whole.append(piece)
