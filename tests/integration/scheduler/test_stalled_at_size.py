"""The stalled check on a database with a history: it reads what is open, not what has ended."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self, cast

import pytest

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import TransientError
from answerlens_common.settings import FreshnessSettings, PostgresSettings
from answerlens_scheduler import timer
from answerlens_scheduler.firing import in_one
from answerlens_scheduler.jobs import Job
from answerlens_scheduler.settings import SchedulerSettings
from answerlens_scheduler.slots import Every
from answerlens_scheduler.stalled import Stalled, idle_queues, resume_stalled
from answerlens_scheduler.unjudged import judge_again
from tests.size import seeding
from tests.size.reading import blocks_read

SIZE = seeding.Size(orders=100, keywords=50, days=15, answer_days=3)
# A look at each table for each open day, and at each order that waits.
BLOCKS_A_DAY = 300


@pytest.fixture
async def full(database: Database) -> Database:
    await seeding.fill(database, SIZE, await database.value("SELECT CURRENT_DATE"))
    return database


@pytest.mark.case("o14")
@pytest.mark.fault("F53")
async def test_the_stalled_check_reads_what_is_open(full: Database) -> None:
    limits = Stalled(600, 3600, 3)
    queues = await idle_queues(full, limits)

    async def check(tx: Transaction) -> None:
        found.append(await resume_stalled(tx, limits, FreshnessSettings(), asked=queues, waiting=set()))

    found: list[int] = []
    read = await blocks_read(full, check)
    (days,) = found
    assert days > SIZE.keywords / 2, "nothing has moved in any of them"
    assert read < days * BLOCKS_A_DAY


@pytest.mark.case("o14")
@pytest.mark.fault("F53")
async def test_what_nobody_judged_is_found_without_reading_all_that_was(full: Database) -> None:
    async with full.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
        runs = await tx.value("SELECT count(DISTINCT (keyword, date, engine)) FROM measurement_outcome"
                              " JOIN measurement USING (order_id, date) WHERE NOT judged")  # fmt: skip
    found: list[int] = []

    async def check(tx: Transaction) -> None:
        found.append(await judge_again(tx, 3600, 3))

    read = await blocks_read(full, check)
    assert found == [runs]
    assert read < runs * BLOCKS_A_DAY / 2


@pytest.mark.case("o14")
@pytest.mark.fault("F53")
async def test_a_statement_that_takes_too_long_says_nothing_against_the_database(postgres_url: str) -> None:
    async with Database(PostgresSettings(url=postgres_url, command_timeout=1)) as db:
        with pytest.raises(TransientError):
            await db.value("SELECT pg_sleep(5)")
        assert db.breaker.failure_count == 0
        assert await db.value("SELECT 1") == 1


class Elected:
    """A database that elects whoever asks, and knows the time."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """Itself."""
        yield self

    async def execute(self, _: str, /, **__: object) -> None:
        """Nothing to note."""

    async def value(self, sql: str, /, **__: object) -> object:
        """The moment, or a token."""
        return dt.datetime.now(dt.UTC) if "clock_timestamp()" in sql and "UPDATE" not in sql else 1


@pytest.mark.case("o14")
@pytest.mark.fault("F53")
async def test_a_job_that_fails_rests_longer_each_time_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERLENS_POSTGRES_URL", "postgresql://nobody@nowhere.invalid/nothing")
    monkeypatch.setenv("ANSWERLENS_RABBITMQ_URL", "amqp://nobody@nowhere.invalid/")
    monkeypatch.setenv("ANSWERLENS_LEADER_RENEW_SECONDS", "0.01")
    fired = {"slow": 0, "other": 0}
    often = asyncio.Event()

    async def run_slot(_db: object, job: Job, *_: object) -> None:
        fired[job.name] += 1
        if fired["other"] >= 100:
            often.set()
        if job.name == "slow":
            raise TransientError

    async def nothing(_tx: Transaction, _slot: str) -> None:
        """No work."""

    monkeypatch.setattr(timer, "run_slot", run_slot)
    jobs = [Job(name, Every(1), in_one(nothing)) for name in fired]
    clock = asyncio.create_task(timer.Timer(cast("Database", Elected()), jobs, SchedulerSettings()).run())
    try:
        async with asyncio.timeout(60):
            await often.wait()
    finally:
        clock.cancel()
        await asyncio.wait([clock])
    assert 2 <= fired["slow"] < 20, f"the other was fired {fired['other']} times"
