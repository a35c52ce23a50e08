"""How much room an answer leaves for brands, 0 to 4, by ordinary rules on its words."""

import re
import unicodedata
from collections.abc import Iterable

from answerlens_sandbox.catalogue import Field
from answerlens_sandbox.world import World

_REFUSALS = ("无法回答", "不能提供", "暂时无法", "我无法", "无法为您", "换个话题")
_SHORTEST = 20
_RECOMMENDS = re.compile(r"推荐|首选|优先考虑|值得买|值得入手|更适合|适合的选择|清单|可以直接考虑|稳妥的选择|可以看")
_COMPARES = re.compile(r"对比|相比|更强|占优|区别|差异|优于|比一比|横向")
_REASONS = re.compile(r"理由|因为|突出|胜在|优势|性价比|短板|成熟|参考价|价格在|活动价")
_RANKED = re.compile(r"^\s*(?:1[.、．]|第一|TOP\s*1|🥇)", re.MULTILINE | re.IGNORECASE)
_DEFINES = re.compile(r"原理|概念|是什么|什么意思|步骤|排查|操作|定义")
_SEVERAL = 2


def score(world: World, question: str, answer: str) -> int:
    """Return the score of an answer.

    0 refusal, off topic or definition; 1 general knowledge, a brand at most as an example; 2 several brands without
    preference; 3 compares or recommends; 4 ranks brands or recommends buying them, with reasons.
    """
    if len(answer.strip()) < _SHORTEST or any(words in answer for words in _REFUSALS):
        return 0
    brands = brands_in(world.fields(), answer)
    if not brands:
        return 0 if _DEFINES.search(question + answer) or world.field_of(question) is None else 1
    recommends, reasons = bool(_RECOMMENDS.search(answer)), bool(_REASONS.search(answer))
    if _RANKED.search(answer) and _ranks_brand(answer, brands) and recommends and reasons:
        return 4
    if _DEFINES.search(answer) and len(brands) < _SEVERAL:
        return 1
    if recommends or _COMPARES.search(answer):
        return 3
    return 2 if len(brands) >= _SEVERAL else 1


def brands_in(fields: Iterable[Field], text: str) -> set[str]:
    """Return the names and aliases of known brands that occur in the text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    names = {name for field in fields for brand in field.brands for name in brand.names}
    return {name for name in names if name.casefold() in folded}


def _ranks_brand(answer: str, brands: set[str]) -> bool:
    first = next((line for line in answer.splitlines() if _RANKED.match(line)), "")
    return any(name.casefold() in first.casefold() for name in brands)
