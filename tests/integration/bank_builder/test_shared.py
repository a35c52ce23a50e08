"""A bank belongs to all clients of its keyword: what one of them orders changes nothing of it."""

from collections.abc import Sequence

import pytest

from answerlens_bank_builder.handlers import Handlers
from tests.integration.bank_builder.banks import asked, build, forget, order, search


@pytest.mark.case("o2")
@pytest.mark.parametrize(
    ("brand", "competitors"),
    [
        ("跑步鞋", ()),
        ("耐克", ("跑步鞋",)),
        ("鞋", ("的", "跑步", "推荐", "多少钱")),
        ("缓震", ("透气", "回弹", "鞋底", "马拉松", "跑步机", "学生", "新手")),
    ],
)
async def test_what_a_client_orders_does_not_touch_the_bank(
    handlers: Handlers, brand: str, competitors: Sequence[str]
) -> None:
    keyword = "跑步鞋"
    await search(handlers.db, keyword, asked(keyword))
    without = await build(handlers, keyword)
    assert len(without) == 96
    await forget(handlers.db)
    await search(handlers.db, keyword, asked(keyword))
    await order(handlers.db, keyword, brand, *competitors)
    try:
        built = await build(handlers, keyword)
    except Exception as error:  # noqa: BLE001 - whatever it is, the keyword is not built
        pytest.fail(f"no bank is built: {error}")
    assert built == without


@pytest.mark.case("o1")
@pytest.mark.parametrize(("keyword", "brand"), [("索尼蓝牙耳机", "索尼"), ("德龙", "德龙"), ("Bose 蓝牙耳机", "bose")])
async def test_a_keyword_that_names_its_orders_brand_has_a_bank(handlers: Handlers, keyword: str, brand: str) -> None:
    await search(handlers.db, keyword, asked(keyword))
    await order(handlers.db, keyword, brand)
    try:
        built = await build(handlers, keyword)
    except Exception as error:  # noqa: BLE001 - whatever it is, the keyword is not built
        pytest.fail(f"no bank is built: {error}")
    assert len(built) == 96


@pytest.mark.case("o7")
@pytest.mark.parametrize("length", [76, 120, 255])
async def test_a_long_keyword_has_a_bank(handlers: Handlers, length: int) -> None:
    keyword = ("适合小户型和养宠物家庭用的扫地机器人" * 15)[:length]
    await search(handlers.db, keyword, asked("扫地机器人"))
    try:
        built = await build(handlers, keyword)
    except Exception as error:  # noqa: BLE001 - whatever it is, the keyword is not built
        pytest.fail(f"no bank is built: {error}")
    assert len(built) == 96
    assert all(keyword in question for *_, question in built)
