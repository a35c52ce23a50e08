"""A build of a bank that is interrupted and taken up again: real vectors, database and remembered replies."""

import dataclasses

import pytest
from pydantic import SecretStr

from answerlens_bank_builder.handlers import Handlers
from answerlens_common.db import Database
from answerlens_common.llm import LanguageModel, LlmSettings, RateLimitedError
from tests.integration.bank_builder.banks import Row, asked, build, forget, search
from tests.support.sandbox import Sandbox

KEYWORD = "猫粮"


async def forget_all(db: Database) -> None:
    """Leave nothing of any bank, nor what the model replied to it."""
    await forget(db)
    async with db.transaction() as tx:
        await tx.execute("TRUNCATE llm_reply, llm_pace, llm_day, llm_reservation, breaker")


async def stored(db: Database) -> list[tuple[object, ...]]:
    """Each question with all that is stored of it but its row's number and moment."""
    rows = await db.rows(
        "SELECT cluster_id, main_intent, question_id, generated_question, source_questions, anchor, brands"
        " FROM question_bank ORDER BY question_id"
    )
    return [tuple(map(str, row.values())) for row in rows]


@pytest.mark.parametrize(
    "request_of", ['"unlabelled"', '"questions": ["', '"count"'], ids=["labels", "brands", "questions"]
)
async def test_a_build_taken_up_again_comes_to_the_bank_it_would_have_been(
    handlers: Handlers, sandbox: Sandbox, request_of: str
) -> None:
    db = handlers.db
    settings = LlmSettings(base_url=f"{sandbox.url}/v1", api_key=SecretStr("sandbox"), model="sandbox-chat")
    async with LanguageModel(settings, db) as llm:
        stage = dataclasses.replace(handlers, llm=llm)
        uninterrupted, requests = await _built(stage, sandbox)
        bank = await stored(db)
        await forget_all(db)
        sandbox.order_fault("llm", "429", match=request_of)
        before = len(_requests(sandbox))
        with pytest.raises(RateLimitedError):
            await _built(stage, sandbox)
        assert (again := (await _built(stage, sandbox))[0]) == uninterrupted
    assert await stored(db) == bank
    assert len(again) == 96
    # every reply was paid for once; a round that went on without one cluster may have asked a little more
    assert len(_requests(sandbox)) - before <= 1.5 * requests


async def test_what_an_interrupted_build_left_is_replaced(handlers: Handlers, sandbox: Sandbox) -> None:
    """Of a cluster it has, of one it does not have, and an anchor that was in another cluster."""
    await search(handlers.db, KEYWORD, asked(KEYWORD))
    async with handlers.db.transaction() as tx:
        for cluster, question_id in ((0, "1-0-01"), (0, "1-1-01"), (77, "1-77-01")):
            await tx.execute(
                "INSERT INTO question_bank (keyword, bank_version, cluster_id, main_intent, question_id,"
                " generated_question, source_questions, anchor, brands)"
                " VALUES (:keyword, 1, :cluster, '旧', CAST(:id AS text), CAST(:id AS text), '[]', false, '[]')",
                keyword=KEYWORD,
                cluster=cluster,
                id=question_id,
            )
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, source_count, embedding_model, llm_model)"
            " VALUES (:keyword, 1, DATE '2026-03-01', 1, 'of before', 'of before')",
            keyword=KEYWORD,
        )
    questions = await build(handlers, KEYWORD)
    assert len(questions) == 96
    assert not [row for row in questions if row[1] == "旧"]
    assert sandbox.journal()
    bank = await handlers.db.row("SELECT embedding_model, llm_model FROM bank")
    assert bank is not None
    assert "of before" not in bank.values()


async def _built(stage: Handlers, sandbox: Sandbox) -> tuple[list[Row], int]:
    """Build the bank; its questions, and how many requests that took."""
    before = len(_requests(sandbox))
    if not await stage.db.value("SELECT count(*) FROM zhihu_question"):
        await search(stage.db, KEYWORD, asked(KEYWORD))
    async with stage.db.transaction() as tx:
        await tx.execute("TRUNCATE claim")
    return await build(stage, KEYWORD), len(_requests(sandbox)) - before


def _requests(sandbox: Sandbox) -> list[object]:
    return [row for row in sandbox.journal() if row["kind"] == "llm"]
