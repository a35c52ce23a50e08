"""How many questions name a brand where the intent is not about brands, over whole banks."""

import pytest

from answerlens_bank_builder.handlers import Handlers
from answerlens_bank_builder.labelling import group_with_model
from answerlens_bank_builder.pool import distinct
from answerlens_sandbox.catalogue import field_for
from tests.integration.bank_builder.banks import SEED, asked, build, search

SHORT = ("蓝牙耳机", "露营帐篷")
KEYWORDS = (*SHORT, *(pytest.param(keyword, marks=pytest.mark.long) for keyword in ("跑步鞋", "咖啡机", "电动牙刷")))


@pytest.mark.parametrize("keyword", KEYWORDS)
async def test_hardly_a_question_names_a_brand_outside_the_intents_about_brands(
    handlers: Handlers, keyword: str
) -> None:
    """With a model that names brands where it should not, and keeps quiet about it."""
    sources = asked(keyword)
    await search(handlers.db, keyword, sources)
    groups = await group_with_model(handlers.llm, handlers.grouper, keyword, distinct(sources), 8)
    others = {group.intent for group in groups if not group.about_brands}
    names = [name for brand in field_for(SEED, keyword).brands for name in brand.names]
    rows = [row for row in await build(handlers, keyword) if row[1] in others]
    named = [question for *_, question in rows if any(name.lower() in question.lower() for name in names)]
    assert len(rows) >= 48
    assert len(named) <= 0.05 * len(rows), named
