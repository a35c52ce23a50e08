"""Wenxin's stream (chat.baidu.com): events that each carry a piece of one component of the page.

`markdown-yiyan` is the answer, appended; `thinkingSteps` brings thoughts and, in `referenceList`, sources. The end is
`endTurn` or the state `generate-complete`. `antiFlag` and `isSafe` tell of an answer that is withdrawn, `chatHitKunlun`
and status 1005 of a wall for this address, which only a person gets past.

Written in November 2026 from second-hand notes (measured in September 2026), never tried live. Not known: how the
answer cites, so that citations are unknown. The older stream of yiyan.baidu.com is not read.
"""

from collections.abc import Iterator
from typing import Any, Final

from answerlens_collector.decoders.complaints import failure_said, words_of
from answerlens_collector.decoders.json_events import JsonEvents
from answerlens_collector.decoders.reply import Failure, Reply, Source, distinct
from answerlens_collector.decoders.shapes import items, mapping, text

COMPLETE: Final = "generate-complete"
WALL: Final = 1005
# where the two flags may stand is not known: they are looked for everywhere
SAFE_VALUES: Final = {"antiFlag": {"", "0", "False", "None"}, "isSafe": {"", "1", "True", "None"}}

Json = dict[str, Any]


class WenxinDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._events = JsonEvents()
        self._answer: list[str] = []
        self._thoughts: list[str] = []
        self._sources: list[Source] = []
        self._state = ""
        self._finished = False
        self._withdrawn = False
        self._error: Json = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._events.feed(chunk):
            self._event(event.data)

    def reply(self) -> Reply:
        """What has been read so far."""
        error = self._error or self._events.plain()
        failure = _failure(error) if error else ("refused" if self._withdrawn else None)
        finished = self._finished and failure is None
        sources = () if failure == "refused" else distinct(self._sources)
        return Reply(
            text="" if failure == "refused" else "".join(self._answer).strip(),
            reasoning="" if failure == "refused" else "".join(self._thoughts).strip(),
            sources=sources,
            search_ran=True if sources else (False if finished else None),
            finished=finished,
            finish_reason=words_of(error) or self._state or None,
            failure=failure,
            broken_frames=self._events.broken,
            citations_known=False,
        )

    def _event(self, data: Json) -> None:
        if data.get("status") or data.get("chatHitKunlun"):
            self._error = data
        message = mapping(mapping(data.get("data")).get("message"))
        state = mapping(message.get("metaData"))
        self._state = text(state.get("state")) or self._state
        self._finished = self._finished or state.get("endTurn") is True or self._state == COMPLETE
        self._withdrawn = self._withdrawn or any(_is_unsafe(each) for each in _objects(data))
        generator = mapping(mapping(message.get("content")).get("generator"))
        part = mapping(generator.get("data"))
        match generator.get("component"):
            case "markdown-yiyan":
                self._answer.append(text(part.get("value")))
            case "thinkingSteps":
                self._thoughts += map(text, items(part.get("reasoningContentArr")))
                self._sources += map(_source, filter(None, map(mapping, items(part.get("referenceList")))))


def _source(page: Json) -> Source:
    return Source(text(page.get("url")), text(page.get("title")), text(page.get("source")), None)


def _failure(error: Json) -> Failure:
    is_wall = error.get("chatHitKunlun") or error.get("status") == WALL
    return "captcha" if is_wall else failure_said(words_of(error))


def _is_unsafe(part: Json) -> bool:
    return any(str(part.get(flag)) not in values for flag, values in SAFE_VALUES.items())


def _objects(value: object) -> Iterator[Json]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
