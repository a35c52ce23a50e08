"""Doubao's stream: named events that carry content blocks.

The answer is the text of STREAM_MSG_NOTIFY, STREAM_CHUNK (object 1, text blocks) and CHUNK_DELTA, joined in the order
of the events; a delta goes on where the text stood last. Text blocks inside a thinking container are reasoning. The
block of search results may come after all text. The stream says which sources it lists, not which of them the answer
cites.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from answerlens_collector.decoders.citations import take_citations
from answerlens_collector.decoders.complaints import failure_said, words_of
from answerlens_collector.decoders.json_events import JsonEvent, JsonEvents
from answerlens_collector.decoders.reply import Failure, Reply, Source, distinct
from answerlens_collector.decoders.shapes import items, mapping, number, text

CONTENT = 1  # the patch object that holds content; others hold status, ext and a spoken copy of the text
TEXT_BLOCK = 10000
SEARCH_BLOCK = 10025
THINKING_BLOCK = 10040
ANSWER_COMPLETE = 1  # the end_type after which only suggestions follow
CODES: Final[dict[str, Failure]] = {
    "710012001": "login_required",
    "710022002": "rate_limited",
    "710022004": "rate_limited",
}


class DoubaoDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._events = JsonEvents()
        self._pieces: list[tuple[str, str]] = []  # (id of the block it stands in or "", text)
        self._parents: dict[str, str] = {}
        self._thinking: set[str] = set()
        self._writing = ""  # the block that holds the newest text's, or ""
        self._searches: dict[str, dict[str, Any]] = {}
        self._finished = False
        self._error: dict[str, Any] = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._events.feed(chunk):
            self._event(event)

    def reply(self) -> Reply:
        """What has been read so far."""
        parts: dict[bool, list[str]] = {True: [], False: []}
        for holder, piece in self._pieces:
            parts[self._is_thinking(holder)].append(piece)
        answer, cited = take_citations("".join(parts[False]))
        error = self._error or self._events.plain()
        failure = _failure(error) if error else None
        return Reply(
            text="" if failure == "refused" else answer,
            reasoning="".join(parts[True]).strip(),
            sources=distinct(_sources(self._searches.values())),
            cited=cited,
            queries=tuple(dict.fromkeys(_queries(self._searches.values()))),
            search_ran=True if self._searches else (False if self._finished else None),
            finished=self._finished,
            finish_reason=words_of(error) or (f"end_type {ANSWER_COMPLETE}" if self._finished else None),
            failure=failure,
            broken_frames=self._events.broken,
            citations_known=False,
        )

    def _event(self, event: JsonEvent) -> None:
        data = event.data
        match event.name:
            case "STREAM_MSG_NOTIFY":
                self._blocks(mapping(data.get("content")).get("content_block"))
            case "STREAM_CHUNK":
                for patch in map(mapping, items(data.get("patch_op"))):
                    if patch.get("patch_object") == CONTENT:
                        self._blocks(mapping(patch.get("patch_value")).get("content_block"))
            case "CHUNK_DELTA":
                self._pieces.append((self._writing, text(data.get("text"))))
            case "SSE_REPLY_END":
                self._finished = self._finished or data.get("end_type") == ANSWER_COMPLETE
            case "STREAM_ERROR":
                self._error = data or {"error_msg": event.text}

    def _blocks(self, blocks: object) -> None:
        for block in map(mapping, items(blocks)):
            kind = block.get("block_type")
            name = text(block.get("block_id"))
            parent = text(block.get("parent_id"))
            content = mapping(block.get("content"))
            self._parents[name] = parent
            finished = block.get("is_finish") is True
            if kind == TEXT_BLOCK:
                self._pieces.append((parent, text(mapping(content.get("text_block")).get("text"))))
                self._writing = "" if finished else parent
            elif kind == THINKING_BLOCK:
                self._thinking.add(name)
                self._writing = "" if finished else self._writing
            elif kind == SEARCH_BLOCK:
                found = mapping(content.get("search_query_result_block"))
                known = self._searches.setdefault(name, {})
                known.update({key: value for key, value in found.items() if value})

    def _is_thinking(self, block: str) -> bool:
        """Whether a block is a thinking container or stands in one, however deep."""
        seen: set[str] = set()
        while block and block not in seen:
            if block in self._thinking:
                return True
            seen.add(block)
            block = self._parents.get(block, "")
        return False


def _failure(error: dict[str, Any]) -> Failure:
    """A demand for verification is a captcha, whatever the code; else the code decides, else the words."""
    if mapping(mapping(error.get("extra")).get("decision")).get("type") == "verify":
        return "captcha"
    code = str(error.get("error_code") or error.get("code"))
    return CODES.get(code) or failure_said(words_of(error))


def _queries(searches: Iterable[dict[str, Any]]) -> Iterator[str]:
    for search in searches:
        for query in items(search.get("queries")):
            if words := text(query) or text(mapping(query).get("query")):
                yield words


def _sources(searches: Iterable[dict[str, Any]]) -> Iterator[Source]:
    for search in searches:
        for result in map(mapping, items(search.get("results"))):
            card = mapping(result.get("text_card")) or mapping(result.get("video_card"))
            if card:
                yield Source(
                    url=text(card.get("url")) or text(card.get("video_url")),
                    title=text(card.get("title")),
                    site=text(card.get("sitename")) or text(card.get("platform")),
                    index=number(card.get("index", result.get("index"))),
                )
