"""Whose page a link leads to, by registrable domain and subdomain, never by substring.

The public-suffix list is the copy inside the `publicsuffixlist` package: nothing is fetched, so the same release
classifies the same link the same way everywhere.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from publicsuffixlist import PublicSuffixList

LinkOwner = Literal["own", "competitor", "other"]

# The same page for a telephone or a desk.
_HOST_VARIANTS: Final = frozenset({"www", "m", "wap", "mobile", "h5", "3g", "touch"})
_TRACKING: Final = re.compile(
    r"utm_\w+|spm|scm|gclid|dclid|fbclid|msclkid|yclid|bd_vid|mc_cid|mc_eid|_ga|igshid|from|from_source|src|source|ref|refer"
    r"|referer|share_\w+|shareid|vd_source|seid|is_from_webapp|sharer_\w+|timestamp|isappinstalled|hmsr|hmpl|hmcu|hmkw|hmci"
)
# mailto: is a scheme, example.com:8080 is not.
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_UNRESERVED: Final = "/:@!$&'()*+,;=~-._"


class Page(NamedTuple):
    """A web address in the parts that ownership and grouping look at.

    Attributes:
        host: Lower case, international names as "xn--…", without "www.", "m." and the like.
        port: With its colon, empty for the usual one.
        path: Percent-encoding made uniform, without a trailing slash.
        query: The parameters that are not tracking, sorted.
    """

    host: str
    port: str
    path: str
    query: str


def is_domain(host: str) -> bool:
    """Whether a host ends in a suffix of the public list and has a name before it (node.js has not)."""
    return registrable_domain(host) is not None


def registrable_domain(address: str) -> str | None:
    """The part of a host or link that somebody registered (www.sony.com.cn: sony.com.cn), or None."""
    page = read_link(address)
    return page and _suffixes().privatesuffix(page.host)


# Every order on a keyword looks at the same links.
@lru_cache(maxsize=65_536)
def read_link(address: str) -> Page | None:
    """Take a link or a host apart; None when there is no host in it."""
    text = address.strip()
    if not _SCHEME.match(text):
        text = "https://" + text.removeprefix("//")
    try:
        parts = urlsplit(text)
        host, number = _ascii(parts.hostname or ""), parts.port
    except ValueError:  # a broken port, bracket or international name
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    port = "" if number in {None, _DEFAULT_PORTS[parts.scheme]} else f":{number}"
    path = quote(unquote(parts.path), safe=_UNRESERVED).rstrip("/")
    parameters = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name.lower())]
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""  # a page of a one-page site
    return Page(
        _without_variant(host), port, path + (f"#{fragment}" if fragment else ""), urlencode(sorted(parameters))
    )


def group_key(address: str) -> str:
    """The same string for links to the same page, however they were tracked, shared or shown on a telephone."""
    page = read_link(address)
    if page is None:
        return address.strip()
    return page.host + page.port + page.path + (f"?{page.query}" if page.query else "")


def classify(address: str, own: Iterable[str], competitors: Iterable[str] = ()) -> LinkOwner:
    """Whose page this is.

    Args:
        address: The link an answer gave.
        own: The order's domains or links: a domain covers its subdomains, a link with a path the pages below it.
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
    if wanted.query and page.query != wanted.query:
        return 0
    return len(wanted.host) + len(wanted.path) + len(wanted.query)


@lru_cache(maxsize=65_536)
def _entry(entry: str) -> Page | None:
    """A domain or link of an order; None for what nobody owns (com.cn) or what is no address."""
    page = read_link(entry)
    return page if page and _suffixes().privatesuffix(page.host) else None


def _without_variant(host: str) -> str:
    first, _, rest = host.partition(".")
    return rest if first in _HOST_VARIANTS and _suffixes().privatesuffix(rest) else host


def _ascii(host: str) -> str:
    return (host if host.isascii() else host.encode("idna").decode("ascii")).lower().rstrip(".")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
