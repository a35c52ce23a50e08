"""The questions that exist about a keyword on the search site."""

import unicodedata

from answerlens_sandbox.catalogue import Field
from answerlens_sandbox.draw import between, filled, fold, pick, shuffled, unit
from answerlens_sandbox.intents import intents
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots

_PER_INTENT = (6, 9)
_BRANDED = 5
_VARIANTS = 9
_DRESSED_SHARE = 0.5


def questions(seed: int, about: Field) -> list[str]:
    """Return the distinct titles, best match first: about 80, some nearly the same, a few about certain brands."""
    key = (seed, "zhihu", about.keyword)
    titles: dict[str, str] = {}
    for intent in intents():
        patterns = shuffled(data("questions")[intent.id]["zhihu"], *key, intent.id)
        for nth in range(between(*_PER_INTENT, *key, intent.id, "how many")):
            title = _dressed(
                filled(patterns[nth % len(patterns)], slots(about, *key, intent.id, nth)), *key, intent.id, nth
            )
            titles.setdefault(fold(title), title)
    for nth, pattern in enumerate(data("questions")["dress"]["brand_pair"][:_BRANDED]):
        first, second, *_ = shuffled(about.brands, *key, "branded", nth)
        title = filled(pattern, slots(about, *key, "branded", nth) | {"b": first.name, "b2": second.name})
        titles.setdefault(fold(title), title)
    ordered = shuffled(list(titles.values()), *key, "order")
    for nth, title in enumerate(shuffled(ordered, *key, "variants")[:_VARIANTS]):
        variant = _variant(title, nth)
        if variant not in ordered:
            ordered.insert(between(0, len(ordered), *key, "where", nth), variant)
    return ordered


def _dressed(title: str, *key: object) -> str:
    dress = data("questions")["dress"]
    if unit(*key, "dressed") >= _DRESSED_SHARE:
        return title
    after = pick(dress["after"], *key, "after")
    if after and not title.endswith(("？", "！", "。")):
        after = "，" + after
    return str(pick(dress["before"], *key, "before") + title + after)


def _variant(title: str, nth: int) -> str:
    """The same question as another person typed it: other marks, other width, or a particle."""
    bare = title.rstrip("？?！!。")
    kinds = (
        bare + "?",
        bare + "？？",
        bare + ("" if bare.endswith(("吗", "呢")) else "呢") + "？",
        _wide(bare) + "？",
        title.replace("，", ", ").replace("？", " ?"),
        "请问" + title,
    )
    return kinds[nth % len(kinds)]


def _wide(text: str) -> str:
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in text)
    return wide if unicodedata.normalize("NFKC", wide) != wide else text.replace("的", "的 ", 1)
