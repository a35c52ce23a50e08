"""Chinese words with how common they are: jieba's dictionary, read as data.

Only its word list is used, not its segmenter: that one caches to a shared temporary folder, and names added to it
would leak from one order into the next.
"""

import importlib.util
import math
import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

# Longer entries are institutions spelled out; they decide no boundary that their parts do not.
MAX_WORD_LENGTH: Final = 8
HAN: Final = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Word(NamedTuple):
    """A dictionary entry.

    Attributes:
        log_probability: Natural logarithm of its share of the corpus the dictionary was counted on.
        tag: Its part of speech (n noun, v verb, a adjective, d adverb, i idiom, ns place, nt organisation, …).
    """

    log_probability: float
    tag: str


class Lexicon(NamedTuple):
    """The words and the logarithm of the corpus size, which gives a count its probability."""

    words: dict[str, Word]
    log_total: float


@cache
def load_lexicon() -> Lexicon:
    """Read the dictionary once for the process (about half a second, 60 MB)."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name="jieba")
    entries: list[tuple[str, int, str]] = []
    with Path(spec.submodule_search_locations[0], "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, tag = line.split()
            entries.append((word, int(count), tag))
    log_total = math.log(sum(count for _, count, _ in entries))
    # Words share their (count, tag) pairs: a third of the memory.
    shared: dict[tuple[int, str], Word] = {}
    words = {
        word: shared.setdefault((count, tag), Word(math.log(count) - log_total, tag))
        for word, count, tag in entries
        if count and len(word) <= MAX_WORD_LENGTH
    }
    return Lexicon(words, log_total)
