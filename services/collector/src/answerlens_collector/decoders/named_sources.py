"""Sources that a site names by keys of its own, such as `web_search:1#0`; they are numbered as they are listed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from answerlens_collector.decoders.reply import Source


@dataclass(frozen=True, slots=True)
class Named:
    """The sources, numbered from 1; the numbers that were named; whether every name was that of a source."""

    sources: tuple[Source, ...]
    cited: tuple[int, ...]
    known: bool


def named(found: Iterable[tuple[str, Source]], keys: Iterable[str]) -> Named:
    """Number the sources that were found, and resolve the keys that an answer names.

    Args:
        found: each source with its key ("" where it has none). The same page, or the same key, is listed once.
        keys: in order of appearance.
    """
    sources: list[Source] = []
    by_key: dict[str, int] = {}
    by_url: dict[str, int] = {}
    for key, source in found:
        number = by_key.get(key) or by_url.get(source.url)
        if number is None:
            number = len(sources) + 1
            sources.append(replace(source, index=number))
        if key:
            by_key[key] = number
        if source.url:
            by_url[source.url] = number
    asked = list(keys)
    cited = dict.fromkeys(by_key[key] for key in asked if key in by_key)
    return Named(tuple(sources), tuple(cited), known=all(key in by_key for key in asked))
