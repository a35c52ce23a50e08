"""Whether a name is part of a postal address: 珠江|南路188号, 美的|大道, 光明|区. A road is called so, not its brand.

Where another word can begin with the last character, it is none: 小米|路由器, 海尔|镇店之宝.
"""

import re
from typing import Final

from answerlens_common.text.matching.lexicon import HAN, MAX_WORD_LENGTH, load_lexicon
from answerlens_common.text.matching.variants import simplified

_NUMBER: Final = r" ?(?:\d{1,5}|[一二三四五六七八九十百]{1,5})(?:-\d{1,4})? ?[号弄栋幢座单楼室院巷]"
_WHICH: Final = "(?:[东西南北中前后上下内外环一二三四五六七八九十新老]|科技|工业|创业|花园|公园|体育|文化|滨江){0,2}"
_ROAD: Final = re.compile(
    rf"{_WHICH}(?:大道|大街|胡同|里弄)|(?=(?P<which>{_WHICH}))(?P=which)(?:路|街|巷|弄)"
    "(?=(?P<more>$|[^\u3400-\u9fff]|口(?!碑)|里[有的面头]|深处|附近|交|与|和|及|[小中大]学|站|沿线|北段|南段|东段"
    "|西段|中段))?"
)
_WIDE_ROAD: Final = re.compile("(?:大道|大街|胡同|里弄)$")
_NUMBERED: Final = re.compile(rf"{_WHICH}(?:大道|大街|路|街|巷|弄|胡同|道|里){_NUMBER}")
_DISTRICT: Final = re.compile(r"(?:街道|小区|新村|社区|新城|新区|村|镇|乡|屯|县|市|区)")
_IN_ADDRESS: Final = re.compile(
    r"(?:地址|位于|坐落|住在?|家住|地处|总部在|开在)[^。!?;\n]{0,12}$|[省市县州区镇乡道路](?:[^。!?;,\n ]{0,3})$"
)
_HOUSE: Final = re.compile(rf"[^。!?;,\n]{{0,4}}?{_NUMBER}|[^。!?;,\n ]{{0,4}}?(?:路|街|大道|社区)(?![由线人演虎])")
_SETTLEMENT: Final = re.compile("[村镇乡屯](?:[的民口东西南北上]|附近)")
_BRIDGE: Final = re.compile("(?:立交|大|特大|跨[江海河])?桥(?![接牌梁段式])")
_OFFICE: Final = re.compile("(?:街道|社区|新村)?(?:村委|居委|街道办|[镇乡区县市]政府)")
_ENGLISH_NUMBERED: Final = re.compile(
    r"(?:\b(?:no\.?|number)? ?\d{1,5}[a-z]?,? (?:(?:north|south|east|west|middle) )?)$"
)
_ENGLISH_ROAD: Final = re.compile(
    r" (?:(?:north|south|east|west|middle) )?(?:road|rd|street|st|avenue|ave|boulevard|blvd|lane|drive|highway)\b"
)
_REACH: Final = 24
# What any of these can only be found with, before the text is looked at more closely.
_MAYBE: Final = re.compile(".{0,4}[路街道桥橋巷弄胡衚村镇鎮乡鄉屯县縣市区區城委府]|里")


def is_in_address(folded: str, start: int, end: int) -> bool:
    """Whether `folded[start:end]` is the name of a road, a village or a district."""
    before = folded[max(0, start - _REACH) : start]
    if not HAN.match(folded[end - 1]):
        return _ENGLISH_ROAD.match(folded, end) is not None and _ENGLISH_NUMBERED.search(before) is not None
    if not HAN.match(folded[end : end + 1] or " ") or not _MAYBE.match(folded, end):
        return False
    after = simplified(folded[end : end + _REACH])
    return (
        bool(_NUMBERED.match(after) or _OFFICE.match(after) or _BRIDGE.match(after))
        or _is_road(after)
        or _is_district(before, after)
    )


def _is_district(before: str, after: str) -> bool:
    """Whether it is called a district or a village, and stands in an address: 深圳市|光明|区."""
    district = _DISTRICT.match(after)
    if district is None:
        return False
    if _SETTLEMENT.match(after):
        return True
    stands = _IN_ADDRESS.search(simplified(before)) or _HOUSE.match(after, district.end())
    return bool(stands) and _ends_here(after, district.end())


def _is_road(after: str) -> bool:
    """Without a number: 大道 and 南路 end a road's name, 路 alone only where nothing else can go on (小米|路由器)."""
    road = _ROAD.match(after)
    if road is None:
        return False
    if road["which"] == "":
        return road["more"] is not None
    noun = _WIDE_ROAD.search(after, 0, road.end())
    return road["more"] is not None or _ends_here(after, road.end(), len(noun.group()) if noun else 1)


def _ends_here(after: str, end: int, length: int = 1) -> bool:
    """Whether no dictionary word begins with the place's last characters: 路|由器, 区|别, 镇|店之宝, 大道|理."""
    if end == len(after) or not HAN.match(after[end]):
        return True
    words = load_lexicon().words
    return not any(
        after[end - length : stop] in words
        for stop in range(end + 1, min(len(after), end - length + MAX_WORD_LENGTH) + 1)
    )
