"""What the triggers take down: a write counts as guarded only under the claim that its transaction has locked."""

import datetime as dt
import os
from collections.abc import AsyncIterator

import asyncpg
import pytest

from answerlens_common.contracts.statuses import ClaimStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane
from answerlens_common.settings import PostgresSettings
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_scheduler.firing import in_one
from answerlens_scheduler.jobs import Job, run_slot
from answerlens_scheduler.leader import elect
from answerlens_scheduler.slots import Every
from tests.chaos import audit

KEYWORD, DAY = "咖啡机", dt.date(2026, 5, 1)
OURS = f"ours:{os.getpid()}"
THEIRS = f"theirs:{os.getpid()}"

WRITES = {
    "search": "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
    " VALUES (:keyword, :day, '', '1', '')",
    "bank": "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
    " generated_question, source_questions) VALUES (:keyword, 1, '1', 1, '', '', '[]')",
    "plan": "INSERT INTO collection (purpose, keyword, engine, date, bank_version, surface, total, lane)"
    " VALUES ('keyword_day', :keyword, 'chat-a', :day, 1, 'browser', 1, 'express')",
    "ask": "UPDATE collection SET status = 'collected'",
    "score": "UPDATE collection SET status = 'scored'",
    "analyse": "INSERT INTO measurement_outcome (order_id, date, engine, outcomes)"
    " VALUES (gen_random_uuid(), :day, 'chat-a', '{}')",
    "sentiment": "INSERT INTO answer_sentiment (answer_sha256, brand_name, version, sentiment)"
    " VALUES ('', '德龙', '1', 1)",
}
ENGINELESS = {"search", "bank", "plan"}


@pytest.fixture
async def url(database: Database) -> AsyncIterator[str]:
    """A copy of the session's database, which nobody else audits."""
    server, _, name = database.settings.url.rpartition("/")
    async with database:
        pass  # one that somebody is connected to is not copied
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f"CREATE DATABASE audited TEMPLATE {name}")
        await audit.install(f"{server}/audited")
        yield f"{server}/audited"
        await connection.execute("DROP DATABASE audited WITH (FORCE)")
    finally:
        await connection.close()


@pytest.fixture
async def ours(url: str) -> AsyncIterator[Database]:
    async with Database(PostgresSettings(url=url), "ours") as db:
        yield db


@pytest.fixture
async def theirs(url: str) -> AsyncIterator[Database]:
    async with Database(PostgresSettings(url=url), "theirs") as db:
        yield db


async def taken(db: Database, stage: str, message: str = "m1", keyword: str = KEYWORD) -> Lease:
    engine = "" if stage in ENGINELESS else "chat-a"
    item = "1#1" if stage == "ask" else ""
    collection_id = await db.value("SELECT max(id) FROM collection") or 1
    scope = f"keyword:{keyword}:{DAY}" if stage in ENGINELESS else f"collection:{collection_id}"
    lease = await acquire(db, ClaimKey(stage, scope, DAY, item, keyword, engine), message, Lane.EXPRESS, 10)
    assert isinstance(lease, Lease)
    return lease


async def write(tx: Transaction, stage: str) -> None:
    values = {"keyword": KEYWORD, "day": DAY}
    assert await tx.execute(WRITES[stage], **{name: one for name, one in values.items() if f":{name}" in WRITES[stage]})


async def prepared(db: Database, stage: str) -> None:
    """What the stage's write changes, written by nobody in particular."""
    if stage in {"ask", "score"}:
        async with db.transaction() as tx:
            await write(tx, "plan")
            await tx.execute("DELETE FROM audit_write")


async def holders(db: Database) -> list[tuple[str, str | None]]:
    return [(row["writer"], row["holder"]) for row in await db.rows("SELECT writer, holder FROM audit_write")]


@pytest.mark.parametrize("stage", WRITES)
async def test_a_write_is_its_claims(ours: Database, stage: str) -> None:
    await prepared(ours, stage)
    lease = await taken(ours, stage)
    async with lease.write() as tx:
        await write(tx, stage)
    assert await holders(ours) == [(OURS, OURS)]


@pytest.mark.parametrize("stage", WRITES)
async def test_a_write_that_compares_no_token_is_nobodys_though_its_process_holds_the_claim(
    ours: Database, stage: str
) -> None:
    await prepared(ours, stage)
    await taken(ours, stage)
    async with ours.transaction() as tx:
        await write(tx, stage)
    assert await holders(ours) == [(OURS, None)]


async def test_a_write_under_a_claim_on_other_work_is_nobodys(ours: Database) -> None:
    other = await taken(ours, "search", keyword="耳机")
    async with other.write() as tx:
        await write(tx, "search")
    assert await holders(ours) == [(OURS, None)]


async def test_a_comparison_that_lets_anybody_pass_shows_in_the_processes(ours: Database, theirs: Database) -> None:
    lease = await taken(ours, "search")
    await ours.value("UPDATE claim SET lease_until = clock_timestamp() - interval '1 second' RETURNING 1")
    await taken(theirs, "search", "m2")
    async with ours.transaction() as tx:
        await tx.execute("SELECT 1 FROM claim WHERE id = :id FOR UPDATE", id=lease.claim_id)
        await write(tx, "search")
    assert await holders(ours) == [(OURS, THEIRS)]


