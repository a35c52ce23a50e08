"""The sources of an answer: those that a reply lists, those that the answer cites, and the marks in its text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from answerlens_collection.answers.answer import Link
from answerlens_collector.engines.api.expressions import find, find_number, find_text
from answerlens_collector.engines.api.profile import LINK, NUMBER, Reply, Sources

MOST_LINKS: Final = 500
_NUMBERS = r"\d{1,3}(?:\s?[,，、]\s?\d{1,3}){0,19}"
_LINKS = r"\[[^\]\n]{0,300}\]\(\s?https?://[^\s()]{1,2000}\s?\)"
_LINKED = re.compile(r"\]\(\s?(https?://[^\s()]{1,2000})\s?\)")
_NUMBER = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class Cited:
    """A text without its marks, its sources, and whether it is known which of them it cites."""

    text: str
    links: tuple[Link, ...]
    known: bool


def cite(reply: Reply, document: object, text: str) -> Cited:
    """What the answer cites of what the reply lists.

    A mark that names no listed source stays in the text, and then it is not known what is cited.

    Raises:
        ShapeError: the reply is not as the file says.
    """
    listed = _links(reply.listed, document, reply.drop_parameters)
    told = [link for _, link in _links(reply.cited, document, reply.drop_parameters)]
    numbered = {number: link for number, link in listed if link.url}
    cited: dict[str, Link] = {}
    _add(cited, told)
    unresolved = False
    for mark in reply.marks:
        if NUMBER in mark:
            text, named, lost = _take_numbers(mark, text, numbered)
            unresolved = unresolved or lost
            _add(cited, named)
        else:
            text = _take_links(mark, text, cited, reply.drop_parameters)
    links = _marked([link for _, link in listed], cited)
    return Cited(text.strip(), links[:MOST_LINKS], known=reply.tells_citations and not unresolved)


def _add(cited: dict[str, Link], links: Iterable[Link]) -> None:
    """Add links by their page, the first to each."""
    for link in links:
        if link.url:
            cited.setdefault(_page(link.url), link)


def _links(sources: Sources | None, document: object, dropped: tuple[str, ...]) -> list[tuple[int, Link]]:
    """The sources of a list, each with the number that marks give it."""
    found = find(sources.each, document) if sources else None
    links = []
    for place, entry in enumerate(found if isinstance(found, list) else [], 1):
        url = find(sources.url, entry) if sources else None
        if sources is None or not isinstance(url, str):
            continue
        number = find_number(sources.number, entry) if sources.number else place
        link = Link(_clean(url, dropped), find_text(sources.title, entry), find_text(sources.site, entry), cited=False)
        links.append((place if number is None else number, link))
    return links


def _marked(listed: Iterable[Link], cited: dict[str, Link]) -> tuple[Link, ...]:
    """The listed sources, each once, those marked that are cited; what is cited beside them comes last."""
    pages: dict[str, Link] = {}
    for link in listed:
        pages.setdefault(_page(link.url), replace(link, cited=_page(link.url) in cited))
    for page, link in cited.items():
        pages.setdefault(page, replace(link, cited=True))
    return tuple(pages.values())


def _take_numbers(mark: str, text: str, numbered: dict[int, Link]) -> tuple[str, list[Link], bool]:
    """The text without its marks by number, what they name, and whether one of them names nothing."""
    before, after = (re.escape(part) for part in mark.split(NUMBER, 1))
    named: dict[int, Link] = {}
    lost = False

    def take(found: re.Match[str]) -> str:
        nonlocal lost
        numbers = [int(number) for number in _NUMBER.findall(found["numbers"])]
        if any(number not in numbered for number in numbers):
            lost = True
            return found[0]
        named.update({number: numbered[number] for number in numbers})
        return ""

    text = re.sub(rf"[ \t]?{before}(?P<numbers>{_NUMBERS}){after}", take, text)
    return text, list(named.values()), lost


def _take_links(mark: str, text: str, cited: dict[str, Link], dropped: tuple[str, ...]) -> str:
    """The text without its marks by link; a link to what is not cited is a part of the text."""
    before, after = (re.escape(part) for part in mark.split(LINK, 1))

    def take(found: re.Match[str]) -> str:
        pages = [_page(_clean(url, dropped)) for url in _LINKED.findall(found[0])]
        return "" if all(page in cited for page in pages) else found[0]

    return re.sub(rf"[ \t]?{before}{_LINKS}(?:[ ,;，、；]{{0,3}}{_LINKS}){{0,9}}{after}", take, text)


def _clean(url: str, dropped: tuple[str, ...]) -> str:
    """The address without what the provider adds to it; "" for what is no address of the web."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    if not dropped or not parts.query:
        return url.strip()
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in dropped]
    return parts._replace(query=urlencode(kept)).geturl()


def _page(url: str) -> str:
    """What stays the same of an address, however it is spelled."""
    parts = urlsplit(url)
    return unquote(parts._replace(scheme="", netloc=parts.netloc.lower(), fragment="").geturl()).rstrip("/")
