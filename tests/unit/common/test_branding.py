"""Whether a question is branded for an order, and whether its keyword names its brand."""

from collections.abc import Sequence

import pytest

from answerlens_common.text.branding import BrandedQuestions
from answerlens_common.text.matching import BrandNames


def branded(keyword: str, question: str, *names: str, aliases: Sequence[str] = ()) -> bool:
    """Whether the question is branded for an order of these: its brand, then its competitors."""
    brands = [BrandNames(str(n), name, tuple(aliases) if n == 0 else ()) for n, name in enumerate(names)]
    return BrandedQuestions(keyword, brands).look_at(question).is_branded([brand.key for brand in brands])


@pytest.mark.parametrize(
    ("keyword", "question", "names"),
    [
        ("索尼耳机", "索尼耳机怎么选？", ["索尼"]),
        ("索尼耳机", "索尼 耳机怎么选？", ["索尼"]),
        ("索尼耳机", "买索尼耳机要看什么，索尼耳机贵吗？", ["索尼"]),
        ("索尼耳机", "索尼耳机怎么选？", ["Bose", "索尼"]),
        ("跑步鞋", "跑步鞋怎么选？", ["跑步鞋"]),
        ("跑步鞋", "跑步鞋怎么选？", ["跑步"]),
        ("iPhone 15 手机壳", "ＩＰＨＯＮＥ15手机壳哪种好？", ["iPhone"]),
        ("Type-C 扩展坞", "typec扩展坞哪种好？", ["扩展坞"]),
        ("WH-1000XM5", "wh1000xm5 值得买吗？", ["WH-1000XM5"]),
        ("蓝牙耳机", "通勤用的蓝牙耳机怎么选？", ["索尼", "Bose"]),
    ],
)
def test_a_question_that_names_the_brand_by_saying_the_keyword_is_not_branded(
    keyword: str, question: str, names: Sequence[str]
) -> None:
    assert not branded(keyword, question, *names)


@pytest.mark.parametrize(
    ("keyword", "question", "names"),
    [
        ("索尼耳机", "索尼的售后怎么样？", ["索尼"]),
        ("索尼耳机", "索尼耳机和索尼音箱怎么选？", ["索尼"]),
        ("索尼耳机", "索尼耳机和Bose哪个好？", ["索尼", "Bose"]),
        ("跑步鞋", "耐克跑步鞋怎么选？", ["耐克", "跑步鞋"]),
        ("汽车", "理想汽车怎么样？", ["理想汽车"]),
        ("扩展坞", "绿联扩展坞怎么样？", ["绿联扩展坞"]),
        ("mi", "family mi 和 mi 手环，小米选谁？", ["小米"]),
        ("蓝牙耳机", "索尼蓝牙耳机怎么选？", ["索尼"]),
    ],
)
def test_a_brand_beside_the_keyword_or_longer_than_it_makes_a_question_branded(
    keyword: str, question: str, names: Sequence[str]
) -> None:
    assert branded(keyword, question, *names)


def test_an_alias_beside_the_keyword_counts() -> None:
    assert branded("索尼耳机", "Sony的耳机怎么选？", "索尼", aliases=["Sony"])
    assert not branded("索尼耳机", "索尼耳机怎么选？", "Sony", aliases=["索尼"])


def test_part_of_a_latin_word_is_no_keyword() -> None:
    asked = BrandedQuestions("mi", [BrandNames("0", "Mi")]).look_at("family 和 mi 手环")
    assert asked.keyword == ((9, 11),)


@pytest.mark.parametrize(
    ("keyword", "named"),
    [
        ("索尼耳机", ["索尼"]),
        ("索尼", ["索尼"]),
        ("SONY 耳机", ["索尼"]),
        ("索尼和 bose 耳机", ["索尼", "Bose"]),
        ("蓝牙耳机", []),
        ("小米粥", []),
        ("最美的风景", []),
        ("Boseman", []),
    ],
)
def test_whom_a_keyword_names(keyword: str, named: Sequence[str]) -> None:
    names = ["索尼", "Bose", "小米", "美的"]
    brands = [BrandNames(name, name, ("Sony",) if name == "索尼" else ()) for name in names]
    assert BrandedQuestions(keyword, brands).in_keyword(names) == named
