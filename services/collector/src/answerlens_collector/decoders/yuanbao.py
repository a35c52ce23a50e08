"""Yuanbao's stream (yuanbao.tencent.com): unnamed events, told apart by their `type`.

`text` is appended to the answer, `think` to the thoughts; `searchGuid` lists the sources, also after the text, and some
of them (maps, plug-ins) have no address. `[citation:N]` names the one whose `index` is N. `[DONE]` is the end. Events
that hold plain words (`status`, `text`, `search_with_text`) say nothing.

Written in November 2026 from second-hand notes (a capture of June 2026), never tried live. Not known: errors, and what
a withdrawn answer looks like.
"""

from typing import Any, Final

from answerlens_collector.decoders.citations import take_citations
from answerlens_collector.decoders.complaints import complaint_in, failure_said, words_of
from answerlens_collector.decoders.json_events import JsonEvent, JsonEvents
from answerlens_collector.decoders.reply import Reply, Source, distinct
from answerlens_collector.decoders.shapes import items, mapping, text, whole_number

END: Final = "[DONE]"

Json = dict[str, Any]


class YuanbaoDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._events = JsonEvents()
        self._answer: list[str] = []
        self._thoughts: list[str] = []
        self._sources: list[Source] = []
        self._searched = False
        self._ended = False
        self._error: Json = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._events.feed(chunk):
            self._event(event)

    def reply(self) -> Reply:
        """What has been read so far."""
        error = self._error or self._events.plain()
        failure = failure_said(words_of(error)) if error else None
        answer, cited = take_citations("".join(self._answer))
        sources = distinct(self._sources)
        finished = self._ended and not error
        return Reply(
            text="" if failure == "refused" else answer,
            reasoning="".join(self._thoughts).strip(),
            sources=sources,
            cited=cited,
            search_ran=True if self._searched else (False if finished else None),
            finished=finished,
            finish_reason=words_of(error) or (END if finished else None),
            failure=failure,
            broken_frames=self._events.broken,
            citations_known=set(cited) <= {source.index for source in sources},
        )

    def _event(self, event: JsonEvent) -> None:
        self._ended = self._ended or event.text == END
        self._error = complaint_in(event.data) or self._error
        match event.data.get("type"):
            case "text":
                self._answer.append(text(event.data.get("msg")))
            case "think":
                self._thoughts.append(text(event.data.get("content")))
            case "searchGuid":
                self._searched = True
                self._sources += map(_source, filter(None, map(mapping, items(event.data.get("docs")))))


def _source(page: Json) -> Source:
    site, number = text(page.get("web_site_name")), whole_number(page.get("index"))
    return Source(text(page.get("url")), text(page.get("title")), site, number)
