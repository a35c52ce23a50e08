import pytest

from answerlens_common.text.matching.segmentation import stands_as_word


def stands(text: str) -> bool:
    before, name, after = text.split("|")
    return stands_as_word(before + name + after, len(before), len(before + name))


@pytest.mark.parametrize(
    "text",
    [
        "绝|美的|壁纸",
        "静|美的|夜",
        "之|美的|代表",
        "追求|美的|过程",
        "|美的|事物",
        "夜景|美的|不得了",
        "一切|美的|东西",
        "对|美的|认识",
        "|得力|的助手",
        "心灵|美的|人",
    ],
)
def test_a_name_that_describes_is_none(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize(
    "text",
    [
        "推荐|美的|空调",
        "买|美的|东西",
        "对|美的|印象不错",
        "|美的|人气高",
        "|得力|的订书机",
        "国产|美的|变频",
        "对比|美的|和格力",
        "我家|美的|用了五年",
    ],
)
def test_a_name_before_what_its_maker_sells_is_one(text: str) -> None:
    assert stands(text)
