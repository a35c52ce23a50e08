"""The schema before collections, full of rows, becomes today's; and goes back. Messages of then find their claims."""

import asyncio
import json
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from answerlens_collection.messages import locate, question_of
from answerlens_common.db import Database
from answerlens_common.events import (
    CollectionAnalysed,
    CollectionAnswered,
    CollectionEvent,
    CollectionScored,
    KeywordBankBuilt,
    Lane,
    QuestionQueued,
    WorkEvent,
)
from answerlens_common.settings import PostgresSettings
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from tests.golden.database import REVISION
from tests.integration.common.before import config_of, yesterdays

MIGRATION = "0026"

# An answer with everything that hangs on it, by the names that outlive the change of keys.
_LEFT = """
SELECT a.keyword, a.question_id, a.engine, a.answer_date, a.replicate, a.question_text, a.status, a.answer_text,
    s.score, (SELECT array_agg(link_url ORDER BY position) FROM ai_link l WHERE {links}) AS links
FROM ai_answer a LEFT JOIN question_score s USING (keyword, question_id, engine, answer_date, replicate)
ORDER BY a.id
"""
BEFORE = _LEFT.format(links="l.answer_id = a.id AND l.answer_date = a.answer_date")
TODAY = _LEFT.format(
    links="(l.collection_id, l.number, l.replicate) = (a.collection_id, a.number, a.replicate)"
    " AND l.answer_date = a.answer_date"
)
_PARTITIONS = (
    "SELECT oid FROM pg_class WHERE relispartition AND relkind = 'r' AND relname ~ '^day_.*(answer|link|score)$'"
)


@pytest.fixture
async def yesterday(postgres_url: str) -> AsyncIterator[tuple[asyncpg.Connection, Config]]:
    """A database of the revision before, with the rows of a small installation."""
    async with yesterdays(postgres_url, "before_collections") as (connection, config, _):
        yield connection, config


async def test_answers_keep_what_hangs_on_them_and_their_partitions(
    yesterday: tuple[asyncpg.Connection, Config],
) -> None:
    db, config = yesterday
    left, runs = await db.fetch(BEFORE), await db.fetch("SELECT id, keyword, engine, date, status FROM collection_run")
    partitions = await db.fetch(_PARTITIONS)
    assert len(left) == 80
    assert any(row["links"] for row in left)
    assert any(row["score"] is not None for row in left)

    await asyncio.to_thread(command.upgrade, config, MIGRATION)
    assert await db.fetch(TODAY) == left
    found = await db.fetch("SELECT id, keyword, engine, date, status FROM collection WHERE purpose = 'keyword_day'")
    assert found == runs
    assert set(partitions) <= set(await db.fetch(_PARTITIONS)), "the days were not copied"
    unlike = await db.fetch(
        "SELECT q.* FROM ai_answer a JOIN collection_question q USING (collection_id, number)"
        " WHERE q.text <> a.question_text OR q.question_id <> a.question_id"
    )
    assert unlike == []
    numbers = await db.fetch(
        "SELECT array_agg(number ORDER BY number) AS numbers, c.total FROM collection_question q"
        " JOIN collection c ON c.id = collection_id GROUP BY c.id"
    )
    assert numbers
    assert all(row["numbers"] == list(range(1, row["total"] + 1)) for row in numbers)
    await db.execute("SELECT ensure_answer_day('2031-01-30'), ensure_answer_day('2031-01-30', 'private')")

    await asyncio.to_thread(command.downgrade, config, REVISION)
    assert await db.fetch(BEFORE) == left
    await db.execute("SELECT ensure_answer_day('2031-01-31')")


_CLAIMS = """
INSERT INTO claim (stage, keyword, date, engine, item, status, token, holder, lane, attempts, lease_until)
SELECT stage, keyword, date, CASE WHEN has_engine THEN engine ELSE '' END,
    CASE stage WHEN 'ask' THEN (SELECT question_id FROM question_bank q WHERE q.keyword = run.keyword
        AND q.bank_version = run.bank_version ORDER BY question_id DESC LIMIT 1) || '#1' ELSE '' END,
    'waiting', 7, stage || ' of then', 'bulk', 2, now() + interval '1 hour'
FROM (SELECT * FROM collection_run ORDER BY id LIMIT 1) run,
    (VALUES ('plan', false), ('ask', true), ('score', true), ('analyse', true), ('sentiment', true))
    s (stage, has_engine)
ON CONFLICT (stage, keyword, date, engine, item) DO UPDATE SET status = excluded.status, token = excluded.token,
    holder = excluded.holder, attempts = excluded.attempts, lease_until = excluded.lease_until
RETURNING stage, keyword, date, engine, split_part(item, '#', 1) AS question_id
"""
_EVENTS: dict[str, type[WorkEvent]] = {
    "plan": KeywordBankBuilt,
    "ask": QuestionQueued,
    "score": CollectionAnswered,
    "analyse": CollectionScored,
    "sentiment": CollectionAnalysed,
}


async def test_messages_of_before_meet_the_claims_of_before(yesterday: tuple[asyncpg.Connection, Config]) -> None:
    """A message that waits in a queue, for its retry or among the dead has the body that it had."""
    connection, config = yesterday
    claims = await connection.fetch(_CLAIMS)
    chores = await connection.fetchval("SELECT count(*) FROM claim WHERE keyword = ''")
    await asyncio.to_thread(command.upgrade, config, "head")
    assert await connection.fetchval("SELECT count(*) FROM claim WHERE scope LIKE 'job:%'") == chores
    async with Database(PostgresSettings(url=str(config.attributes["url"]).replace("+asyncpg", ""))) as db:
        for claim in claims:
            stage, date = claim["stage"], claim["date"]
            body = {**claim, "date": str(date), "bank_version": 1, "lane": "bulk", "replicate": 1}
            event = _EVENTS[stage].model_validate_json(json.dumps(body))
            if isinstance(event, CollectionEvent):
                located = await locate(db, event)
                assert located is not None, stage
                event, date = located
            item = question_of(event).item if isinstance(event, QuestionQueued) else ""
            key = ClaimKey.of(stage, event, item, date=date)
            # the retry of another message waits for that of the holder; the holder's own goes on where it was
            other = await acquire(db, key, "another", Lane.BULK, 30, attempts=2)
            assert not isinstance(other, Lease), stage
            own = await acquire(db, key, f"{stage} of then", Lane.BULK, 30, attempts=2)
            assert isinstance(own, Lease), stage
            assert (own.token, own.attempt) == (8, 3), stage


async def test_todays_tables_are_those_that_the_migrations_make(postgres_url: str) -> None:
    await asyncio.to_thread(command.check, config_of(postgres_url))
