"""Whose page a link leads to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from answerlens_common.text.links.reading import Page, is_domain, read_link

LinkOwner = Literal["own", "competitor", "other"]


class Owners:
    """Who owns what of the web, for one order. Its cost goes by the order's domains, that of a link does not."""

    def __init__(self, own: Iterable[str], competitors: Iterable[str] = ()) -> None:
        """Know whose which domains are.

        Args:
            own: The order's domains or links: a domain covers its subdomains, a link with a path the pages below it,
                one with parameters the pages that have them too (an account on a shared host).
            competitors: The same for its competitors. The more exact of two that fit wins; at a tie the order's own.
        """
        self._own = _by_host(own)
        self._competitors = _by_host(competitors)

    def of(self, address: str) -> LinkOwner:
        """Whose page this is, by the link that an answer gave."""
        page = read_link(address)
        if page is None:
            return "other"
        ours, theirs = _fit(page, self._own), _fit(page, self._competitors)
        if not ours and not theirs:
            return "other"
        return "own" if ours >= theirs else "competitor"


def classify(address: str, own: Iterable[str], competitors: Iterable[str] = ()) -> LinkOwner:
    """Whose page this is; who asks of many links of an order asks its `Owners`."""
    return Owners(own, competitors).of(address)


def _by_host(entries: Iterable[str]) -> dict[str, list[Page]]:
    found: defaultdict[str, list[Page]] = defaultdict(list)
    for entry in entries:
        page = _entry(entry)
        if page is not None:
            found[page.host].append(page)
    return dict(found)


def _fit(page: Page, owned: dict[str, list[Page]]) -> int:
    """How exactly the entry that fits best covers the page, 0 for not at all."""
    fitting = (entry for host in _covering(page.host) for entry in owned.get(host, ()) if _is_below(page, entry))
    return max((len(entry.host) + len(entry.path) + len(entry.query) for entry in fitting), default=0)


def _covering(host: str) -> Iterator[str]:
    """The host and those that it is a subdomain of: a.b.cn, b.cn, cn."""
    while host:
        yield host
        host = host.partition(".")[2]


def _is_below(page: Page, entry: Page) -> bool:
    """Whether a page of the entry's host, or of a subdomain, is one of those that the entry's path and query mean."""
    if entry.path and page.path != entry.path and not page.path.startswith(entry.path + "/"):
        return False
    return _parameters(entry.query) <= _parameters(page.query)


def _parameters(query: str) -> set[str]:
    return set(query.split("&")) - {""}


@lru_cache(maxsize=4096)
def _entry(entry: str) -> Page | None:
    """A domain or link of an order; None for what has no owner (com.cn) or is no address."""
    page = read_link(entry)
    return page if page and is_domain(page.host) else None
