"""DeepSeek's stream: a document that grows by patches.

Two generations of it are read: text at `response/content`, reasoning at `response/thinking_content`, sources at
`response/search_results`; or all of it in `response/fragments`, a list of fragments typed THINK, RESPONSE, SEARCH or
TOOL_ and what the tool does. An answer that the site takes back becomes a TEMPLATE_RESPONSE: of such a stream only the
template is read, for what was there before has been withdrawn.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from answerlens_collector.decoders.complaints import failure_said, words_of
from answerlens_collector.decoders.deepseek_sources import resolved, search_fragments
from answerlens_collector.decoders.json_events import JsonEvent, JsonEvents
from answerlens_collector.decoders.patches import PatchedDocument
from answerlens_collector.decoders.reply import Failure, Reply
from answerlens_collector.decoders.shapes import items, mapping, text

ANSWER = frozenset({"RESPONSE", "ANSWER"})
REASONING = frozenset({"THINK"})
TEMPLATE = frozenset({"TEMPLATE_RESPONSE"})
NOT_PATCHES = frozenset({"ready", "title"})
WITHDRAWN = "CONTENT_FILTER"
WHOLE = frozenset({"", "FINISHED", WITHDRAWN})


class DeepSeekDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._events = JsonEvents()
        self._document = PatchedDocument()
        self._ended = False
        self._closed = False
        self._error: dict[str, Any] = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._events.feed(chunk):
            self._event(event)

    def reply(self) -> Reply:
        """What has been read so far."""
        response = mapping(self._document.root.get("response"))
        fragments = [mapping(item) for item in items(response.get("fragments"))]
        error = self._error or self._events.plain()
        failure = _failure(error, response, fragments)
        if failure == "refused":
            response = {key: response[key] for key in ("status", "quasi_status") if key in response}
            fragments = list(_typed(fragments, TEMPLATE))
        finished = self._is_finished(response)
        searches = search_fragments(fragments)
        answer = resolved([response, *_typed(fragments, ANSWER | TEMPLATE)], response, fragments)
        searched = bool(searches or answer.sources or response.get("search_status"))
        return Reply(
            text=answer.text,
            reasoning=(text(response.get("thinking_content")) + _joined(fragments, REASONING)).strip(),
            sources=answer.sources,
            cited=answer.cited,
            queries=tuple(_queries([response, *searches])),
            search_ran=True if searched else (False if finished else None),
            finished=finished,
            finish_reason=words_of(error) or _status(response) or ("FINISHED" if finished else None),
            failure=failure,
            broken_frames=self._events.broken,
            citations_known=answer.known,
        )

    def _event(self, event: JsonEvent) -> None:
        self._ended = self._ended or event.name == "finish"
        self._closed = self._closed or event.name == "close"
        if event.name in NOT_PATCHES:
            return
        if event.data.get("type") == "error":
            self._error = event.data
        elif "v" in event.data:
            self._document.patch(event.data)

    def _is_finished(self, response: dict[str, Any]) -> bool:
        """Whether the answer is there in full: the stream may end, and say of the answer that it is not."""
        if _status(response) not in WHOLE:
            return False
        if self._ended or text(response.get("status")) in {"FINISHED", WITHDRAWN}:
            return True
        return self._closed and _status(response) == "FINISHED"


def _failure(error: dict[str, Any], response: dict[str, Any], fragments: list[dict[str, Any]]) -> Failure | None:
    if error:
        return failure_said(words_of(error))
    if template := _joined(fragments, TEMPLATE):
        # it may also ask to come back later
        said = failure_said(template)
        return said if said in {"rate_limited", "unavailable", "login_required"} else "refused"
    return "refused" if _status(response) == WITHDRAWN else None


def _status(response: dict[str, Any]) -> str:
    """What the stream says of the answer; "" while it is being written."""
    status = text(response.get("status"))
    said = text(response.get("quasi_status")) if status in {"", "WIP"} else status
    return "" if said == "WIP" else said


def _typed(fragments: list[dict[str, Any]], types: frozenset[str]) -> Iterator[dict[str, Any]]:
    return (fragment for fragment in fragments if text(fragment.get("type")) in types)


def _joined(fragments: list[dict[str, Any]], types: frozenset[str]) -> str:
    return "".join(text(fragment.get("content")) for fragment in _typed(fragments, types))


def _queries(holders: Iterable[dict[str, Any]]) -> Iterator[str]:
    for holder in holders:
        for query in items(holder.get("queries")):
            if words := text(query) or text(mapping(query).get("query")):
                yield words
