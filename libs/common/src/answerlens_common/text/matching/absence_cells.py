"""Rows of a table, and headings, under which a brand has no facts: | 声朗 | 暂无数据 | — |."""

import re
from collections.abc import Sequence
from typing import Final

from answerlens_common.text.matching.absence_clauses import denies_all
from answerlens_common.text.matching.absence_clauses_english import denies_all_english
from answerlens_common.text.matching.absence_lexis import Role
from answerlens_common.text.matching.absence_open import is_weighed
from answerlens_common.text.matching.absence_tokens import CLAUSE, Token, is_filler, tokens
from answerlens_common.text.matching.variants import simplified

# A longer row says something.
_LONGEST_ROW: Final = 240
# A model in a cell, 品牌 in a heading.
_LONGEST_ADDITION: Final = 8
_LONGEST_BRAND: Final = 4
_LONGEST_LABEL: Final = 8
_LONGEST_MARKUP: Final = 12
_EDGE: Final = " \t*_`~\"'“”‘’()[]<>【】「」"
_MARKUP: Final = _EDGE + "#-+•·:：0123456789一二三四五六七八九十.、)"
_EMPTY: Final = re.compile(r"[-—–/\\.…~*_?？❓ 无]*")
_NO_FACTS: Final = re.compile(
    r"(?:目前|暂时|该品牌|此品牌|抱歉,?)*"
    r"(?:暂无|无|没有?|未|尚未|暂未|未能|查无|找不到|查不到|搜不到|缺乏?|缺少|不足|无法)[^,，。的]{0,8}"
    r"(?:信息|资料|数据|结果|记录|评价|评测|报道|介绍|内容|找到|查到|检索到|收录|查证|核实|确认|获取|参数)[^,，。]{0,6}"
    r"|(?:信息|资料|数据)(?:不足|缺失|有限|未知|不详|暂缺)|未知|不详|不明|不了解|不清楚|n/?a|unknown|no (?:[a-z]+"
    r" ){0,2}"
    r"(?:data|info|information|results?|records?|reviews?|details)(?: (?:available|found|yet))?|not (?:found"
    r"|available|known|listed)"
    r"|(?:data |information )?unavailable|insufficient (?:data|information)"
)


def is_row_without_facts(folded: str, start: int, end: int) -> bool:
    """Whether the name has a cell of its own in a row that otherwise only says that nothing is known."""
    begin = folded.rfind("\n", max(0, start - _LONGEST_ROW), start) + 1
    stop = folded.find("\n", end, end + _LONGEST_ROW)
    if begin == 0 and start > _LONGEST_ROW:
        return False
    stop = len(folded) if stop == -1 else stop
    if stop - begin > _LONGEST_ROW or "|" not in folded[begin:stop]:
        return False
    left, right = folded[begin:start].rpartition("|")[2], folded[end:stop].partition("|")[0]
    if left.strip(_MARKUP) or len(right.strip(_EDGE)) > _LONGEST_ADDITION:
        return False
    row = simplified(folded[begin:start]).rpartition("|")[0] + "|" + simplified(folded[end:stop]).partition("|")[2]
    cells = [cell.strip(_EDGE) for cell in row.split("|")]
    said = [cell for cell in cells if not (_EMPTY.fullmatch(cell) or cell.isdecimal())]
    return bool(said) and all(map(_has_no_facts, said))


def is_heading_without_facts(folded: str, start: int, end: int) -> bool:
    """Whether the name has a line of its own, and the lines of its item only say that nothing is known."""
    begin = folded.rfind("\n", max(0, start - _LONGEST_MARKUP), start) + 1
    if begin == 0 and start > _LONGEST_MARKUP:
        return False
    line, _, rest = folded[end : end + _LONGEST_ROW].partition("\n")
    if folded[begin:start].strip(_MARKUP) or len(line.strip(_MARKUP)) > _LONGEST_BRAND:
        return False
    item = simplified(rest).split("\n\n", maxsplit=1)[0] if rest.strip() else ""
    said = [each.strip(_MARKUP) for each in item.strip("\n").split("\n")]
    return bool(said[0]) and all(_has_no_facts(each) for each in said if each)


def _has_no_facts(said: str) -> bool:
    """Whether a cell or a line says that nothing is known, and nothing else."""
    said = said.rstrip("。.")
    if _NO_FACTS.fullmatch(said) or denies_all_english(said):
        return True
    clauses = [words for words in map(tokens, CLAUSE.split(said)) if words]
    denied = [
        (denies_all(words) and any(map(_is_of_knowing, words)))
        or (_is_bare(words) and nth > 0 and _is_label(clauses[nth - 1]))
        for nth, words in enumerate(clauses)
    ]
    return any(denied) and all(
        is_denied or is_filler(words) or _is_label(words) for is_denied, words in zip(denied, clauses, strict=True)
    )


def _is_label(words: Sequence[Token]) -> bool:
    """品牌信息, 用户口碑 before 未查到."""
    is_short = sum(len(word.text) for word in words) <= _LONGEST_LABEL
    return is_short and bool(words[-1].role & (Role.INFORMATION | Role.FACT)) and not is_weighed(words)


def _is_bare(words: Sequence[Token]) -> bool:
    """暂无, 未查到."""
    return any(word.role & Role.DENIAL for word in words) and all(
        word.role & (Role.DENIAL | Role.FILLER | Role.FIND) for word in words
    )


def _is_of_knowing(word: Token) -> bool:
    """暂未发现 alone is the answer to what the column asks."""
    knows = word.role & (Role.INFORMATION | Role.FACT | Role.KNOW | Role.JUDGE | Role.SEARCH)
    return bool(knows) or "查" in word.text or "搜" in word.text
