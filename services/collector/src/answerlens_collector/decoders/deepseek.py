"""DeepSeek's stream: a document that grows by patches.

Two generations of it are read: text at `response/content`, reasoning at `response/thinking_content`, sources at
`response/search_results`; or all of it in `response/fragments`, a list of fragments typed THINK, SEARCH or RESPONSE.
"""

from collections.abc import Iterator
from typing import Any

from answerlens_collector.decoders.citations import take_citations
from answerlens_collector.decoders.patches import PatchedDocument
from answerlens_collector.decoders.reply import Failure, Reply, Source, distinct
from answerlens_collector.decoders.shapes import items, mapping, number, text
from answerlens_collector.decoders.sse import SseEvent, SseParser

TEXT = frozenset({"RESPONSE", "ANSWER", "TEMPLATE_RESPONSE"})
REASONING = frozenset({"THINK"})
NOT_PATCHES = frozenset({"ready", "title"})


class DeepSeekDecoder:
    """See the module; made anew for each stream."""

    marks_citations = True

    def __init__(self) -> None:
        self._sse = SseParser()
        self._broken = 0
        self._document = PatchedDocument()
        self._ended = False
        self._closed = False
        self._error: dict[str, Any] = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._sse.feed(chunk):
            self._event(event)

    def reply(self) -> Reply:
        """What has been read so far."""
        response = mapping(self._document.root.get("response"))
        fragments = [mapping(item) for item in items(response.get("fragments"))]
        searches = [fragment for fragment in fragments if fragment.get("type") == "SEARCH"]
        answer, cited = take_citations(text(response.get("content")) + _joined(fragments, TEXT))
        sources = distinct(_sources([response.get("search_results"), *(s.get("results") for s in searches)]))
        finished = self._is_finished(response)
        searched = bool(searches or sources or response.get("search_status"))
        reason = self._reason(response)
        return Reply(
            text=answer,
            reasoning=(text(response.get("thinking_content")) + _joined(fragments, REASONING)).strip(),
            sources=sources,
            cited=cited,
            queries=tuple(_queries([response, *searches])),
            search_ran=True if searched else (False if finished else None),
            finished=finished,
            finish_reason=reason or ("FINISHED" if finished else None),
            failure=self._failure(reason),
            broken_frames=self._broken,
        )

    def _event(self, event: SseEvent) -> None:
        self._ended = self._ended or event.name == "finish"
        self._closed = self._closed or event.name == "close"
        data = event.json()
        self._broken += data is None and event.data.startswith("{")
        if event.name in NOT_PATCHES or not isinstance(data, dict):
            return
        if data.get("type") == "error":
            self._error = data
        elif "v" in data:
            self._document.patch(data)

    def _is_finished(self, response: dict[str, Any]) -> bool:
        if self._ended or response.get("status") == "FINISHED":
            return True
        return self._closed and response.get("quasi_status") == "FINISHED"

    def _reason(self, response: dict[str, Any]) -> str:
        if self._error:
            return text(self._error.get("finish_reason")) or text(self._error.get("content")) or "error"
        status = text(response.get("status"))
        return "" if status == "WIP" else status

    def _failure(self, reason: str) -> Failure | None:
        if not self._error:
            return "refused" if reason == "CONTENT_FILTER" else None
        words = f"{reason} {text(self._error.get('content'))}".lower()
        return "rate_limited" if "rate_limit" in words or "too frequent" in words else "failed"


def _joined(fragments: list[dict[str, Any]], types: frozenset[str]) -> str:
    return "".join(text(fragment.get("content")) for fragment in fragments if fragment.get("type") in types)


def _queries(holders: list[dict[str, Any]]) -> Iterator[str]:
    for holder in holders:
        for query in items(holder.get("queries")):
            if words := text(query) or text(mapping(query).get("query")):
                yield words


def _sources(lists: list[Any]) -> Iterator[Source]:
    for results in lists:
        for result in filter(None, map(mapping, items(results))):
            yield Source(
                url=text(result.get("url")),
                title=text(result.get("title")),
                site=text(result.get("site_name")),
                index=number(result.get("cite_index")),
            )
