"""Whether a name that begins with a numeral stands in the middle of a number: 二|百度, 1|360, but not Mate60，三星."""

import re
from typing import Final

from answerlens_common.text.matching.folded import FoldedText
from answerlens_common.text.matching.latin import neighbour
from answerlens_common.text.matching.lexicon import HAN, load_lexicon
from answerlens_common.text.matching.variants import simplified

_NUMERAL: Final = frozenset("0123456789〇零一二三四五六七八九十百千万亿两几")
# Behind digits only these go on with the number: 3百, 5万, 2两. 百 and 千 not behind 24: S24百度.
_LARGE: Final = frozenset("万亿萬億两兩")
_HUNDREDS: Final = frozenset("百千")
_ONE_DIGIT: Final = re.compile(r"(?<![\d.,])\d$|\d[.,]\d{1,2}$")
# The number of a Latin word, or of a rank, ends with its digits (top3, 第2), whatever a name begins with.
_LABEL: Final = re.compile(r"(?:[a-z][.-]?|第)\d{1,3}$")
_DECIMAL: Final = re.compile(r"\d[.,]$")
_LIST_ITEM: Final = re.compile(r"(?:^|\n)[\s>*#|-]*\d{1,2}\.$")
_ITEM: Final = re.compile(r"(?:^|[^\d.])\d{1,2}\.$")
# What makes an item of a name in digits (1.360安全卫士) and no number (1.360元, 1.360).
_GOES_ON: Final = re.compile("(?![元块米万亿千百克度倍分匹升寸吨])[\u3400-\u9fff]|\n")
_LONGEST_LABEL: Final = 4
_CALENDAR: Final = frozenset("年月")
_DAYS: Final = frozenset("月日号")
_FESTIVALS: Final = ("双十一", "双十二")
_BEFORE_FESTIVAL: Final = "双十"


def is_numeral(char: str) -> bool:
    """Whether this character can be part of a number, Arabic or Chinese."""
    return char in _NUMERAL


def continues_number(text: FoldedText, start: int, end: int) -> bool:
    """Whether the first character of the name `folded[start:end]`, a numeral, belongs to a number before it."""
    before = neighbour(text, start - 1)
    if HAN.match(text.folded[start]):
        return _continues_chinese(text.folded, start, before)
    if is_numeral(before):
        return True
    lead = text.folded[max(0, start - 12) : start]
    if not _DECIMAL.search(lead) or text.original[text.original_span(start - 1, start)[0]] == "，":
        return False
    if _LIST_ITEM.search(lead) and not text.folded[start:end].isdigit():
        return False
    return not (_ITEM.search(lead) and _GOES_ON.match(text.folded, end))


def _continues_chinese(folded: str, start: int, before: str) -> bool:
    if before in _CALENDAR and folded[start + 1 : start + 2] in _DAYS:  # 1月九号
        return True
    first, lead = folded[start], folded[max(0, start - 8) : start]
    if before.isdigit():
        if _LABEL.search(lead):
            return False
        return first in _LARGE or (first in _HUNDREDS and _ONE_DIGIT.search(lead) is not None)
    return is_numeral(before) and not _ends_a_word(simplified(lead))


def _ends_a_word(lead: str) -> bool:
    """周六|三星, 之一|三星: the numeral before is the end of a word that is more than a number."""
    if lead.endswith(_FESTIVALS):
        return True
    if lead.endswith(_BEFORE_FESTIVAL):  # 双十一|加
        return False
    words = load_lexicon().words
    tails = (lead[-length:] for length in range(2, min(_LONGEST_LABEL, len(lead)) + 1))
    return any(tail in words and not is_numeral(tail[0]) for tail in tails)
