"""A client who asks questions of its own, and what befalls them: cancelling, the time limit, a shared day that goes.

No endpoint opens diagnoses yet: the library does, on the database, as the endpoint will.
"""

import asyncio
import datetime as dt
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
from sqlalchemy.exc import DBAPIError

from answerlens_collection.days import drop_day, lock_days, make_days
from answerlens_common.contracts.collections import Retention
from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.settings import PostgresSettings
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from tests.chaos.private import CANARY
from tests.chaos.system import ENGINE, Opened, System

QUESTIONS = 3
# Longer than a collection's time limit, and so long ago that no question of a test was asked then.
EXPIRED = "2 hours"
# Of the diagnoses of a workload.
CANCELLED_SHARE = 0.2
EXPIRED_SHARE = 0.2
OLD_SHARE = 0.3
# Long ago for what orders share, and not for what is a client's own.
OLD_DAYS = 20
AGAIN_SECONDS = 1.0
T = TypeVar("T")


async def open_one(system: System, *, date: dt.date | None = None) -> Opened:
    """Open a diagnosis with questions that no other has."""
    mark = uuid.uuid4().hex[:8]
    questions = tuple(f"{CANARY}{mark}第{number}问：哪家好？" for number in range(1, QUESTIONS + 1))
    form = DiagnosisForm(brands=["德龙"], engines=[ENGINE], questions=questions)
    async with _database(system) as db:
        user = await db.value("SELECT id FROM users WHERE role = 'client' ORDER BY created_at, id LIMIT 1")
        diagnosis = await open_diagnosis(db, user, form, date or dt.datetime.now(dt.UTC).date())
    opened = Opened(str(diagnosis), str(user), questions)
    system.opened.append(opened)
    return opened


async def cancel_one(system: System, opened: Opened) -> bool:
    """Cancel it as its client; False when it had ended."""
    async with _database(system) as db:
        return await cancel_diagnosis(db, uuid.UUID(opened.user), uuid.UUID(opened.id))


async def expire_one(system: System) -> bool:
    """Let the time of one open private collection run out, as if its first question had been asked long ago."""
    rows = await system.rows(
        "UPDATE collection SET asked_at = asked_at - CAST($1::text AS interval) WHERE id = ("
        " SELECT id FROM collection WHERE retention = 'private' AND status = 'collecting' AND asked_at IS NOT NULL"
        " ORDER BY id LIMIT 1) RETURNING id",
        EXPIRED,
    )
    return bool(rows)


async def drop_shared_day(system: System, date: dt.date) -> None:
    """Drop what orders share of a date, as the cleanup does; a private day of the same date is none of it."""
    async with _database(system) as db, db.transaction() as tx:
        await lock_days(tx)
        await make_days(tx, date, date)
        await drop_day(tx, date, Retention.SHARED)


@asynccontextmanager
async def _database(system: System) -> AsyncIterator[Database]:
    async with Database(PostgresSettings(url=system.details.postgres_url, pool_size=1), "checker") as db:
        yield db


async def workload(system: System, chance: random.Random) -> None:
    """Open one, some on an old date whose shared day is dropped at once; cancel some, and let the time of some run out.

    As a client does, everything is tried until the database answers.
    """
    old = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=OLD_DAYS) if chance.random() < OLD_SHARE else None
    opened = await _until_answered(lambda: open_one(system, date=old))
    if old is not None:
        await _until_answered(lambda: drop_shared_day(system, old))
    fate = chance.random()
    if fate < CANCELLED_SHARE:
        await _until_answered(lambda: cancel_one(system, opened))
    elif fate < CANCELLED_SHARE + EXPIRED_SHARE:
        await _until_answered(lambda: expire_one(system))


async def _until_answered(step: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await step()
        except (TransientError, DBAPIError, asyncpg.PostgresError, OSError):
            await asyncio.sleep(AGAIN_SECONDS)
