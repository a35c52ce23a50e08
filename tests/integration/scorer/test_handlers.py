"""A run is scored over a real database: what is kept, and when it fails."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

import pytest
from pydantic import BaseModel

from answerlens_common.db import Database
from answerlens_common.errors import BusinessError
from answerlens_common.events import CollectionAnswered, CollectionScored, Lane
from answerlens_common.llm import LanguageModel, RateLimitedError
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_scorer.handlers import Handlers, TooManyUnscoredError
from answerlens_scorer.score import TASK
from tests.integration.scorer.runs import somebody_waits, store_run
from tests.support.collected import as_today

Reply = TypeVar("Reply", bound=BaseModel)
DAY = dt.date(2026, 6, 1)
EVENT = CollectionAnswered(keyword="蓝牙耳机", date=DAY, bank_version=1, lane=Lane.EXPRESS, engine="chat-a")


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
    await store_run(db, EVENT, texts)
    key = ClaimKey.of("score", await as_today(db, EVENT), date=DAY)
    lease = await acquire(db, key, "1", Lane.EXPRESS, 30)
    assert isinstance(lease, Lease)
    return lease


async def test_a_few_answers_without_a_score_do_not_fail_a_run(database: Database) -> None:
    lease = await collected(database, ["无分", *["好"] * 19])
    handlers = Handlers(database, Model(), fail_above=0.1, model="judge-1")
    assert await handlers.cached(EVENT) == [], "nobody waits for it"
    await somebody_waits(database, EVENT)
    assert await handlers.cached(EVENT) is None
    event = await as_today(database, EVENT)
    (following,) = await handlers.on_collection_answered(event, lease)
    assert isinstance(following, CollectionScored)
    assert await database.value("SELECT count(*) FROM question_score WHERE score = 3 AND model = 'judge-1'") == 19
    assert await database.value("SELECT status FROM collection") == "scored"
    assert await handlers.cached(event) == [following]


async def test_too_many_answers_without_a_score_fail_it_and_the_scores_are_kept(database: Database) -> None:
    lease = await collected(database, [*["无分"] * 3, *["好"] * 17])
    with pytest.raises(TooManyUnscoredError) as error:
        await Handlers(database, Model(), fail_above=0.1, model="judge-1").on_collection_answered(
            await as_today(database, EVENT), lease
        )
    assert (error.value.unscored, error.value.ok) == (3, 20)
    assert isinstance(error.value, BusinessError)
    assert await database.value("SELECT count(*) FROM question_score") == 17
    assert await database.value("SELECT status FROM collection") == "collected"


async def test_a_batch_that_fails_takes_no_other_along_and_the_next_attempt_asks_only_for_the_rest(
    database: Database,
) -> None:
    lease = await collected(database, ["断", *["好"] * 24])
    with pytest.raises(RateLimitedError) as error:
        await Handlers(database, Model(), fail_above=0.1, model="judge-1").on_collection_answered(
            await as_today(database, EVENT), lease
        )
    assert error.value.task == TASK
    assert await database.value("SELECT count(*) FROM question_score") == 15
    async with database.transaction() as tx:
        await tx.execute("UPDATE ai_answer SET answer_text = '无分' WHERE answer_text = '断'")
    model = Model()
    await Handlers(database, model, fail_above=0.1, model="judge-1").on_collection_answered(
        await as_today(database, EVENT), lease
    )
    assert (model.asked.count("好"), model.asked.count("无分")) == (9, 2)
    assert await database.value("SELECT status FROM collection") == "scored"
