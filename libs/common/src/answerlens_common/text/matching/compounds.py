"""Dictionary words around a name that are only the name with a noun: 苹果|公司, 上海|大众, 奔驰|车, 淘宝|网."""

import math
from typing import Final

from answerlens_common.text.matching.lexicon import Lexicon

# A brand with one of these is still the brand (奔驰车, 茅台酒), though the dictionary has them as one word.
_CLASS_NOUNS: Final = frozenset("牌车鞋酒机店厂系版款粉网")
_DRINK: Final = "酒"
_HOUSE: Final = "家"
# How much rarer than the name a word must be to be none that one thinks of.
_RARER: Final = math.log(50)
# Behind these 家 is a person: 一个理想家.
_COUNTED: Final = frozenset("的个位名")
# So are these, where it has the whole as a set phrase.
_COMPANY: Final = frozenset(
    {
        "公司",
        "集团",
        "商城",
        "百货",
        "超市",
        "酒店",
        "银行",
        "汽车",
        "电器",
        "手机",
        "官网",
        "网站",
        "社区",
        "拼音",
        "软件",
    }
)
# Makes another word of the one before it (理想主义, 完美主义者), though the dictionary has it as a noun.
_DERIVES: Final = "主义"


def is_the_name_with_more(run: str, name: tuple[int, int], word: tuple[int, int], lexicon: Lexicon) -> bool:
    """Whether the dictionary word `run[slice(*word)]` around the name still names it.

    苹果酒 is made of it, and 茅台酒 by it; 理想家的车 is theirs, and 一个理想家 a person.
    """
    (start, end), (begin, stop) = name, word
    pre = run[begin:start]
    post = run[end:stop]
    whole = run[begin:stop]
    if not pre and post == _DRINK:
        return not _is_rare_beside(whole, run[start:end], lexicon)
    if not pre and post == _HOUSE:
        return run[start - 1 : start] not in _COUNTED and _is_rare_beside(whole, run[start:end], lexicon)
    return is_compound(pre, post, lexicon.words[whole].tag, lexicon)


def is_compound(pre: str, post: str, tag: str, lexicon: Lexicon) -> bool:
    """Whether a dictionary word around the name is only the name with a noun (苹果|公司, 上海|大众, 奔驰|车).

    小米粥, 三星堆 and 物美价廉 are not: there the name is no part with a meaning of its own.
    """
    if tag == "l" and not pre and _is_no_noun(post, lexicon):  # a fragment of speech (百度|搜, 联想|起)
        return True
    if tag in {"i", "l"} and not pre and (post in _CLASS_NOUNS or post in _COMPANY):  # 搜狐|网, 可口可乐|公司
        return True
    if tag in {"i", "l"} or (tag == "ns" and not pre):
        return False
    if tag == "nt" and len(pre) > 1 and pre in lexicon.words:  # 一汽|大众
        return True
    return (not pre or _is_noun(pre, lexicon)) and (
        not post or post in _CLASS_NOUNS or tag == "nt" or (_is_noun(post, lexicon) and not _is_place(post, lexicon))
    )


def _is_noun(text: str, lexicon: Lexicon) -> bool:
    word = lexicon.words.get(text)
    if word is None or text.startswith(_DERIVES):
        return False
    return len(text) > 1 and word.tag.startswith("n") and not word.tag.startswith("nr")


def _is_no_noun(character: str, lexicon: Lexicon) -> bool:
    word = lexicon.words.get(character)
    return word is not None and len(character) == 1 and not word.tag.startswith("n")


def _is_place(text: str, lexicon: Lexicon) -> bool:
    return lexicon.words[text].tag == "ns"


def _is_rare_beside(word: str, name: str, lexicon: Lexicon) -> bool:
    known = lexicon.words.get(name)
    return known is not None and known.log_probability - lexicon.words[word].log_probability > _RARER