async def test_a_failure_is_kept_though_the_work_is_taken_up_anew(ours: Database) -> None:
    lease = await taken(ours, "score")
    await lease.release(ClaimStatus.FAILED, "no")
    await taken(ours, "score", "m2")
    rows = await ours.rows("SELECT DISTINCT concat_ws(' ', stage, scope, message) AS said FROM audit_failed")
    assert [row["said"] for row in rows] == ["score collection:1 m1"]


async def test_a_slot_says_who_led_when_it_was_recorded(ours: Database) -> None:
    leadership = await elect(ours, "one", 30)
    assert leadership is not None

    async def nothing(_tx: Transaction, _slot: str) -> None:
        pass

    job = Job("x", Every(5), in_one(nothing))
    now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    await run_slot(ours, job, now, leadership)
    await run_slot(ours, job, now + dt.timedelta(seconds=10), leadership)
    assert await leadership.renew(ours)
    await ours.value(
        "INSERT INTO job_slot (job, slot, fencing_token) VALUES ('x', '2026-05-01T00:00:15Z', :token) RETURNING 1",
        token=leadership.token - 1,
    )
    rows = await ours.rows(
        "SELECT concat_ws(' ', slot, status, token, leader_token) AS said FROM audit_slot ORDER BY id"
    )
    assert [row["said"] for row in rows] == [
        "2026-05-01T00:00:00Z fired 1 1",
        "2026-05-01T00:00:05Z missed 1 1",
        "2026-05-01T00:00:10Z fired 1 1",
        "2026-05-01T00:00:15Z fired 0 1",
    ]
    assert await ours.value("SELECT count(*) FROM audit_lead WHERE token = 1") == 2


async def test_a_step_from_status_to_status_is_taken_down(ours: Database) -> None:
    lease = await taken(ours, "score")
    await lease.release(ClaimStatus.FAILED, "no")
    await taken(ours, "score", "m2")
    steps = await ours.rows("SELECT before, after FROM audit_step WHERE relation = 'claim'")
    assert [(row["before"], row["after"]) for row in steps] == [("held", "failed"), ("failed", "held")]


PRIVATE = (
    "INSERT INTO collection (purpose, owner_id, engine, date, surface, total, lane, asked_at) VALUES ('diagnosis',"
    " gen_random_uuid(), 'chat-a', :day, 'browser', 1, 'express', now() - CAST(CAST(:ago AS text) AS interval))"
)
FAILED = (
    "INSERT INTO ai_answer (collection_id, number, retention, answer_date, question_text, engine, surface, status)"
    " SELECT id, 1, retention, date, '', engine, surface, :status FROM collection"
)


@pytest.mark.parametrize(
    ("ago", "process", "status", "counts"),
    [
        ("2 hours", "collector", "failed", True),
        ("1 minute", "collector", "failed", False),
        ("2 hours", "scorer", "failed", False),
        ("2 hours", "collector", "ok", False),
    ],
)
async def test_a_collector_closes_what_is_past_its_time_under_no_claim(
    url: str, ago: str, process: str, status: str, *, counts: bool
) -> None:
    async with Database(PostgresSettings(url=url), process) as db:
        async with db.transaction() as tx:
            await tx.execute("SELECT ensure_answer_day(:day, 'private')", day=DAY)
            await tx.execute(PRIVATE, day=DAY, ago=ago)
        assert await holders(db) == [], "a client's own questions are opened under no claim"
        async with db.transaction() as tx:
            await tx.execute(FAILED, status=status)
        name = f"{process}:{os.getpid()}"
        assert await holders(db) == [(name, name if counts else None)]


async def test_the_rates_of_a_private_collection_are_written_under_its_own_claim(ours: Database) -> None:
    async with ours.transaction() as tx:
        await tx.execute("SELECT ensure_answer_day(:day, 'private')", day=DAY)
        await tx.execute(PRIVATE, day=DAY, ago="1 minute")
        subject = await tx.value(
            "WITH u AS (INSERT INTO users (name, role, key_sha256) VALUES ('c', 'client', 'k') RETURNING id),"
            " d AS (INSERT INTO diagnosis (user_id, payload) SELECT id, '{}' FROM u RETURNING id)"
            " INSERT INTO subject (owner_id, place, brand)"
            " SELECT id, 1, jsonb_build_object('name', 'x') FROM d RETURNING id"
        )
    rate = (
        "INSERT INTO subject_rate (subject_id, collection_id, engine, surface, date, rates, head_to_head, versions)"
        " SELECT :subject, max(id), 'chat-a', 'browser', :day, '{}', '{}', '{}' FROM collection"
        " ON CONFLICT (subject_id, collection_id) DO UPDATE SET rates = excluded.rates"
    )
    collection_id = await ours.value("SELECT max(id) FROM collection")
    key = ClaimKey("analyse", f"collection:{collection_id}", DAY, "", None, "chat-a")
    lease = await acquire(ours, key, "m1", Lane.EXPRESS, 10)
    assert isinstance(lease, Lease)
    async with lease.write() as tx:
        await tx.execute(rate, subject=subject, day=DAY)
    async with ours.transaction() as tx:
        await tx.execute(rate, subject=subject, day=DAY)
    assert await holders(ours) == [(OURS, OURS), (OURS, None)]
