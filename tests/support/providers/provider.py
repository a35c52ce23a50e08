"""What a provider's double can say, and what is to be read in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answerlens_collection.answers.answer import Link

Json = dict[str, Any]
Rounds = Sequence[Json]
"""The replies to one question: one, or one a round of tools."""

TEXT = "降噪耳机里，索尼的新款口碑不错，漫步者便宜。"
SONY = "https://shop.example.cn/sony?id=7"
EDIFIER = "https://news.example.com/edifier"
OTHER = "https://www.example.org/"


@dataclass(frozen=True)
class Provider:
    """The replies of one provider.

    Attributes:
        plain: an answer without a search.
        searched: one with a search, whose text is `TEXT` with the provider's marks.
        links: the sources of the latter.
        citations_known: whether the provider tells which of them are cited.
        queries: what it searched for.
        served: the model that it says has answered; None when it says none.
        tokens: of prompt and answer, over all rounds of `searched`.
        ends: replies that are no answer, by what they are: `cut_off`, `filtered`, `refused`, `failed`.
        errors: HTTP statuses and bodies, by what they mean.
    """

    plain: Rounds
    searched: Rounds
    links: tuple[Link, ...]
    citations_known: bool
    tokens: tuple[int, int]
    ends: Mapping[str, Rounds]
    errors: Mapping[str, tuple[int, Json]]
    queries: tuple[str, ...] = ()
    served: str | None = None


def link(url: str, title: str = "", site: str = "", *, cited: bool) -> Link:
    """A source."""
    return Link(url, title, site, cited=cited)
