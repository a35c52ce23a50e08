"""The links of an answer: what the stream or the page lists, and which of it the answer cites."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from answerlens_collection.answers.answer import Link
from answerlens_collector.decoders import Reply
from answerlens_collector.page_snapshot import PageSnapshot

# 3, [3], 来源3, 1,2, 3-5: a few signs, and the numbers
_NUMBERS: Final = re.compile(r"[^\d+]{0,3}(\d{1,3}(?:\s*[,，、~～–-]\s*\d{1,3})*)\D{0,3}")
_RANGE: Final = re.compile(r"(\d+)(?:\s*[~～–-]\s*(\d+))?")
_LEADING: Final = re.compile(r"\s*[\[【(（]?(\d{1,3})(?:[\]】)）.、:：]|\s)")
_MOST_IN_A_RANGE: Final = 50


@dataclass(frozen=True)
class Listed:
    """A source, under the number by which the answer may cite it."""

    link: Link
    number: int | None


@dataclass(frozen=True)
class Citations:
    """The links of an answer. Where `known` is False one of its citations names none of them, and none is marked."""

    links: tuple[Link, ...]
    known: bool = True


def stream_links(reply: Reply) -> tuple[Link, ...]:
    """The sources a stream lists; those whose number the answer's text names are cited."""
    return tuple(
        Link(source.url, source.title, source.site, cited=source.index in reply.cited) for source in reply.sources
    )


def stream_listed(reply: Reply) -> list[Listed]:
    """The same, none of them cited, under the numbers that the stream gives them."""
    numbered = any(source.index is not None for source in reply.sources)
    return [
        Listed(Link(source.url, source.title, source.site, cited=False), source.index if numbered else place)
        for place, source in enumerate(reply.sources, start=1)
    ]


def page_listed(seen: PageSnapshot) -> list[Listed]:
    """The sources that the page lists, under the numbers they bear there, or else that of their places."""
    leading = [_LEADING.match(link.label) for link in seen.listed]
    numbers = [int(match[1]) for match in leading if match is not None]
    if len(set(numbers)) != len(seen.listed):
        numbers = list(range(1, len(seen.listed) + 1))
    return [
        Listed(Link(link.url, link.title, "", cited=False), number)
        for link, number in zip(seen.listed, numbers, strict=True)
    ]


def cited_on_page(listed: Sequence[Listed], seen: PageSnapshot) -> Citations:
    """`listed`, each page once; those cited that the page's answer cites; what it links to beside them comes last."""
    keys = [_page(each.link.url) or f" {place}" for place, each in enumerate(listed)]
    distinct: dict[str, Link] = {}
    for key, each in zip(keys, listed, strict=True):
        distinct.setdefault(key, each.link)
    linked = {_page(link.url): link for link in seen.cited if link.url}
    extra = [Link(link.url, link.title, "", cited=True) for key, link in linked.items() if key not in distinct]
    chips = (*(link.label for link in seen.cited if not link.url), *seen.marks)
    named = [_named(chip, listed, keys) for chip in chips]
    if not all(named):
        return Citations((*distinct.values(), *(replace(link, cited=False) for link in extra)), known=False)
    cited = {key for each in named for key in each} | linked.keys()
    marked = [replace(link, cited=key in cited) for key, link in distinct.items()]
    return Citations((*marked, *extra))


def page_links(seen: PageSnapshot) -> Citations:
    """The same from the page alone, in the order in which they are listed there."""
    return cited_on_page(page_listed(seen), seen)


def _named(chip: str, listed: Sequence[Listed], keys: Sequence[str]) -> set[str]:
    """The sources that a chip without an address stands for; none where a number of it, or its name, is not theirs."""
    numbers = _NUMBERS.fullmatch(chip)
    if numbers is None:
        wanted = chip.casefold().strip()
        found = {key for key, each in zip(keys, listed, strict=True) if wanted and wanted in _names(each.link)}
        return found if len(found) == 1 else set()
    sources = [
        {key for key, each in zip(keys, listed, strict=True) if each.number == number}
        for number in _spelt_out(numbers[1])
    ]
    return set().union(*sources) if all(sources) else set()


def _names(link: Link) -> set[str]:
    host = urlsplit(link.url).hostname or ""
    return {name.casefold().strip() for name in (link.title, link.site, host, host.removeprefix("www."))}


def _spelt_out(numbers: str) -> list[int]:
    found: list[int] = []
    for first, last in _RANGE.findall(numbers):
        found += range(int(first), min(int(last or first), int(first) + _MOST_IN_A_RANGE) + 1)
    return found


def _page(url: str) -> str:
    """What stays the same of a URL when a browser spells it out (escapes, a missing path)."""
    parts = urlsplit(url)
    return unquote(parts._replace(scheme="", netloc=parts.netloc.lower(), fragment="").geturl()).rstrip("/")
