"""A database that goes away and comes back, seen by one process."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from answerlens_common.db import Database, DatabaseLostError
from answerlens_common.db import breaker as breaker_module
from answerlens_common.limits.breakers import Breakers
from answerlens_common.settings import PostgresSettings


@pytest.fixture
async def gone(unused_tcp_port: int) -> AsyncIterator[Database]:
    """A pool whose server is not there; the migrated one stands for its return."""
    async with Database(PostgresSettings(url=f"postgresql://u:p@127.0.0.1:{unused_tcp_port}/x")) as db:
        for _ in range(breaker_module.THRESHOLD):
            with pytest.raises(DatabaseLostError):
                await db.value("SELECT 1")
        yield db


async def test_work_waits_for_it_and_one_at_a_time_tries(
    gone: Database, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker_module, "OPEN_SECONDS", 1.0)
    assert gone.breaker.seconds_left
    stopping = asyncio.Event()
    waiting = [asyncio.create_task(gone.wait(stopping)) for _ in range(20)]
    before = gone.breaker.failure_count
    await asyncio.sleep(2.5)
    assert not any(task.done() for task in waiting)
    assert 1 <= gone.breaker.failure_count - before <= 3, "twenty wait, one tries at a time"
    gone._engine = database._engine
    await asyncio.wait_for(asyncio.gather(*waiting), 20)
    assert gone.breaker.state == "closed"


async def test_who_stops_does_not_wait(gone: Database) -> None:
    stopping = asyncio.Event()
    stopping.set()
    with pytest.raises(DatabaseLostError):
        await asyncio.wait_for(gone.wait(stopping), 20)


async def test_its_return_is_told_once_whoever_notices(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO users (name, role, key_sha256) VALUES ('ops', 'admin', :key)", key="0" * 64)
    watching = []
    for _ in range(3):
        replica = Database(database.settings)
        replica._engine = database._engine
        for _ in range(breaker_module.THRESHOLD):
            replica.breaker.failed()
        watching.append(asyncio.create_task(Breakers(replica).watch()))
    async with asyncio.timeout(20):
        while not await database.value("SELECT count(*) FROM notification"):
            await asyncio.sleep(0.05)
            continue
    await asyncio.sleep(1)
    assert await database.value("SELECT count(*) FROM notification") == 1
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)


async def test_an_error_of_ours_is_no_loss_of_the_database(database: Database) -> None:
    for _ in range(breaker_module.THRESHOLD):
        with pytest.raises(ZeroDivisionError):
            async with database.transaction():
                raise ZeroDivisionError
    assert database.breaker.failure_count == 0
