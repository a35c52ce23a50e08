"""Sentiment work whose message was lost is found by its rows."""

import datetime as dt

import pytest

from answerlens_common.db import Database
from answerlens_scheduler.unjudged import judge_again
from tests.support.collected import Kept, store_answers, store_collection
from tests.support.waiting import somebody_waits

DAY = dt.date(2026, 5, 10)
KEYWORD = "咖啡机"


@pytest.fixture
async def analysed(database: Database) -> Database:
    """A day that was analysed two hours ago and never judged."""
    order = await somebody_waits(database, KEYWORD, DAY)
    async with database.transaction() as tx:
        collection_id = await store_collection(tx, KEYWORD, DAY, status="scored", lane="bulk")
        await store_answers(tx, collection_id, [Kept("1")])
        await tx.execute(
            "INSERT INTO measurement_outcome (order_id, date, engine, outcomes, created_at)"
            " VALUES (:order, :date, 'chat-a', '{}', now() - interval '2 hours')",
            order=order,
            date=DAY,
        )
        await tx.execute("UPDATE measurement SET status = 'completed'")
    return database


async def look(db: Database) -> int:
    async with db.transaction() as tx:
        return await judge_again(tx, 3600, 3)


async def change(db: Database, statement: str) -> None:
    async with db.transaction() as tx:
        await tx.execute(statement)


async def test_what_was_not_judged_is_announced_again_now_and_then(analysed: Database) -> None:
    for _ in range(3):
        assert await look(analysed) == 1
        assert await look(analysed) == 0
        await change(analysed, "UPDATE outbox SET published_at = now(), created_at = created_at - interval '2 hours'")
    assert await look(analysed) == 0
    assert await analysed.value("SELECT DISTINCT routing_key FROM outbox") == "collection.analysed.bulk"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measurement_outcome SET judged = true",
        "UPDATE measurement_outcome SET created_at = now()",
        "DELETE FROM ai_answer",
        (
            "INSERT INTO claim (stage, scope, keyword, date, engine, lane, lease_until)"
            " SELECT 'sentiment', 'collection:' || max(id), '咖啡机', '2026-05-10', 'chat-a', 'bulk',"
            " now() + interval '1 minute' FROM collection"
        ),
        (
            "INSERT INTO task_log (task_type, keyword, date, engine, status, started_at)"
            " VALUES ('sentiment', '咖啡机', '2026-05-10', 'chat-a', 'failed', now() - interval '1 day')"
        ),
    ],
)
async def test_what_is_judged_young_dropped_in_hand_or_buried_is_left(analysed: Database, statement: str) -> None:
    await change(analysed, statement)
    assert await look(analysed) == 0
