import pytest

from answerlens_common.text.matching.segmentation import stands_as_word


def stands(text: str) -> bool:
    before, name, after = text.split("|")
    return stands_as_word(before + name + after, len(before), len(before + name))


@pytest.mark.parametrize(
    "text",
    [
        "你对|华为|新款折叠屏怎么看",
        "|华为|什么时候发布",
        "最近从|小米|离职",
        "在|京东|方便比价",
        "空调选|美的|还是格力",
        "油烟机买|方太|还是老板",
        "|圆通|过年不停运",
        "|高通|用了新工艺",
        "由|金蝶|全面支持",
    ],
)
def test_a_name_stands_where_the_other_reading_leaves_a_character_alone(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize(
    "text",
    [
        "对|方太|强势",
        "以才|华为|傲",
        "中|华为|礼仪之邦",
        "选|美的|比赛",
        "支付|宝马|上付款",
        "更|佳能|耗",
        "最|小米|数",
        "地|方太|小放不下",
    ],
)
def test_a_reading_of_whole_words_wins(text: str) -> None:
    assert not stands(text)
