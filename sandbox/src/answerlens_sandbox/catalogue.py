"""Product fields and their brands: the ones that ship with the package, and invented ones for any other keyword."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from answerlens_sandbox.draw import fold, pick, shuffled, unit
from answerlens_sandbox.resources import data

# Characters and their sounds: pairs of them make names that no shop carries and that are no words of the language
_FIRST = {"岚": "lan", "沐": "mu", "砺": "li", "璟": "jing", "昀": "yun", "珞": "luo", "翊": "yi", "棠": "tang"}
_SECOND = {"泽": "ze", "恒": "heng", "樾": "yue", "舟": "zhou", "朴": "pu", "拓": "tuo", "曜": "yao", "衍": "yan"}
_INVENTED = 9


@dataclass(frozen=True)
class Brand:
    """A brand of one field; it is named by its name, an alias, or either followed by a model."""

    name: str
    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    models: tuple[str, ...]
    rare: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The name and the aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Field:
    """A product field: a keyword, what people say about it, and its brands."""

    keyword: str
    brands: tuple[Brand, ...]
    vocabulary: dict[str, list[Any]]

    def brand(self, name: str) -> Brand | None:
        """Return the brand of that name or alias, if the field has it."""
        wanted = fold(name)
        return next((b for b in self.brands if wanted in {fold(known) for known in b.names}), None)


@cache
def fields() -> tuple[Field, ...]:
    """Return the fields that ship with the package."""
    return tuple(_field(entry) for entry in data("catalogue")["field"])


def _field(entry: dict[str, Any]) -> Field:
    vocabulary = {key: value for key, value in entry.items() if isinstance(value, list) and key != "brands"}
    return Field(entry["keyword"], tuple(_brand(brand) for brand in entry["brands"]), vocabulary)


def _brand(entry: dict[str, Any]) -> Brand:
    return Brand(
        entry["name"],
        tuple(entry["aliases"]),
        tuple(entry["domains"]),
        tuple(entry["models"]),
        rare=entry.get("rare", False),
    )


@cache
def field_for(seed: int, keyword: str) -> Field:
    """Return the field of a keyword: a shipped one, that of the longest shipped keyword in it, or an invented one."""
    folded = fold(keyword)
    known = [known for known in fields() if fold(known.keyword) in folded]
    if known:
        return replace(max(known, key=lambda each: len(each.keyword)), keyword=keyword)
    return Field(keyword, tuple(_invented(seed, keyword)), data("catalogue")["generic"])


def _invented(seed: int, keyword: str) -> list[Brand]:
    firsts = shuffled(list(_FIRST.items()), seed, "first", keyword)
    seconds = shuffled(list(_SECOND.items()), seed, "second", keyword)
    pairs = list(zip(firsts, seconds, strict=True))
    pairs.append((firsts[0], seconds[1]))
    brands = []
    for rank, ((one, sound_one), (two, sound_two)) in enumerate(pairs[:_INVENTED]):
        latin = (sound_one + sound_two).capitalize()
        ending = pick((".com.cn", ".cn", ".com"), seed, "ending", keyword, rank)
        series = pick("ABCKMSTX", seed, "series", keyword, rank)
        models = tuple(f"{series}{int(unit(seed, 'model', keyword, rank, each) * 90) + 10}" for each in range(2))
        brands.append(Brand(one + two, (latin,), (latin.lower() + ending,), models))
    return brands
