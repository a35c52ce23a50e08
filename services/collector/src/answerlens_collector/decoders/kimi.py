"""Kimi's stream (www.kimi.com): Connect frames, each of which sets or appends a part of a block or of the message.

The answer is the text of the blocks that have some, in their order; thoughts stand in blocks of their own. Sources come
in a tool's `contents` and again in the message's `refs`; the answer cites them by private-use characters around their
`refIndex`. Only the frame flagged as the last one is the end, and only when it brings no error.

Written in November 2026 from second-hand notes (captures of June and August 2026), never tried live. Not known: what a
withdrawn or moderated answer looks like, and which words `message.status` has beside COMPLETED and GENERATING.
"""

import re
from typing import Any, Final

from answerlens_collector.decoders.citations import key_mark, take_keys
from answerlens_collector.decoders.complaints import failure_said, words_of
from answerlens_collector.decoders.connect import ConnectFrame, ConnectFrames
from answerlens_collector.decoders.named_sources import named
from answerlens_collector.decoders.reply import Failure, Reply, Source
from answerlens_collector.decoders.shapes import items, mapping, text

SEPARATOR: Final = "\ue3a3"
MARK: Final = key_mark("\ue3a0", SEPARATOR, "\ue3a8")
# the form of older answers
BRACKETS: Final = re.compile(r"[ \t]*\[\[\s*(\w+:\d+#\d+(?:\s*[,，、]\s*\w+:\d+#\d+)*)\s*\]\]")
BROKEN_OFF: Final = re.compile("CANCEL|FAIL|ERROR|INTERRUPT|INCOMPLETE|ABORT|STOP")
# codes of the Connect protocol whose names say less than they mean
CODES: Final[dict[str, Failure]] = {
    "resource_exhausted": "rate_limited",
    "internal": "unavailable",
    "deadline_exceeded": "unavailable",
    "aborted": "unavailable",
}

Json = dict[str, Any]


class KimiDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._frames = ConnectFrames()
        self._texts: dict[str, str] = {}  # by block, in order
        self._thoughts: dict[str, str] = {}
        self._arguments: dict[str, str] = {}
        self._found: list[tuple[str, Source]] = []
        self._status = ""
        self._ended = False
        self._error: Json = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for frame in self._frames.feed(chunk):
            self._frame(frame)

    def reply(self) -> Reply:
        """What has been read so far."""
        error = self._error or self._frames.plain()
        failure = _failure(error) if error else None
        answer, keys = take_keys("".join(self._texts.values()), MARK, SEPARATOR)
        answer, older = take_keys(answer, BRACKETS, ",，、")
        sources = named(self._found, [*keys, *older])
        queries = tuple(dict.fromkeys(query for each in self._arguments.values() for query in _queries(each)))
        finished = self._ended and not error and not BROKEN_OFF.search(self._status)
        searched = bool(queries or sources.sources)
        return Reply(
            text="" if failure == "refused" else answer.strip(),
            reasoning="".join(self._thoughts.values()).strip(),
            sources=sources.sources,
            cited=sources.cited,
            queries=queries,
            search_ran=True if searched else (False if finished else None),
            finished=finished,
            finish_reason=words_of(error) or self._status or None,
            failure=failure,
            broken_frames=self._frames.broken,
            citations_known=sources.known,
        )

    def _frame(self, frame: ConnectFrame) -> None:
        data = frame.data
        self._ended = self._ended or frame.last
        if data.get("error"):
            self._error = {"error": data["error"]}
        appends = data.get("op") == "append"
        block = mapping(data.get("block"))
        name, tool = text(block.get("id")), mapping(block.get("tool"))
        _write(self._texts, name, mapping(block.get("text")).get("content"), appends=appends)
        _write(self._thoughts, name, mapping(block.get("think")).get("content"), appends=appends)
        _write(self._arguments, name, tool.get("args"), appends=appends)
        message = mapping(data.get("message"))
        if message.get("role") != "user":
            self._status = text(message.get("status")) or self._status
        for result in (*items(tool.get("contents")), *items(mapping(message.get("refs")).get("searchChunks"))):
            self._result(mapping(result))

    def _result(self, result: Json) -> None:
        found = mapping(result.get("searchResult")) or result
        base = mapping(found.get("base"))
        if base:
            source = Source(text(base.get("url")), text(base.get("title")), text(base.get("siteName")), None)
            self._found.append((text(found.get("refIndex")), source))


def _write(blocks: dict[str, str], name: str, value: object, *, appends: bool) -> None:
    if isinstance(value, str):
        blocks[name] = blocks.get(name, "") + value if appends else value


def _queries(arguments: str) -> list[str]:
    """The queries in a tool's arguments, which are JSON as text and may not be whole yet."""
    given = mapping(arguments)
    return [query for each in (*items(given.get("queries")), given.get("query")) if (query := text(each))]


def _failure(error: Json) -> Failure:
    said = failure_said(words_of(error))
    code = text((mapping(error.get("error")) or error).get("code"))
    return CODES.get(code, said) if said == "failed" else said
