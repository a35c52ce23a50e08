"""The words that fill the `{slots}` of sentences and questions."""

import re
from typing import Any

from answerlens_sandbox.catalogue import Brand, Field
from answerlens_sandbox.draw import between, pick, shuffled
from answerlens_sandbox.resources import data

YEAR = 2026
_LISTS = {"t": "types", "a": "aspects", "s": "scenes", "p": "persons", "f": "faults", "u": "usages", "w": "terms"}


def money(amount: int) -> str:
    """Return an amount as people write it: 300元, 15万元."""
    return f"{amount // 10000}万元" if amount >= 10000 else f"{amount}元"  # noqa: PLR2004 - 万 is ten thousand


def slots(about: Field | None, *key: object, question: str = "") -> dict[str, str]:
    """Return drawn values for the slots of one sentence about a field (None: about nothing in particular).

    Words of the field that the question itself uses come first: an answer speaks about what was asked.
    """
    vocabulary: dict[str, list[Any]] = about.vocabulary if about else data("catalogue")["generic"]
    values = {"k": about.keyword if about else "这类产品", "y": str(YEAR), "n": str(between(3, 30, *key, "n"))}
    for slot, name in _LISTS.items():
        first, second, *_ = sorted(shuffled(vocabulary[name], *key, slot), key=lambda word: word not in question)
        values[slot], values[slot + "2"] = first, second
    asked = [amount for amount in vocabulary["budgets"] if re.search(rf"(?<!\d){money(amount)}", question)]
    cheap, dear = sorted(shuffled(vocabulary["budgets"], *key, "m")[:2])
    cheap, dear = (asked[0], asked[0] * 2) if asked else (cheap, dear)
    return {**values, "m": money(cheap), "m2": money(dear)}


def written(brand: Brand, *key: object) -> str:
    """Return the brand as an answer writes it: name or alias, often glued to a model as people do."""
    name = pick((brand.name, *brand.names), *key, "name")
    model = pick(brand.models, *key, "model")
    style = pick(("bare", "bare", "glued", "spaced"), *key, "style")
    if style == "bare":
        return name
    if name in model:
        return model
    return name + model if style == "glued" and not name.isascii() else f"{name} {model}"
