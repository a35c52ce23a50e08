"""One answer of an engine to one question, or why there is none.

Whatever a site has sent becomes storable here, where nothing can pass it by.
"""

from dataclasses import dataclass

from answerlens_common.contracts.statuses import AnswerStatus


@dataclass(frozen=True, slots=True)
class Link:
    """A source of an answer: `cited` by it, or only listed beside it. The URL may be empty (maps, plug-ins)."""

    url: str
    title: str
    site: str
    cited: bool

    def __post_init__(self) -> None:
        for field in ("url", "title", "site"):
            object.__setattr__(self, field, storable(getattr(self, field)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. No links is a normal result: whether an engine searches is often its own choice.

    `text` is without citation marks. `search_ran` is None where the page does not tell. `citations_known` is False
    where neither stream nor page tells cited sources from listed ones: then no link is marked as cited, and that
    means nothing. `error` says in words what went wrong when the status is not ok. Of an API: the model that was asked
    for and the one that it says has answered, the tokens it counts, and what they cost in its file's currency; None
    where that is not known.
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
    requested_model: str | None = None
    served_model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None

    def __post_init__(self) -> None:
        for field in ("text", "reasoning", "finish_reason", "error", "requested_model", "served_model"):
            value = getattr(self, field)
            object.__setattr__(self, field, None if value is None else storable(value))
        object.__setattr__(self, "queries", tuple(map(storable, self.queries)))


def storable(text: str) -> str:
    """The text as UTF-8 and PostgreSQL can hold it: halves of a character joined, halves alone and NUL left out.

    A stream may cut an emoji between two pieces, or write one half of it, as JSON's escapes allow.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore").replace("\0", "")
