"""Where a keyword's answers come from: their links, grouped by who registered the domain."""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.errors import NotFoundError
from answerlens_common.text.links import LinkOwner, Owners, group_key, read_link, registrable_domain
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.accounts.store import User
from answerlens_orders.keywords import opened
from answerlens_orders.keywords import sources_store as store
from answerlens_orders.keywords.views import Source, SourcePage, SourcesView

MOST_PAGES = 5


class Link(NamedTuple):
    """A link of an answer; `cited` when its text refers to it, else the engine only lists it."""

    answer_id: int
    url: str
    title: str
    cited: bool


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


@dataclass(frozen=True)
class SourcesQuery:
    """Whose sources: of a day (the newest that is kept by default), an order, a surface; the first `limit` of them."""

    date: dt.date | None
    order_id: UUID | None
    surface: str | None
    limit: int


async def list_sources(
    db: Database, heavy: HeavyWork, user: User, keyword: str, query: SourcesQuery, *, sandbox: bool
) -> SourcesView:
    """The sites that a day's answers cite most; `sandbox`: the answers of this installation are not real.

    Raises:
        NotFoundError: no measurement of the user's on the keyword has been completed, or no answers of it are kept.
    """
    async with db.transaction() as tx:
        order = await opened.order(tx, user, keyword, query.order_id)
        if order is None:
            detail = f"no measurement of yours on {keyword} has been completed"
            raise NotFoundError(detail)
        day = await store.day(tx, user, order.id, query.date, query.surface)
        links = await store.links(tx, keyword, day) if day else ""
    if day is None:
        when = query.date or "any day"
        detail = f"no answers on {keyword} are kept of {when} for order {order.id}"
        raise NotFoundError(detail)
    rivals = [domain for competitor in order.competitors for domain in competitor["domains"]]
    # taking thousands of addresses apart would hold other requests up
    domains, shown = await heavy.run(user.id, first_sources, links, order.brand["domains"], rivals, query.limit)
    return SourcesView(keyword=keyword, order_id=order.id, **vars(day), sandbox=sandbox, domains=domains, sources=shown)


def first_sources(
    links: str, own: Sequence[str], competitors: Sequence[str], most: int
) -> tuple[int, list[dict[str, Any]]]:
    """How many sources there are, and the first of them: a job for a process of its own.

    Args:
        links: as `sources_store.links` gives them.
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
