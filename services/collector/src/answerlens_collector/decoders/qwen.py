"""Qwen Chat's stream (chat.qwen.ai): deltas like OpenAI's, each in a phase.

Only the text of the phase `answer` is the answer; the phase `think` is reasoning. Sources come, each time all of them,
in a delta's `extra.web_search_info`. The answer is whole when its phase, or the choice, is finished.

Written in November 2026 from second-hand notes (live streams of August 2026, tests of June 2026), never tried live. Not
known: how the answer cites, so that citations are unknown; and whether anything follows the answer's phase.
"""

from typing import Any, Final

from answerlens_collector.decoders.complaints import complaint_in, failure_said, words_of
from answerlens_collector.decoders.json_events import JsonEvent, JsonEvents
from answerlens_collector.decoders.named_sources import named
from answerlens_collector.decoders.reply import Reply, Source
from answerlens_collector.decoders.shapes import items, mapping, text

ANSWER: Final = "answer"
SEARCH: Final = "web_search"
THOUGHTS: Final = "think"
FINISHED: Final = "finished"
CUT_OFF: Final = "length"
WITHHELD: Final = "content_filter"

Json = dict[str, Any]


class QwenDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._events = JsonEvents()
        self._texts: dict[str, str] = {}  # by phase
        self._found: list[tuple[str, Source]] = []
        self._searched = False
        self._finished = False
        self._reason = ""
        self._error: Json = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._events.feed(chunk):
            self._event(event)

    def reply(self) -> Reply:
        """What has been read so far."""
        error = self._error or self._events.plain()
        failure = failure_said(words_of(error)) if error else None
        sources = named(self._found, ()).sources
        finished = self._finished and not error and self._reason != CUT_OFF
        return Reply(
            text="" if failure == "refused" else self._texts.get(ANSWER, "").strip(),
            reasoning=self._texts.get(THOUGHTS, "").strip(),
            sources=sources,
            search_ran=True if self._searched or sources else (False if finished else None),
            finished=finished,
            finish_reason=words_of(error) or self._reason or None,
            failure=failure,
            broken_frames=self._events.broken,
            citations_known=False,
        )

    def _event(self, event: JsonEvent) -> None:
        self._error = complaint_in(event.data) or self._error
        for choice in map(mapping, items(event.data.get("choices"))):
            delta = mapping(choice.get("delta"))
            phase = text(delta.get("phase"))
            self._texts[phase] = self._texts.get(phase, "") + text(delta.get("content"))
            self._searched = self._searched or phase == SEARCH
            for result in map(mapping, items(mapping(delta.get("extra")).get("web_search_info"))):
                url, site = text(result.get("url")), text(result.get("hostname"))
                self._found.append((url, Source(url, text(result.get("title")), site, None)))
            self._reason = text(choice.get("finish_reason")) or self._reason
            if self._reason == WITHHELD:
                self._error = {"finish_reason": WITHHELD}
            ended = phase == ANSWER and delta.get("status") == FINISHED
            self._finished = self._finished or ended or self._reason == "stop"
