"""Warns of names that are ordinary words (统一, 完美): without context words they are found where no brand is meant."""

from collections.abc import Iterator, Sequence
from itertools import islice

from answerlens_common.text.matching.ordinary import is_ordinary_word
from answerlens_common.text.matching.words import nouns_in
from answerlens_orders.brands.form import Brand, brands_of
from answerlens_orders.brands.views import NameWarning

MOST_CONTEXT = 10
# More tell a client nothing, and a page shows those of a hundred orders.
MOST_WARNINGS = 20


def warnings_for(keyword: str, brand: Brand, competitors: Sequence[Brand]) -> list[NameWarning]:
    """Warnings of the first such names of an order; as context they name the keyword's nouns and the other brands."""
    return [warning for _, warning in warned(keyword, brand, competitors)]


def warned(keyword: str, brand: Brand, competitors: Sequence[Brand]) -> Iterator[tuple[Brand, NameWarning]]:
    """The warnings, each with the brand that it is about; `MOST_WARNINGS` of them at most."""
    return islice(_warned(keyword, brand, competitors), MOST_WARNINGS)


def _warned(keyword: str, brand: Brand, competitors: Sequence[Brand]) -> Iterator[tuple[Brand, NameWarning]]:
    brands = list(brands_of(brand, competitors))
    ordinary = [(each, list(_ordinary_names(owner, each))) for owner, each in brands]
    if not any(names for _, names in ordinary):
        return
    # once for all: a page shows the orders of a client with hundreds of such names
    about = [keyword, *nouns_in(keyword)]
    telling = [rival for _, rival in brands if not is_ordinary_word(rival.name)]
    for each, names in ordinary:
        rivals = (rival.name for rival in telling if rival is not each)
        context = list(dict.fromkeys([*about, *rivals]))[:MOST_CONTEXT]
        for field, name in names:
            message = (
                f"{name} is an ordinary word too: answers that use it as one are counted as naming the brand."
                " Give the brand context words; the name then counts only near one of them"
            )
            yield each, NameWarning(field=field, name=name, message=message, context=context)


def _ordinary_names(owner: str, brand: Brand) -> Iterator[tuple[str, str]]:
    if brand.context:
        return
    if is_ordinary_word(brand.name):
        yield f"{owner}.name", brand.name
    for n, alias in enumerate(brand.aliases):
        if is_ordinary_word(alias):
            yield f"{owner}.aliases[{n}]", alias
