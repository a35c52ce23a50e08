"""A bank knows where its source questions come from, and so does each of its questions."""

from collections import Counter

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
    used = {text for row in rows for text in row["source_questions"]}
    counted = await handlers.db.value("SELECT origins FROM bank")
    assert counted == Counter(origins[text] for text in used)


async def test_what_anchors_were_written_from_is_counted_too(handlers: Handlers) -> None:
    """Whatever the new search found: three quarters of the questions are those of the bank before."""
    await search(handlers.db, KEYWORD, asked(KEYWORD))
    async with handlers.db.transaction() as tx:
        await tx.execute("UPDATE zhihu_question SET origin = 'model'")
    await build(handlers, KEYWORD)
    async with handlers.db.transaction() as tx:
        await tx.execute(
            "UPDATE zhihu_question SET origin = 'zhihu_page', question_text = 'X' || question_text WHERE id % 2 = 0"
        )
        # as it was before origins were kept
        await tx.execute("UPDATE question_bank SET source_origins = '[]' WHERE cluster_id = 0")
    old = await handlers.db.rows("SELECT source_questions, source_origins FROM question_bank")
    assert {origin for row in old for origin in row["source_origins"]} == {"model"}
    await build(handlers, KEYWORD, version=2)
    rows = await handlers.db.rows(
        "SELECT source_questions, source_origins, anchor FROM question_bank WHERE bank_version = 2 ORDER BY anchor"
    )
    assert {row["anchor"] for row in rows} == {True, False}
    origins: dict[str, str] = {}
    for row in rows:
        known = row["source_origins"] or ["zhihu"] * len(row["source_questions"])
        for text, origin in zip(row["source_questions"], known, strict=True):
            origins.setdefault(text, origin)
    counted = await handlers.db.value("SELECT origins FROM bank WHERE version = 2")
    assert counted == Counter(origins.values())
    assert set(counted) == {"model", "zhihu", "zhihu_page"}
