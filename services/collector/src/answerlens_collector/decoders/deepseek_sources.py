"""DeepSeek's sources, and which of them an answer cites.

`[citation:N]` names the source whose `cite_index` is N. `[reference:N]` names place N (from 0) of the `references` of
the fragment that it stands in; there is the id of the fragment that opened the page. Such pages have no number: they
get one behind all others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from answerlens_collector.decoders.citations import CITATION, REFERENCE, Cited, take_marks
from answerlens_collector.decoders.reply import Source, distinct
from answerlens_collector.decoders.shapes import items, mapping, number, text

Json = dict[str, Any]


def search_fragments(fragments: Iterable[Json]) -> list[Json]:
    """Those in which the site looks for sources: SEARCH, and the tools that search and open pages."""
    kinds = [(text(fragment.get("type")), fragment) for fragment in fragments]
    return [fragment for kind, fragment in kinds if kind == "SEARCH" or kind.startswith("TOOL_")]


def resolved(holders: Iterable[Json], response: Json, fragments: list[Json]) -> Cited:
    """The answer that the `content` of the holders comes to, in their order."""
    searches = search_fragments(fragments)
    listed = _listed(response, searches)
    opened = {number(fragment.get("id")): _opened_url(fragment) for fragment in searches}
    words: list[str] = []
    numbers: dict[int, None] = {}
    urls: dict[str, None] = {}
    for holder in holders:
        clean, named = take_marks(text(holder.get("content")), CITATION)
        numbers.update(dict.fromkeys(named))
        clean, places = take_marks(clean, REFERENCE)
        references = [mapping(each) for each in items(holder.get("references"))]
        ids = [number(references[place].get("id")) if place < len(references) else None for place in places]
        urls.update(dict.fromkeys("" if each is None else opened.get(each, "") for each in ids))
        words.append(clean)
    known = "" not in urls and set(numbers) <= {source.index for source in listed}
    sources = _numbered(listed, urls)
    by_url = {source.url: source.index for source in sources if source.url in urls}
    numbers.update(dict.fromkeys(index for url in urls if (index := by_url.get(url)) is not None))
    return Cited("".join(words).strip(), sources, tuple(numbers), known)


def _listed(response: Json, searches: list[Json]) -> tuple[Source, ...]:
    """Search results and opened pages; one that was found before it was opened is the one that was found."""
    lists = [response.get("search_results"), *(search.get("results") for search in searches)]
    found = distinct(source for results in lists for source in _sources(items(results)))
    urls = {source.url for source in found}
    pages = _sources(search.get("result") for search in searches)
    return distinct([*found, *(page for page in pages if page.url not in urls)])


def _sources(results: Iterable[object]) -> Iterator[Source]:
    for result in filter(None, map(mapping, results)):
        yield Source(
            url=text(result.get("url")),
            title=text(result.get("title")),
            site=text(result.get("site_name")),
            index=number(result.get("cite_index")),
        )


def _opened_url(fragment: Json) -> str:
    """The page that a fragment stands for: the one that it opened, or the only one that it found."""
    results = items(fragment.get("results"))
    only = results[0] if len(results) == 1 else None
    return text(mapping(fragment.get("result")).get("url")) or text(mapping(only).get("url"))


def _numbered(sources: tuple[Source, ...], urls: Iterable[str]) -> tuple[Source, ...]:
    """`sources`, where those of `urls` that have no number get the next free ones."""
    wanted = set(urls)
    free = max((source.index or 0 for source in sources), default=0)
    numbered = []
    for source in sources:
        if source.index is None and source.url and source.url in wanted:
            free += 1
            numbered.append(replace(source, index=free))
        else:
            numbered.append(source)
    return tuple(numbered)
