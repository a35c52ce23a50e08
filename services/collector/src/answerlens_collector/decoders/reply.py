"""What a decoder reads out of a chat page's stream."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

# What a stream itself can say against an answer, beside ending early.
Failure = Literal["captcha", "login_required", "refused", "rate_limited", "unavailable", "failed"]


@dataclass(frozen=True, slots=True)
class Source:
    """A source that the platform lists with an answer; its URL may be empty (maps, plug-ins)."""

    url: str
    title: str
    site: str
    index: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A stream as far as it has been read.

    `text` is clean of citation marks; `cited` holds the platform's own numbers, in order of appearance.
    `search_ran` is None while the stream has not said. `failure` is None unless the stream itself reports one.
    `broken_frames` counts those that could not be read: some of the answer may be missing.
    `citations_known` is False where the stream does not say which of its sources the answer cites: never, or not here,
    because a mark names none of them.
    """

    text: str
    reasoning: str = ""
    sources: tuple[Source, ...] = ()
    cited: tuple[int, ...] = ()
    queries: tuple[str, ...] = ()
    search_ran: bool | None = None
    finished: bool = False
    finish_reason: str | None = None
    failure: Failure | None = None
    broken_frames: int = 0
    citations_known: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether the stream has said all, and all of it could be read. A refusal is all there will be."""
        return (self.finished or self.failure == "refused") and not self.broken_frames


class Decoder(Protocol):
    """Reads one stream, in pieces cut anywhere."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Malformed and unknown parts are passed over."""

    def reply(self) -> Reply:
        """What has been read so far."""


def distinct(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources without repetition (the same page under the same number), the first of each kept."""
    found: dict[tuple[str, int | None], Source] = {}
    for source in sources:
        found.setdefault((source.url, source.index), source)
    return tuple(found.values())
