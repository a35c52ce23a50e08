"""Whose page a link leads to."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from answerlens_common.text.links.reading import Page, is_domain, read_link

LinkOwner = Literal["own", "competitor", "other"]


def classify(address: str, own: Iterable[str], competitors: Iterable[str] = ()) -> LinkOwner:
    """Whose page this is.

    Args:
        address: The link an answer gave.
        own: The order's domains or links: a domain covers its subdomains, a link with a path the pages below it, one
            with parameters the pages that have them too (an account on a shared host).
        competitors: The same for its competitors. The more exact of two that fit wins; at a tie the order's own.
    """
    page = read_link(address)
    if page is None:
        return "other"
    ours = max((_fit(page, entry) for entry in own), default=0)
    theirs = max((_fit(page, entry) for entry in competitors), default=0)
    if not ours and not theirs:
        return "other"
    return "own" if ours >= theirs else "competitor"


def _fit(page: Page, entry: str) -> int:
    """How exactly an entry covers the page, 0 for not at all."""
    wanted = _entry(entry)
    if wanted is None or not f".{page.host}".endswith(f".{wanted.host}"):
        return 0
    if wanted.path and page.path != wanted.path and not page.path.startswith(wanted.path + "/"):
        return 0
    if not _parameters(wanted.query) <= _parameters(page.query):
        return 0
    return len(wanted.host) + len(wanted.path) + len(wanted.query)


def _parameters(query: str) -> set[str]:
    return set(query.split("&")) - {""}


@lru_cache(maxsize=4096)
def _entry(entry: str) -> Page | None:
    """A domain or link of an order; None for what nobody owns (com.cn) or what is no address."""
    page = read_link(entry)
    return page if page and is_domain(page.host) else None
