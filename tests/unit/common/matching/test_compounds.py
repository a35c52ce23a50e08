import pytest

from answerlens_common.text.matching.segmentation import stands_as_word


def stands(text: str) -> bool:
    before, name, after = text.split("|")
    return stands_as_word(before + name + after, len(before), len(before + name))


@pytest.mark.parametrize(
    "text", ["|淘宝|网是平台", "存到|百度|网盘", "|可口可乐|公司", "一汽|大众|速腾", "|搜狐|网的文章", "|当当|网买书"]
)
def test_a_longer_word_for_the_same_thing_is_the_name(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize(
    "text", ["|苹果|派好吃", "|小米|粥", "|平安|夜", "|阿里|郎", "|三星|堆", "|京东|方的面板", "|物美|价廉"]
)
def test_a_longer_word_for_something_else_is_not(text: str) -> None:
    assert not stands(text)
