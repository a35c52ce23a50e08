"""The marks by which an answer cites its sources inline."""

import re
from dataclasses import dataclass
from typing import Final

from answerlens_collector.decoders.reply import Source

NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Cited:
    """An answer's text without its marks, and what they name. `known`: each of them names a source that is listed."""

    text: str
    sources: tuple[Source, ...]
    cited: tuple[int, ...]
    known: bool


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


def key_mark(opening: str, separator: str, closing: str) -> re.Pattern[str]:
    """The mark `cite` with keys behind it, between characters that a site uses for nothing else."""
    return re.compile(rf"[ \t]*{opening}cite{separator}([^{closing}]*){closing}")


def take_keys(text: str, mark: re.Pattern[str], separators: str) -> tuple[str, tuple[str, ...]]:
    """`text` without such marks, and the keys they named, each once, in order of appearance."""
    keys: dict[str, None] = {}
    for found in mark.finditer(text):
        parts = re.split(f"[{separators}]", found[1])
        keys.update(dict.fromkeys(key for part in parts if (key := part.strip())))
    return mark.sub("", text), tuple(keys)
