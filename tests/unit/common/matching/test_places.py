import pytest

from answerlens_common.text.matching.places import is_in_address


def in_address(text: str) -> bool:
    before, name, after = text.split("|")
    return is_in_address(before + name + after, len(before), len(before + name))


@pytest.mark.parametrize(
    "text",
    [
        "地址:|珠江|南路188号",
        "|长城|大街",
        "|美的|大道6号",
        "|海信|路与江西路",
        "深圳市|光明|区",
        "|晨光|小区2栋",
        "|茅台|镇上",
        "|南孚|村委会",
        "廣州|珠江|東路5號",
        "188 |lenovo| road",
        "no. 12 |sony| street",
    ],
)
def test_a_street_or_a_district_is_one(text: str) -> None:
    assert in_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "|小米|路由器",
        "|百度|路线",
        "|海尔|镇店之宝",
        "|宝马|区别于",
        "|耐克|街头",
        "|丰田|路上很常见",
        "中山路18号|格力|专卖店",
        "|格力|店在中山路18号",
        "the |giant| road bike",
        "|大众|道路救援",
    ],
)
def test_other_words_that_begin_so_are_none(text: str) -> None:
    assert not in_address(text)
