"""A chore is fired by its slot, and done once by whoever claims it."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

from answerlens_common.db import Database
from answerlens_common.settings import WorkSettings
from answerlens_common.work.claims import Lease
from answerlens_scheduler.chores import Chore, ChoreRunner
from answerlens_scheduler.slots import Daily
from tests.integration.scheduler.chores import DAY

WORK = WorkSettings(retry_delays=(60, 120), lease_seconds=30)


def chore(work: Callable[[Lease, dt.date], Awaitable[None]], timeout: float = 60) -> Chore:
    return Chore("tidy", Daily(), work, timeout)


async def fired(db: Database, slot: dt.date = DAY, status: str = "fired") -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO job_slot (job, slot, status) VALUES ('tidy', :slot, :status)",
            slot=slot.isoformat(),
            status=status,
        )


async def expire(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE claim SET lease_until = now() - interval '1 s'")


async def ended(db: Database) -> tuple[str, int, str | None]:
    row = await db.row("SELECT status, retry_count, error_message FROM task_log WHERE task_type = 'tidy'")
    assert row is not None
    return row["status"], row["retry_count"], row["error_message"]


async def test_it_is_done_once_for_its_slot_however_many_look(database: Database) -> None:
    dates: list[dt.date] = []

    async def work(_: Lease, date: dt.date) -> None:
        dates.append(date)
        await asyncio.sleep(0.2)

    tidy = chore(work)
    runners = [ChoreRunner(database, [tidy], WORK) for _ in range(3)]
    assert not await runners[0].look(tidy), "it has not been fired"
    await fired(database, DAY - dt.timedelta(days=1), "baseline")
    assert not await runners[0].look(tidy), "what came before the installation is nobody's"
    await fired(database)
    assert sorted(await asyncio.gather(*(runner.look(tidy) for runner in runners))) == [False, False, True]
    assert not await runners[1].look(tidy)
    await fired(database, DAY + dt.timedelta(days=1))
    assert await runners[1].look(tidy)
    assert dates == [DAY, DAY + dt.timedelta(days=1)]


async def test_what_died_is_begun_anew_and_after_two_attempts_it_has_failed(database: Database) -> None:
    attempts: list[int] = []

    async def dies(lease: Lease, _: dt.date) -> None:
        attempts.append(lease.attempt)
        await asyncio.Event().wait()

    tidy = chore(dies)
    runner = ChoreRunner(database, [tidy], WORK)
    await fired(database)
    for _ in range(2):
        dying = asyncio.create_task(runner.look(tidy))
        before = len(attempts)
        async with asyncio.timeout(20):
            while len(attempts) == before:  # noqa: ASYNC110 - the work has no event for us
                await asyncio.sleep(0.02)
        async with database.transaction() as tx:  # as if the process had died: nobody hands anything back
            await tx.execute("UPDATE claim SET token = token + 1, lease_until = now() - interval '1 s'")
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
    assert await runner.look(tidy)
    assert attempts == [1, 2]
    assert await ended(database) == ("failed", 2, "ChoreTimeoutError: the last attempt ended with its process")
    assert not await runner.look(tidy)


async def test_an_error_has_one_retry_after_a_while(database: Database) -> None:
    async def breaks(_: Lease, __: dt.date) -> None:
        message = "no space left"
        raise OSError(message)

    tidy = chore(breaks)
    runner = ChoreRunner(database, [tidy], WORK)
    await fired(database)
    assert await runner.look(tidy)
    assert (await ended(database))[0] == "retrying"
    assert not await runner.look(tidy), "not before its time"
    await expire(database)
    assert await runner.look(tidy)
    assert await ended(database) == ("failed", 1, "OSError: no space left")
    await expire(database)
    assert not await runner.look(tidy)


async def test_it_has_a_time_limit_and_is_handed_back_when_told_to_stop(database: Database) -> None:
    async def hangs(_: Lease, __: dt.date) -> None:
        await asyncio.Event().wait()

    tidy = chore(hangs, timeout=0.2)
    runner = ChoreRunner(database, [tidy], WORK)
    await fired(database)
    assert await runner.look(tidy)
    assert await ended(database) == ("retrying", 0, "ChoreTimeoutError: tidy took longer than 0.2 s")
    await expire(database)

    endless = chore(hangs)
    stopped = asyncio.create_task(ChoreRunner(database, [endless], WORK).look(endless))
    async with asyncio.timeout(20):
        while await database.value("SELECT attempts FROM claim") != 2:  # noqa: ASYNC110 - a row has no event for us
            await asyncio.sleep(0.02)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    row = await database.row("SELECT status, attempts, lease_until FROM claim")
    assert row is not None
    assert (row["status"], row["attempts"], row["lease_until"]) == ("waiting", 1, None)
