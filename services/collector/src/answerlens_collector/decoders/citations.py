"""The marks by which an answer cites its sources inline."""

import re
from typing import Final

NUMBER = re.compile(r"\d+")


def _mark(word: str) -> re.Pattern[str]:
    # [citation:3], [citation:3,5]; spaces before a mark belong to it
    return re.compile(rf"[ \t]*\[{word}:\s*(\d+(?:\s*[,，、]\s*\d+)*)\s*\]", re.IGNORECASE)


CITATION: Final = _mark("citation")
REFERENCE: Final = _mark("reference")


def take_marks(text: str, mark: re.Pattern[str]) -> tuple[str, tuple[int, ...]]:
    """`text` without the marks of one kind, and the numbers they named, each once, in order of appearance."""
    named: dict[int, None] = {}
    for found in mark.finditer(text):
        named.update(dict.fromkeys(int(number) for number in NUMBER.findall(found[1])))
    return mark.sub("", text), tuple(named)


def take_citations(text: str) -> tuple[str, tuple[int, ...]]:
    """The same for `[citation:N]` and a whole answer, whose ends are trimmed."""
    clean, named = take_marks(text, CITATION)
    return clean.strip(), named
