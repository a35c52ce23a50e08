"""Takes an address apart, as answers and engines write them.

The public-suffix list is the copy inside the `publicsuffixlist` package: nothing is fetched, so the same release
reads the same link the same way everywhere.
"""

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from publicsuffixlist import PublicSuffixList

from answerlens_common.text.links.redirects import target_of
from answerlens_common.text.links.tracking import is_tracking

# The same page for a telephone or a desk.
_HOST_VARIANTS: Final = frozenset({"www", "m", "wap", "mobile", "h5", "3g", "touch"})
# mailto: is a scheme, example.com:8080 is not.
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_UNRESERVED: Final = "/:@!$&'()*+,;=~-._"
# Everything that may stand before the path: an account, a host of any script (percent-encoded too), a port.
_AUTHORITY: Final = re.compile(r"[\w.%:@!$&'*+=~\[\]\u3002\uff0e\uff61-]*")
_HOST: Final = re.compile(r"[\w.-]+")
_ASCII_HOST: Final = re.compile(r"[a-z0-9._-]+", re.IGNORECASE)
_PORT: Final = re.compile(r"[^:]*:([a-z0-9]+)", re.IGNORECASE)
_LAST_PORT: Final = 65_535
_DOTS: Final = re.compile("[\u3002\uff0e\uff61]")
_DOT: Final = re.compile("[.\u3002\uff0e\uff61]")
# In running Chinese text these end an address. A page's name has none of them, but may have （）.
_STOPS: Final = re.compile(r"[\s，。；、！？“”<>|`\"]")
_CLOSING: Final = {"）": "（", ")": "(", "】": "【", "]": "[", "》": "《", "」": "「", "』": "『"}
_LAST_MARK: Final = re.compile(
    "(?:"
    + "|".join(re.escape(form) for mark in (*_CLOSING, *"，。；、！？：.,;!?'") for form in (mark, quote(mark)))
    + ")$"
)
_MOST_REDIRECTS: Final = 3  # in a row
# What is remembered is bounded in number and in length: 16,384 of these take about 20 MB.
_LONGEST_REMEMBERED: Final = 500


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
    """The part of a host or link that its owner registered (www.sony.com.cn: sony.com.cn), or None."""
    page = read_link(address)
    return page and _registered(page.host)


def read_link(address: str) -> Page | None:
    """Take a link or a host apart, through redirects that name their target; None when there is no host in it."""
    if len(address) > _LONGEST_REMEMBERED:
        return _read(address, _MOST_REDIRECTS)
    return _remembered(address)


# Every order on a keyword looks at the same links.
@lru_cache(maxsize=16_384)
def _remembered(address: str) -> Page | None:
    return _read(address, _MOST_REDIRECTS)


def group_key(address: str) -> str:
    """The same string for links to the same page, however they were tracked, shared, redirected or shown."""
    page = read_link(address)
    if page is None:
        return address.strip()
    return page.host + page.port + page.path + (f"?{page.query}" if page.query else "")


def _read(address: str, redirects: int) -> Page | None:
    parts = _split(address)
    host = _host(parts.netloc) if parts else None
    if parts is None or host is None:
        return None
    target = target_of(parts, host, parse_qsl(parts.query, keep_blank_values=True)) if redirects else None
    return (target and _read(target, redirects - 1)) or _page(parts, host)


def _page(parts: SplitResult, host: str) -> Page | None:
    port = _port(parts.netloc)
    if port is None:
        return None
    path = quote(unquote(parts.path), safe=_UNRESERVED).rstrip("/")
    # a page of a one-page site
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    shown = "" if port in {"", str(_DEFAULT_PORTS[parts.scheme])} else f":{port}"
    return Page(_without_variant(host), shown, path + fragment, _query(parts.query))


def _split(address: str) -> SplitResult | None:
    """The address's parts, without what stands behind it in a text; None for another scheme than the web's."""
    text = address.strip()
    scheme = _SCHEME.match(text)
    if scheme is None:
        text = "https://" + text.removeprefix("//")
    elif scheme.group(1).lower() not in _DEFAULT_PORTS:
        return None
    head, _, rest = text.partition("//")
    written = _AUTHORITY.match(rest)
    authority = written.group() if written else ""
    behind = rest[len(authority) :]
    if scheme is None and not _DOT.search(authority):  # words, not an address
        return None
    if not behind.startswith(("/", "?", "#")):  # the host ends here, and with it the address
        behind = ""
    try:
        # the authority is read apart: the standard library refuses some that browsers open
        parts = urlsplit(f"{head.lower()}//x{_until_stop(behind)}")
    except ValueError:
        return None
    return parts._replace(netloc=authority)


def _until_stop(text: str) -> str:
    """A path and query without the punctuation of the sentence around it."""
    stop = _STOPS.search(text)
    text = text[: stop.start()] if stop else text
    while last := _LAST_MARK.search(text):
        mark, shown = unquote(last.group()), unquote(text)
        if mark in _CLOSING and shown.count(mark) <= shown.count(_CLOSING[mark]):
            break  # …/item/索尼（公司）
        text = text[: last.start()]
    return text


def _host(authority: str) -> str | None:
    """The host in lower case and IDNA, ended at the first character that no host has; None when there is none."""
    written = unquote(authority.rpartition("@")[2])
    if written.startswith("["):
        return None
    ends = _DOTS.search(written)
    if ends and _registered(written[: ends.start()].lower()):  # the full stop of a sentence
        written = written[: ends.start()]
    found = _HOST.match(_DOTS.sub(".", written))
    host = found.group().strip(".") if found else ""
    if not host.isascii():
        plain = _ASCII_HOST.match(host)
        known = plain.group().strip(".").lower() if plain else ""
        # www.sony.com.cn索尼官网: the words that follow belong to no host
        if not _registered(_encoded(host)) and _registered(known):
            host = known
    return _encoded(host) or None


def _encoded(host: str) -> str:
    try:
        return (host if host.isascii() else host.encode("idna").decode("ascii")).lower()
    except UnicodeError:
        return ""


def _port(authority: str) -> str | None:
    """The port's digits, empty where there is none; None for what can be no port."""
    port = _PORT.match(unquote(authority).rpartition("@")[2])
    if port is None:
        return ""
    digits = port.group(1)
    return str(int(digits)) if digits.isdigit() and int(digits) <= _LAST_PORT else None


def _query(query: str) -> str:
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if not is_tracking(*pair)]
    # index.php?/news/1 names its page without a value
    return "&".join(sorted(urlencode([pair]) if pair[1] else urlencode([pair]).removesuffix("=") for pair in kept))


def _registered(host: str) -> str | None:
    return _suffixes().privatesuffix(host) if host else None


def _without_variant(host: str) -> str:
    first, _, rest = host.partition(".")
    return rest if first in _HOST_VARIANTS and _registered(rest) else host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
