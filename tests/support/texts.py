"""Texts made to be slow to look through, and many names to look for."""

from collections.abc import Iterator
from itertools import product

from answerlens_common.text.matching import BrandNames

NAMES = 5_000
FIRST = "岚沐砺璟昀珞翊棠铂曜澜弘恺煜晟栩霖皓"
SECOND = "泽恒樾舟朴拓曜衍川岳辰睿宸麟峰雅诺格"
SENTENCE = "预算两千左右的话，可以先看小米和索尼，最美的风景在路上，华为Mate70也不错，没有找到其他品牌的信息。"
BRANDS = [
    BrandNames("小米", "小米", context=("手机",), exclude=("小米粥",)),
    BrandNames("美的", "美的"),
    BrandNames("网易", "网易"),
    BrandNames("网易云音乐", "网易云音乐"),
    BrandNames("苹果", "苹果", ("Apple",), context=("手机",), variants=True),
    BrandNames("Sony", "Sony", ("索尼",)),
]
# What each text repeats, and what it is meant to slow down.
ADVERSARIAL = {
    "hits": "小米",
    "hits beside context": "手机小米",
    "boundaries": "最美的风景",
    "overlaps": "网易云音乐",
    "no boundary at all": "美",
    "Latin without an end": "sony",
    "open brackets": "[",
    "links that never close": "[小米](",
    "nested links": "[[小米](http://a)](",
    "addresses": "http://小米.",
    "tags that never close": "<a 小米 ",
    "denials": "没有找到小米、",
    "sources that mention nothing": "搜索结果中没有小米的",
    "lists": "\n- 小米",
    "tables": "| 小米 ",
    "blank lines": "\n\n",
    "spaces": " 　",
    "zero-width": "小\u200b米\u200b",
}


def names() -> Iterator[BrandNames]:
    """Two-character brands with a Latin alias each, and numbered ones to make up the number."""
    pairs = ["".join(pair) for pair in product(FIRST, SECOND)]
    for number in range(NAMES // 2):
        name = pairs[number % len(pairs)] + ("" if number < len(pairs) else str(number))
        yield BrandNames(str(number), name, (f"brand{number}",))
