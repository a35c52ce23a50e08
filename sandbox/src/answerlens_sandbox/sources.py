"""The pages an answer lists as its sources, some of which it cites."""

from dataclasses import dataclass

from answerlens_sandbox.catalogue import Brand, Field
from answerlens_sandbox.draw import between, digits, filled, hexadecimal, pick, shuffled, unit
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots
from answerlens_sandbox.world import Drawn

_NEWEST = 1_795_000_000
_YEAR_SECONDS = 31_536_000
_LOOKALIKE_SHARE = 0.04
_UNDATED_SHARE = 0.15


@dataclass(frozen=True)
class Source:
    """A listed page; `index` counts from 1, `published` is in unix seconds (None: the site gives no date)."""

    index: int
    url: str
    title: str
    snippet: str
    site: str
    published: int | None
    cited: bool
    brand: str | None


def sources_for(drawn: Drawn, about: Field | None, *key: object) -> list[Source]:
    """Return the listed sources in the order the engine numbers them."""
    entries: list[tuple[Brand | None, bool]] = [(brand, True) for brand in drawn.cited]
    entries += [(brand, False) for brand in drawn.listed]
    neutral_cited = between(0, 4, *key, "neutral cited")
    entries += [(None, each < neutral_cited) for each in range(between(4, 9, *key, "neutral"))]
    ordered = shuffled(entries, *key, "sources")
    return [
        _source(index, brand, about, *key, "source", index, cited=cited)
        for index, (brand, cited) in enumerate(ordered, start=1)
    ]


def _source(index: int, brand: Brand | None, about: Field | None, *key: object, cited: bool) -> Source:
    texts = data("sources")
    values = slots(about, *key)
    values |= {"id": digits(9, *key, "id"), "slug": hexadecimal(10, *key, "slug")}
    if brand:
        domain = pick(brand.domains, *key, "domain")
        url = pick(texts["official_host"], *key, "host") + pick(texts["official_path"], *key, "path")
        url, site = filled(url, {**values, "d": domain}), pick(texts["official_site"], *key, "site")
        title = filled(pick(texts["official_title"], *key, "title"), values)
    else:
        entry = pick(texts["sites"], *key, "site")
        url, site = filled(_neutral(entry["url"], about, *key), values), entry["name"]
        title = filled(pick(texts["titles"], *key, "title"), values)
    snippet = filled(pick(texts["snippets"], *key, "snippet"), values)
    dated = unit(*key, "dated") >= _UNDATED_SHARE
    published = _NEWEST - between(0, 2 * _YEAR_SECONDS, *key, "published") if dated else None
    return Source(index, url, title, snippet, site, published, cited, brand.name if brand else None)


def _neutral(url: str, about: Field | None, *key: object) -> str:
    if about is None or unit(*key, "lookalike") >= _LOOKALIKE_SHARE:
        return url
    domain = pick(pick(about.brands, *key, "whose").domains, *key, "which")
    pattern: str = pick(data("sources")["lookalike"], *key, "how")
    return filled(pattern, {"d": domain, "site": domain.split(".")[0]})
