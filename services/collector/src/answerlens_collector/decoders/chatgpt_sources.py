"""ChatGPT's sources, and which of them an answer cites."""

import re
from collections.abc import Iterator
from typing import Any, Final

from answerlens_collector.decoders.citations import Cited, key_mark, take_keys
from answerlens_collector.decoders.named_sources import named
from answerlens_collector.decoders.reply import Source
from answerlens_collector.decoders.shapes import items, mapping, text

SEPARATOR: Final = "\ue202"
MARK: Final = key_mark("\ue200", SEPARATOR, "\ue201")
# what the site adds to the addresses of its links
ADDED: Final = re.compile(r"(?<=[?&])utm_source=chatgpt\.com(?:&|(?=#)|$)")
EMPTY_QUERY: Final = re.compile(r"[?&](?=#|$)")

Json = dict[str, Any]


def read_sources(answer: str, messages: list[Json]) -> Cited:
    """The answer without its marks; the sources of all messages, and those that it cites."""
    clean, keys = take_keys(answer, MARK, SEPARATOR)
    metadata = [mapping(message.get("metadata")) for message in messages]
    references = [mapping(each) for data in metadata for each in items(data.get("content_references"))]
    groups = [each for each in references if each.get("type") == "grouped_webpages"]
    listed = [page for data in metadata for page in _found(data)]
    shown = [page for group in groups for page in _pages(group, "items", "supporting_websites")]
    others = [page for each in references if each not in groups for page in _pages(each, "sources", "items")]
    # a page in a group is cited, whether or not the mark's key says which it is
    sources = named([*listed, *shown, *others], [*keys, *(key for key, _ in shown)])
    known = sources.known or (bool(groups) and len(groups) >= len(MARK.findall(answer)))
    return Cited(clean.strip(), sources.sources, sources.cited, known)


def _found(metadata: Json) -> Iterator[tuple[str, Source]]:
    """What the site's search found, by the keys that marks name."""
    for group in map(mapping, items(metadata.get("search_result_groups"))):
        for entry in map(mapping, items(group.get("entries"))):
            ref = mapping(entry.get("ref_id"))
            key = f"turn{ref.get('turn_index')}{ref.get('ref_type')}{ref.get('ref_index')}" if ref else ""
            yield key, _source(entry, text(group.get("domain")))


def _pages(reference: Json, *names: str) -> Iterator[tuple[str, Source]]:
    for name in names:
        for page in filter(None, map(mapping, items(reference.get(name)))):
            source = _source(page, text(page.get("attribution")))
            yield f"page {source.url}", source


def _source(page: Json, site: str) -> Source:
    url = EMPTY_QUERY.sub("", ADDED.sub("", text(page.get("url"))))
    return Source(url, text(page.get("title")), site, None)
