"""A bank knows where its source questions come from, and so does each of its questions."""

from answerlens_bank_builder.handlers import Handlers
from tests.integration.bank_builder.banks import asked, build, search

KEYWORD = "跑步鞋"


async def test_every_question_keeps_where_its_sources_come_from(handlers: Handlers) -> None:
    texts = asked(KEYWORD)
    await search(handlers.db, KEYWORD, texts)
    async with handlers.db.transaction() as tx:
        await tx.execute("UPDATE zhihu_question SET origin = 'zhihu_page'")
        await tx.execute("UPDATE zhihu_question SET origin = 'model' WHERE id % 3 = 0")
    origins = {
        row["question_text"]: row["origin"]
        for row in await handlers.db.rows("SELECT question_text, origin FROM zhihu_question")
    }
    await build(handlers, KEYWORD)
    rows = await handlers.db.rows("SELECT source_questions, source_origins FROM question_bank")
    assert rows
    assert all(row["source_origins"] == [origins[text] for text in row["source_questions"]] for row in rows)
    assert {origin for row in rows for origin in row["source_origins"]} == {"zhihu_page", "model"}
    counted = await handlers.db.value("SELECT origins FROM bank")
    assert counted == {name: list(origins.values()).count(name) for name in ("zhihu_page", "model")}
