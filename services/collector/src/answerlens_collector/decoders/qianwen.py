"""Qianwen's stream (www.qianwen.com): events, each with a snapshot of all messages so far; the newest one holds.

The answer is the messages of type `multi_load/iframe`: the text in their `meta_data.multi_load`, or (an older form)
their `content`. Thoughts are the steps of `bar/workflow`. `resid` counts up, and a late event is passed over. Only
`sse_end` is the end.

Written in November 2026 from second-hand notes (captures of April and September 2026), never tried live. Not known: how
sources travel, and how the answer cites them: there are none here, whether a search ran is unknown, and so are
citations.
"""

from collections.abc import Iterable
from typing import Any, Final

from answerlens_collector.decoders.complaints import failure_said, words_of
from answerlens_collector.decoders.json_events import JsonEvent, JsonEvents
from answerlens_collector.decoders.reply import Reply
from answerlens_collector.decoders.shapes import items, mapping, text, whole_number

ANSWER: Final = "multi_load/iframe"
THOUGHTS: Final = "bar/workflow"

Json = dict[str, Any]


class QianwenDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._events = JsonEvents()
        self._newest = -1
        self._answer = ""
        self._thoughts = ""
        self._status = ""
        self._finished = False
        self._error: Json = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._events.feed(chunk):
            self._event(event)

    def reply(self) -> Reply:
        """What has been read so far."""
        error = self._error or self._events.plain()
        failure = failure_said(words_of(error)) if error else None
        return Reply(
            text="" if failure == "refused" else self._answer.strip(),
            reasoning=self._thoughts.strip(),
            finished=self._finished and not error,
            finish_reason=words_of(error) or self._status or None,
            failure=failure,
            broken_frames=self._events.broken,
            citations_known=False,
        )

    def _event(self, event: JsonEvent) -> None:
        if event.data.get("success") is False:
            self._error = {key: value for key, value in event.data.items() if key not in {"communication", "data"}}
            return
        count = whole_number(mapping(event.data.get("communication")).get("resid"))
        if count is not None and count < self._newest:
            return
        self._newest = count if count is not None else self._newest
        data = mapping(event.data.get("data"))
        messages = [mapping(each) for each in items(data.get("messages"))]
        # a snapshot without a part says nothing of it
        self._answer = _joined(_answer(each) for each in messages if each.get("mime_type") == ANSWER) or self._answer
        self._thoughts = (
            _joined(_steps(each) for each in messages if each.get("mime_type") == THOUGHTS) or self._thoughts
        )
        self._status = text(data.get("status")) or self._status
        self._finished = self._finished or str(data.get("sse_end")) == "1"


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, parts))


def _loads(message: Json) -> list[Json]:
    return [mapping(each) for each in items(mapping(message.get("meta_data")).get("multi_load"))]


def _answer(message: Json) -> str:
    first = next(iter(_loads(message)), {})
    return text(first.get("content")) or text(message.get("content"))


def _steps(message: Json) -> str:
    steps = (mapping(load.get("content")) for load in _loads(message) if load.get("type") == "bar_thinking")
    return _joined(text(step.get("body")) for step in steps)
