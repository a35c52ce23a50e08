"""Breakers over a real database: two replicas, many callers at once, callers that die."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from answerlens_common import events
from answerlens_common.contracts.notices import BreakerChanged, Transition, read_notice
from answerlens_common.db import Database
from answerlens_common.errors import BusinessError, TransientError
from answerlens_common.limits.breakers import LLM_API, BreakerOpenError, Breakers, breakers, engine_breaker, rows
from answerlens_common.settings import PostgresSettings

NAME = engine_breaker("chat-a")


@pytest.fixture
async def replicas(database: Database, postgres_url: str) -> AsyncIterator[tuple[Breakers, Breakers]]:
    """Two processes' view of the breakers; an admin is there to be told."""
    async with Database(PostgresSettings(url=postgres_url)) as other:
        async with database.transaction() as tx:
            await tx.execute(
                "INSERT INTO users (name, role, key_sha256) VALUES ('ops', 'admin', :key), ('acme', 'client', :other)",
                key="0" * 64,
                other="1" * 64,
            )
        yield Breakers(database), Breakers(other)


async def ask(breakers: Breakers, error: BaseException | None = None, name: str = NAME) -> None:
    async with breakers.guard(name, TransientError):
        if error is not None:
            raise error


async def fail(breakers: Breakers, times: int = 1, name: str = NAME) -> None:
    for _ in range(times):
        with pytest.raises(TransientError, match="down"):
            await ask(breakers, TransientError("down"), name)


async def state(db: Database, name: str = NAME) -> str:
    return str((await rows.look(db, name)).state)


