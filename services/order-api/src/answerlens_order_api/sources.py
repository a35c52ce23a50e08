"""Where a keyword's answers come from: their links, grouped by who registered the domain."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from answerlens_common.text.links import LinkOwner, Owners, group_key, read_link, registrable_domain

MOST_PAGES = 5


class Link(NamedTuple):
    """A link of an answer; `cited` when its text refers to it, else the engine only lists it."""

    answer_id: int
    url: str
    title: str
    cited: bool


class SourcePage(BaseModel):
    """A page, however it was tracked or shared. `listed` counts all its links, `cited` those the answers cite."""

    page: str = Field(description="its address without scheme and tracking", examples=["sony.com.cn/headphones"])
    title: str
    owner: LinkOwner
    cited: int
    listed: int


class Source(BaseModel):
    """A registered domain, and how many links of the answers lead to it."""

    domain: str | None = Field(description="null for links that lead to no host", examples=["sony.com.cn"])
    cited: int = Field(description="links that the answers cite", examples=[31])
    listed: int = Field(description="links that the engines list, cited or not", examples=[80])
    answers: int = Field(description="answers with a link to it", examples=[64])
    owners: dict[LinkOwner, int] = Field(
        description="whose the listed links are: of the order's brand, of a competitor, of nobody in the order"
    )
    pages: list[SourcePage] = Field(description="its pages with the most links")


@dataclass
class _Count:
    """Links to one domain or page while they are counted."""

    title: str = ""
    cited: int = 0
    owners: Counter[LinkOwner] = field(default_factory=Counter)
    answers: set[int] = field(default_factory=set)

    @property
    def listed(self) -> int:
        return self.owners.total()

    def add(self, link: Link, owner: LinkOwner) -> None:
        self.title = self.title or link.title
        self.cited += link.cited
        self.owners[owner] += 1
        self.answers.add(link.answer_id)


def first_sources(
    links: str, own: Sequence[str], competitors: Sequence[str], most: int
) -> tuple[int, list[dict[str, Any]]]:
    """How many sources there are, and the first of them: a job for a process of its own.

    Args:
        links: as `cache.sources.links` gives them.
        own: the domains of the order's brand.
        competitors: those of its competitors.
        most: how many are shown.
    """
    found = sources_of((Link(*link) for link in json.loads(links)), own, competitors)
    return len(found), [source.model_dump() for source in found[:most]]


def sources_of(links: Iterable[Link], own: Sequence[str], competitors: Sequence[str]) -> list[Source]:
    """The sources of answers, those with the most cited links first, then those with the most listed.

    Args:
        links: of all the answers.
        own: the domains of the order's brand.
        competitors: those of its competitors.
    """
    domains: defaultdict[str | None, _Count] = defaultdict(_Count)
    pages: defaultdict[str | None, defaultdict[str, _Count]] = defaultdict(lambda: defaultdict(_Count))
    owners = Owners(own, competitors)
    for link in links:
        owner, domain = owners.of(link.url), _domain(link.url)
        domains[domain].add(link, owner)
        pages[domain][group_key(link.url)].add(link, owner)
    return [_source(domain, count, pages[domain]) for domain, count in sorted(domains.items(), key=_order)]


def _domain(url: str) -> str | None:
    """The registered domain; the host itself where there is none (an address of numbers)."""
    page = read_link(url)
    return registrable_domain(url) or (page.host if page else None)


def _source(domain: str | None, count: _Count, pages: Mapping[str, _Count]) -> Source:
    return Source(
        domain=domain,
        cited=count.cited,
        listed=count.listed,
        answers=len(count.answers),
        owners={owner: count.owners[owner] for owner in ("own", "competitor", "other")},
        pages=[_page(page, each) for page, each in sorted(pages.items(), key=_order)[:MOST_PAGES]],
    )


def _page(page: str, count: _Count) -> SourcePage:
    ((owner, _),) = count.owners.most_common(1)
    return SourcePage(page=page, title=count.title, owner=owner, cited=count.cited, listed=count.listed)


def _order(item: tuple[str | None, _Count]) -> tuple[int, int, str]:
    name, count = item
    return -count.cited, -count.listed, name or ""
