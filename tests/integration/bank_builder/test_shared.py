"""A bank belongs to all clients of its keyword: what one of them orders changes nothing of it."""

from collections.abc import Sequence

import pytest

from answerlens_bank_builder.embedding import EmbeddingSettings
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.handlers import Handlers
from answerlens_bank_builder.labelling import group_with_model
from answerlens_bank_builder.pool import distinct
from answerlens_bank_builder.settings import BankBuilderSettings
from answerlens_common.db import Database
from answerlens_common.llm import LanguageModel
from answerlens_sandbox.catalogue import field_for
from answerlens_sandbox.zhihu_questions import questions
from tests.integration.bank_builder.banks import build, forget, order, search

SEED = 7
KEYWORDS = ("跑步鞋", "咖啡机", "蓝牙耳机", "电动牙刷", "露营帐篷")


def asked(keyword: str) -> list[str]:
    """What people ask about the keyword on the sandbox's search site."""
    return questions(SEED, field_for(SEED, keyword))


@pytest.fixture
def handlers(database: Database, grouper: Grouper, llm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> Handlers:
    for name, value in {
        "POSTGRES_URL": database.settings.url,
        "RABBITMQ_URL": "amqp://unused",
        "LLM_BASE_URL": "http://unused",
        "LLM_API_KEY": "unused",
        "LLM_MODEL": "sandbox-chat",
        "QUESTIONS_PER_CLUSTER": "12",
    }.items():
        monkeypatch.setenv(f"ANSWERLENS_{name}", value)
    return Handlers(database, grouper, llm, BankBuilderSettings(embedding=EmbeddingSettings()))


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


async def test_hardly_a_question_names_a_brand_outside_the_intents_about_brands(handlers: Handlers) -> None:
    """On each of five keywords, with a model that names brands where it should not and keeps quiet about it."""
    for keyword in KEYWORDS:
        sources = asked(keyword)
        await search(handlers.db, keyword, sources)
        groups = await group_with_model(handlers.llm, handlers.grouper, keyword, distinct(sources), 8)
        others = {group.intent for group in groups if not group.about_brands}
        names = [name for brand in field_for(SEED, keyword).brands for name in brand.names]
        rows = [row for row in await build(handlers, keyword) if row[1] in others]
        named = [question for *_, question in rows if any(name.lower() in question.lower() for name in names)]
        assert len(rows) >= 48
        assert len(named) <= 0.05 * len(rows), (keyword, named)