async def let_time_pass(db: Database, name: str = NAME) -> None:
    """As if the breaker had opened long ago."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE breaker SET opened_at = opened_at - interval '1 hour' WHERE name = :name", name=name)


async def told(db: Database) -> list[tuple[str, BreakerChanged]]:
    found = await db.rows(
        "SELECT name, severity, kind, params FROM notification JOIN users u ON u.id = user_id ORDER BY notification.id"
    )
    assert {row["name"] for row in found} <= {"ops"}
    notices = [(row["severity"], read_notice(row["kind"], row["params"])) for row in found]
    changes = [(severity, notice) for severity, notice in notices if isinstance(notice, BreakerChanged)]
    # there is one admin: what is told is published as often
    published = await db.rows("SELECT body FROM outbox WHERE routing_key = 'breaker.changed' ORDER BY id")
    facts = [events.BreakerChanged.model_validate_json(row["body"]) for row in published]
    assert [(fact.breaker, fact.transition) for fact in facts] == [
        (notice.breaker, notice.transition) for _, notice in changes
    ]
    return changes


async def test_failures_in_a_row_open_it_for_all_replicas(database: Database, replicas: tuple[Breakers, ...]) -> None:
    here, there = replicas
    await fail(here)
    await ask(there)  # a success in between: not in a row
    await fail(there)
    assert await state(database) == "closed"
    await fail(here)
    assert await state(database) == "open"
    for replica in replicas:
        with pytest.raises(BreakerOpenError):
            await ask(replica)
    assert await told(database) == [("high", BreakerChanged(breaker=NAME, transition=Transition.OPENED))]


async def test_each_breaker_is_its_own(database: Database, replicas: tuple[Breakers, ...]) -> None:
    await fail(replicas[0], 2)
    await ask(replicas[0], name=engine_breaker("chat-b"))
    await fail(replicas[0], 2, LLM_API)
    assert [await state(database), await state(database, LLM_API)] == ["open", "closed"]
    await fail(replicas[1], 1, LLM_API)
    assert await state(database, LLM_API) == "open"


async def test_failures_at_the_same_time_are_all_counted(database: Database, replicas: tuple[Breakers, ...]) -> None:
    await rows.change(database, NAME, threshold=10, open_seconds=None)
    gate = asyncio.Event()

    async def one(breakers: Breakers) -> None:
        async with breakers.guard(NAME, TransientError):
            await gate.wait()
            raise TransientError

    asking = [asyncio.create_task(one(replicas[number % 2])) for number in range(10)]
    await asyncio.sleep(0.5)
    gate.set()
    assert {type(error) for error in await asyncio.gather(*asking, return_exceptions=True)} == {TransientError}
    assert (await rows.look(database, NAME)).failure_count == 10
    assert await state(database) == "open"
    assert len(await told(database)) == 1


async def test_what_is_no_failure_of_the_outside_does_not_count(
    database: Database, replicas: tuple[Breakers, ...]
) -> None:
    here, _ = replicas
    for error in (BusinessError("no such thing"), BreakerOpenError("another"), asyncio.CancelledError()):
        for _ in range(3):
            with pytest.raises(type(error)):
                await ask(here, error)
    assert (await rows.look(database, NAME)).failure_count == 0
    # nor does it speak for the outside
    await fail(here)
    with pytest.raises(BusinessError):
        await ask(here, BusinessError("no such thing"))
    await fail(here)
    assert await state(database) == "open"


async def test_of_fifty_callers_one_is_the_probe_and_its_success_lets_the_others_in(
    database: Database, replicas: tuple[Breakers, ...]
) -> None:
    await fail(replicas[0], 2)
    await let_time_pass(database)
    assert await state(database) == "half-open"
    admitted = 0
    most = 0
    gate = asyncio.Event()

    async def one(breakers: Breakers) -> None:
        nonlocal admitted, most
        async with breakers.guard(NAME, TransientError) as call:
            admitted += 1
            if call.probe is not None:
                most = max(most, admitted)
                await gate.wait()

    asking = [asyncio.create_task(one(replicas[number % 2])) for number in range(50)]
    async with asyncio.timeout(20):
        while not admitted:
            await asyncio.sleep(0.05)
            continue
    await asyncio.sleep(1.0)
    assert admitted == 1
    gate.set()
    await asyncio.gather(*asking)
    assert (admitted, most) == (50, 1)
    assert await state(database) == "closed"
    assert [severity for severity, _ in await told(database)] == ["high", "medium"]


async def test_a_probe_that_fails_opens_it_again_and_nobody_else_asks(
    database: Database, replicas: tuple[Breakers, ...]
) -> None:
    await fail(replicas[0], 2)
    await let_time_pass(database)
    asked = 0

    async def one(breakers: Breakers) -> None:
        nonlocal asked
        async with breakers.guard(NAME, TransientError):
            asked += 1
            await asyncio.sleep(0.3)
            raise TransientError

    ended = await asyncio.gather(*(one(replicas[number % 2]) for number in range(20)), return_exceptions=True)
    assert asked == 1
    assert [type(error) for error in ended].count(BreakerOpenError) == 19
    assert await state(database) == "open"
    assert [severity for severity, _ in await told(database)] == ["high", "medium"]


async def test_a_probe_that_is_cancelled_leaves_it_to_the_next(
    database: Database, replicas: tuple[Breakers, ...]
) -> None:
    await fail(replicas[0], 2)
    await let_time_pass(database)
    with pytest.raises(asyncio.CancelledError):
        await ask(replicas[0], asyncio.CancelledError())
    assert await state(database) == "half-open"
    await ask(replicas[1])
    assert await state(database) == "closed"


async def test_a_probe_that_is_killed_does_not_block_for_ever(
    database: Database, replicas: tuple[Breakers, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakers, "PROBED_LOOK_SECONDS", 0.05)
    await fail(replicas[0], 2)
    await let_time_pass(database)
    killed = uuid4()
    assert await rows.take_probe(database, NAME, killed, 0.5)
    assert not await rows.take_probe(database, NAME, uuid4(), 0.5)
    async with asyncio.timeout(20):
        await ask(replicas[1])
    # what the dead one says when it wakes up counts no more
    await rows.failed(database, NAME, killed)
    assert await state(database) == "closed"


async def test_a_slow_probe_keeps_its_place(
    database: Database, replicas: tuple[Breakers, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakers, "PROBE_LEASE_SECONDS", 0.6)
    await fail(replicas[0], 2)
    await let_time_pass(database)
    async with replicas[0].guard(NAME, TransientError):
        await asyncio.sleep(1.5)
        assert not await rows.take_probe(database, NAME, uuid4(), 0.5)
    assert await state(database) == "closed"


async def test_what_was_asked_before_it_opened_counts_no_more(
    database: Database, replicas: tuple[Breakers, ...]
) -> None:
    async with replicas[0].guard(NAME, TransientError):
        await fail(replicas[1], 2)
        opened = (await rows.look(database, NAME)).last_failure_time
    assert await state(database) == "open", "a success from before says nothing"
    with pytest.raises(TransientError):
        async with Breakers(database).guard(LLM_API, TransientError):
            await fail(replicas[1], 3, LLM_API)
            raise TransientError
    assert (await rows.look(database, NAME)).last_failure_time == opened
    assert (await rows.look(database, LLM_API)).failure_count == 3


async def test_settings_changed_at_run_time_count_at_once(database: Database, replicas: tuple[Breakers, ...]) -> None:
    await rows.change(database, NAME, threshold=4, open_seconds=3600)
    await fail(replicas[0], 3)
    assert await state(database) == "closed"
    await fail(replicas[0])
    assert await state(database) == "open"
    async with database.transaction() as tx:
        await tx.execute("UPDATE breaker SET open_seconds = 0.01")
    await asyncio.sleep(0.05)
    assert await state(database) == "half-open"
    await ask(replicas[1])
    assert await state(database) == "closed"


async def test_work_waits_until_it_may_begin(database: Database, replicas: tuple[Breakers, ...]) -> None:
    here, stopping = replicas[0], asyncio.Event()
    await here.wait([NAME, LLM_API], stopping)
    await fail(here, 2)
    waiting = asyncio.create_task(here.wait([LLM_API, NAME], stopping))
    with pytest.raises(BreakerOpenError):
        await here.wait([NAME], stopping, seconds=0.3)
    assert not waiting.done()
    await rows.reset(database, NAME)
    await asyncio.wait_for(waiting, 20)
    assert (await told(database))[-1][0] == "medium"


async def test_who_stops_does_not_wait(database: Database, replicas: tuple[Breakers, ...]) -> None:
    await fail(replicas[0], 2)
    stopping = asyncio.Event()
    waiting = asyncio.create_task(replicas[0].wait([NAME], stopping))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    stopping.set()
    with pytest.raises(BreakerOpenError):
        await asyncio.wait_for(waiting, 20)
    assert await state(database) == "open"


async def test_a_breaker_tells_when_to_come_again(database: Database, replicas: tuple[Breakers, ...]) -> None:
    await fail(replicas[0], 2)
    row = await rows.look(database, NAME)
    assert row.next_attempt_time is not None
    assert row.last_failure_time is not None
    assert row.seconds_left is not None
    assert row.next_attempt_time - row.last_failure_time == dt.timedelta(seconds=60)
    assert 0 < row.seconds_left <= 60
