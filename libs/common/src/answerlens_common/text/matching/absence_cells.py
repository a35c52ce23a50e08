"""Rows of a table, and headings, under which a brand has no facts: | 声朗 | 暂无数据 | — |."""

import re
from typing import Final

from answerlens_common.text.matching.variants import simplified

# A longer row says something.
_LONGEST_ROW: Final = 240
# A model in a cell, 品牌 in a heading.
_LONGEST_ADDITION: Final = 8
_LONGEST_BRAND: Final = 4
_LONGEST_MARKUP: Final = 12
_EDGE: Final = " \t*_`~\"'“”‘’()[]<>【】「」"
_MARKUP: Final = _EDGE + "#-+•·:：0123456789.、)"
_EMPTY: Final = re.compile(r"[-—–/\\.…~*_ 无]*")
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
    return bool(said) and all(_NO_FACTS.fullmatch(cell.rstrip("。.")) for cell in said)


def is_heading_without_facts(folded: str, start: int, end: int) -> bool:
    """Whether the name has a line of its own, and the lines of its item only say that nothing is known."""
    begin = folded.rfind("\n", max(0, start - _LONGEST_MARKUP), start) + 1
    if begin == 0 and start > _LONGEST_MARKUP:
        return False
    line, _, rest = folded[end : end + _LONGEST_ROW].partition("\n")
    if folded[begin:start].strip(_MARKUP) or len(line.strip(_MARKUP)) > _LONGEST_BRAND:
        return False
    item = simplified(rest).split("\n\n", maxsplit=1)[0] if rest.strip() else ""
    said = [each.strip(_MARKUP).rstrip("。.") for each in item.strip("\n").split("\n")]
    return bool(said[0]) and all(_NO_FACTS.fullmatch(each) for each in said if each)
