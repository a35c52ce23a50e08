"""Whether a name found inside a text stands there as a word of its own.

Latin: whole words. Chinese: the most probable way to cut the surrounding characters into dictionary words, with
the name offered as one more word, must cut on both sides of it. So 最|美的|风景 loses to 最美|的|风景, while
蔚|来自|研 loses to 蔚来|自研. The same text and span give the same answer whatever other names are looked for.
"""

import re
from functools import lru_cache
from typing import Final

from answerlens_common.matching.folded import FoldedText
from answerlens_common.matching.lexicon import HAN
from answerlens_common.matching.segmentation import stands_as_word
from answerlens_common.matching.variants import simplified

# Chinese characters looked at on either side of a name; a boundary is decided by the nearest few words.
_REACH: Final = 12
_NUMERAL: Final = frozenset("0123456789〇零一二三四五六七八九十百千万亿两几")
# iPhone15 and Redmi12 are a name and a model; PS5, GT7 and HP1 are mostly whole model names of somebody else.
_SHORTEST_BEFORE_DIGIT: Final = 3
# After digits these belong to the number, so that 22日|本田 is not 日本|田.
_COUNTED: Final = frozenset("年月日号时点分秒元块万亿千百度款代级匹升寸吨米克斤台名家")
_AFTER_NUMBER: Final = re.compile(r"\d ?$")
_DECIMAL: Final = re.compile(r"\d[.,]$")
# The number of a Latin word ends with its digits (top3), whatever Chinese numeral a name begins with.
_LATIN_NUMBER: Final = re.compile(r"[a-z]\d{1,3}$")


def stands_alone(text: FoldedText, start: int, end: int) -> bool:
    """Whether `folded[start:end]`, a name, touches nothing that makes it part of something else."""
    folded = text.folded
    if _is_numeral(folded[start]) and _continues_number(text, start):
        return False
    if not is_whole_latin(text, start, end):
        return False
    left, right = start, end
    if HAN.match(folded[start]):
        while left > 0 and start - left < _REACH and HAN.match(folded[left - 1]):
            left -= 1
    if HAN.match(folded[end - 1]):
        while right < len(folded) and right - end < _REACH and HAN.match(folded[right]):
            right += 1
    if left < start and folded[left] in _COUNTED and _AFTER_NUMBER.search(folded[max(0, left - 3) : left]):
        left += 1
    if left == start and right == end:
        return True
    # The dictionary knows simplified characters only.
    return _stands_as_word(simplified(folded[left:right]), start - left, end - left)


def is_whole_latin(text: FoldedText, start: int, end: int) -> bool:
    """Whether no Latin word or number runs over the edges of `folded[start:end]`; Chinese edges always pass."""
    first, last = text.folded[start], text.folded[end - 1]
    before, after = _neighbour(text, start - 1), _neighbour(text, end)
    # No letter before a Latin name, and no digit: 500mg is not MG.
    if (_is_latin(first) or first.isdigit()) and (_is_latin(before) or before.isdigit()):
        return False
    if last.isdigit():
        return not (after.isdigit() or _is_latin(after))
    if _is_latin(last):
        return not _is_latin(after) and (not after.isdigit() or end - start >= _SHORTEST_BEFORE_DIGIT)
    return True


# Answers repeat themselves ("推荐小米手机"), and so do the orders on a keyword.
_stands_as_word = lru_cache(maxsize=65_536)(stands_as_word)


def _is_latin(char: str) -> bool:
    """Letters of scripts that separate words by spaces."""
    return char.isalpha() and char < "\u1100"


def _is_numeral(char: str) -> bool:
    return char in _NUMERAL


def _neighbour(text: FoldedText, position: int) -> str:
    """The folded character here, or a space beyond the text and for what only folds to letters (①, ™, ℃)."""
    if not 0 <= position < len(text.folded):
        return " "
    char = text.folded[position]
    if not (_is_latin(char) or char.isdigit()):
        return char
    original = text.original[text.original_span(position, position + 1)[0]]
    return char if original.isalpha() or original.isdecimal() else " "


def _continues_number(text: FoldedText, start: int) -> bool:
    """二|百度, 1|360, 1.|360: the name's first character is the middle of a number; that of TOP3|九阳 is not."""
    if HAN.match(text.folded[start]) and _LATIN_NUMBER.search(text.folded[max(0, start - 4) : start]):
        return False
    return _is_numeral(_neighbour(text, start - 1)) or bool(_DECIMAL.search(text.folded[max(0, start - 2) : start]))
