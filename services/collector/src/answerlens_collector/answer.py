"""One answer of an engine to one question, or why there is none."""

from dataclasses import dataclass
from typing import Literal

AnswerStatus = Literal["ok", "failed", "refused", "captcha", "login_required", "empty"]


@dataclass(frozen=True, slots=True)
class Link:
    """A source of an answer: `cited` by it, or only listed beside it.

    `position` is the platform's own number, or None where it gave none. The URL may be empty (maps, plug-ins).
    """

    url: str
    title: str
    site: str
    position: int | None
    cited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. No links is a normal result: whether an engine searches is often its own choice.

    `text` is without citation marks. `search_ran` is None where the page does not tell. `citations_known` is False
    where neither stream nor page tells cited sources from listed ones: then no link is marked as cited, and that
    means nothing. `error` says in words what went wrong when the status is not ok.
    """

    status: AnswerStatus
    text: str = ""
    reasoning: str = ""
    links: tuple[Link, ...] = ()
    search_ran: bool | None = None
    citations_known: bool = False
    finish_reason: str | None = None
    queries: tuple[str, ...] = ()
    error: str | None = None
