"""What the tests of chores share: a claim on one, and old tasks."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.events import Lane
from answerlens_common.work.claims import ClaimKey, Lease, acquire

DAY = dt.date(2026, 5, 10)


async def claimed(db: Database, chore: str, seconds: float = 60) -> Lease:
    lease = await acquire(db, ClaimKey.of_job(chore, DAY), chore, Lane.BULK, seconds)
    assert isinstance(lease, Lease)
    return lease


async def old_tasks(db: Database, started: Sequence[str], keyword: str = "蓝牙耳机") -> list[int]:
    """Tasks that began then; their ids. Their errors are texts that are hard on a CSV file."""
    async with db.transaction() as tx:
        rows = await tx.rows(
            "INSERT INTO task_log (keyword, date, engine, task_type, status, error_message, started_at)"
            " SELECT CAST(:keyword AS text), '2026-01-02', 'chat-a', 'search', 'failed', :error, started::timestamptz"
            " FROM unnest(CAST(:started AS text[])) AS started RETURNING id",
            keyword=keyword,
            error='first line\nsecond, "quoted" 行\r',
            started=list(started),
        )
    return [row["id"] for row in rows]


async def measured(db: Database, keyword: str, date: dt.date, status: str) -> UUID:
    """An order with one measurement."""
    async with db.transaction() as tx:
        found: UUID = await tx.value(
            "WITH someone AS (INSERT INTO users (name, role, key_sha256)"
            " VALUES (gen_random_uuid()::text, 'client', gen_random_uuid()::text) RETURNING id),"
            " placed AS (INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " SELECT id, CAST(:keyword AS text), '索尼', '{}', '{chat-a}', CAST(:date AS date) FROM someone"
            " RETURNING id)"
            " INSERT INTO measurement (order_id, date, keyword, status)"
            " SELECT id, CAST(:date AS date), CAST(:keyword AS text), CAST(:status AS text) FROM placed"
            " RETURNING order_id",
            keyword=keyword,
            date=date,
            status=status,
        )
    return found
