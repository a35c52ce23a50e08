"""A run is scored over a real database: what is kept, and when it fails."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

import pytest
from pydantic import BaseModel

from answerlens_common.claims import ClaimKey, Lease, acquire
from answerlens_common.db import Database
from answerlens_common.errors import BusinessError
from answerlens_common.events import KeywordAnswersCollected, KeywordScored, Lane
from answerlens_common.llm import LanguageModel, RateLimitedError
from answerlens_scorer.handlers import Handlers, TooManyUnscoredError
from answerlens_scorer.score import TASK

Reply = TypeVar("Reply", bound=BaseModel)
DAY = dt.date(2026, 6, 1)
EVENT = KeywordAnswersCollected(keyword="蓝牙耳机", date=DAY, bank_version=1, lane=Lane.EXPRESS, engine="chat-a")


class Model(LanguageModel):
    """Gives every answer a 3, but none to those that say 无分, and fails when it sees 断."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(
        self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
    ) -> Reply:
        assert instructions
        shown: list[dict[str, str]] = data["answers"]  # type: ignore[assignment]
        self.asked += [each["answer"] for each in shown]
        if any(each["answer"] == "断" for each in shown):
            raise RateLimitedError(task, None)
        return reply.model_validate({"scores": [{"id": e["id"], "score": 3} for e in shown if e["answer"] != "无分"]})


async def collected(db: Database, texts: Sequence[str]) -> Lease:
    """A run that waits for its scores, and the claim on them."""
    async with db.transaction() as tx:
        await tx.execute("SELECT ensure_answer_day(:date)", date=DAY)
        await tx.execute(
            "INSERT INTO collection_run (keyword, engine, date, bank_version, surface, total, lane, status)"
            " VALUES ('蓝牙耳机', 'chat-a', :date, 1, 'browser', :total, 'express', 'collected')",
            date=DAY,
            total=len(texts),
        )
        for number, text in enumerate(texts):
            await tx.execute(
                "INSERT INTO ai_answer (answer_date, keyword, question_id, question_text, engine, surface, status,"
                " answer_text) VALUES (:date, '蓝牙耳机', :id, '哪款好？', 'chat-a', 'browser', 'ok', :text)",
                date=DAY,
                id=f"q{number:02}",
                text=text,
            )
    lease = await acquire(db, ClaimKey.of("score", EVENT), "1", Lane.EXPRESS, 30)
    assert isinstance(lease, Lease)
    return lease


async def somebody_waits(db: Database) -> None:
    """An order on the run's keyword and engine."""
    async with db.transaction() as tx:
        user = await tx.value("INSERT INTO users (name, role, key_sha256) VALUES ('u', 'client', 'k') RETURNING id")
        order = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " VALUES (:user, '蓝牙耳机', '索尼', '{}', '{chat-a}', :date) RETURNING id",
            user=user,
            date=DAY,
        )
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:order, :date, '蓝牙耳机')",
            order=order,
            date=DAY,
        )
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:order, :date, 'chat-a')",
            order=order,
            date=DAY,
        )


async def test_a_few_answers_without_a_score_do_not_fail_a_run(database: Database) -> None:
    lease = await collected(database, ["无分", *["好"] * 19])
    handlers = Handlers(database, Model(), fail_above=0.1)
    assert await handlers.cached(EVENT) == [], "nobody waits for it"
    await somebody_waits(database)
    assert await handlers.cached(EVENT) is None
    (following,) = await handlers.on_keyword_answers_collected(EVENT, lease)
    assert isinstance(following, KeywordScored)
    assert await database.value("SELECT count(*) FROM question_score WHERE score = 3") == 19
    assert await database.value("SELECT status FROM collection_run") == "scored"
    assert await handlers.cached(EVENT) == [following]


async def test_too_many_answers_without_a_score_fail_it_and_the_scores_are_kept(database: Database) -> None:
    lease = await collected(database, [*["无分"] * 3, *["好"] * 17])
    with pytest.raises(TooManyUnscoredError) as error:
        await Handlers(database, Model(), fail_above=0.1).on_keyword_answers_collected(EVENT, lease)
    assert (error.value.unscored, error.value.ok) == (3, 20)
    assert isinstance(error.value, BusinessError)
    assert await database.value("SELECT count(*) FROM question_score") == 17
    assert await database.value("SELECT status FROM collection_run") == "collected"


async def test_a_batch_that_fails_takes_no_other_along_and_the_next_attempt_asks_only_for_the_rest(
    database: Database,
) -> None:
    lease = await collected(database, ["断", *["好"] * 24])
    with pytest.raises(RateLimitedError) as error:
        await Handlers(database, Model(), fail_above=0.1).on_keyword_answers_collected(EVENT, lease)
    assert error.value.task == TASK
    assert await database.value("SELECT count(*) FROM question_score") == 15
    async with database.transaction() as tx:
        await tx.execute("UPDATE ai_answer SET answer_text = '无分' WHERE answer_text = '断'")
    model = Model()
    await Handlers(database, model, fail_above=0.1).on_keyword_answers_collected(EVENT, lease)
    assert (model.asked.count("好"), model.asked.count("无分")) == (9, 2)
    assert await database.value("SELECT status FROM collection_run") == "scored"
