"""Whether a name found inside a text stands there as a word of its own.

Latin: whole words. Chinese: the most probable way to cut the surrounding characters into dictionary words, with
the name offered as one more word, must cut on both sides of it. So 最|美的|风景 loses to 最美|的|风景, while
蔚|来自|研 loses to 蔚来|自研. The same text and span give the same answer whatever other names are looked for.
"""

import re
from functools import lru_cache
from typing import Final

from answerlens_common.text.matching.folded import FoldedText
from answerlens_common.text.matching.latin import is_whole_latin
from answerlens_common.text.matching.lexicon import HAN
from answerlens_common.text.matching.numbers import continues_number, is_numeral
from answerlens_common.text.matching.places import is_in_address
from answerlens_common.text.matching.segmentation import stands_as_word
from answerlens_common.text.matching.variants import simplified
from answerlens_common.text.matching.zones import is_domain_label

# Chinese characters looked at on either side of a name; a boundary is decided by the nearest few words.
_REACH: Final = 12
# After digits these belong to the number, so that 22日|本田 is not 日本|田.
_COUNTED: Final = frozenset("年月日号时点分秒元块万亿千百度款代级匹升寸吨米克斤台名家")
_AFTER_NUMBER: Final = re.compile(r"\d ?$")


def stands_alone(text: FoldedText, start: int, end: int) -> bool:
    """Whether `folded[start:end]`, a name, touches nothing that makes it part of something else."""
    folded = text.folded
    if is_numeral(folded[start]) and continues_number(text, start, end):
        return False
    if not is_whole_latin(text, start, end) or is_in_address(folded, start, end) or is_domain_label(folded, end):
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


# Answers repeat themselves ("推荐小米手机"), and so do the orders on a keyword.
_stands_as_word = lru_cache(maxsize=16_384)(stands_as_word)
