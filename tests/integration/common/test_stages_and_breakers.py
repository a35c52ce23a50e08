"""A stage whose outside is in trouble: its work waits, and pays nothing for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest

from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.events import Event, KeywordRequested
from answerlens_common.limits.breakers import Breakers, engine_breaker, rows
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.claims import Lease
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from tests.integration.common.bench import EVENT, REQUESTED, SEARCHED, WORK, Bench

NAME = engine_breaker("chat-a")


@dataclass
class Guarded:
    """The bench's work behind a breaker."""

    bench: Bench
    opens_first: bool = False

    async def work(self, event: KeywordRequested, lease: Lease) -> Sequence[Event]:
        breakers = Breakers(self.bench.db)
        if self.opens_first:
            self.opens_first = False
            await trip(self.bench.db)
        async with breakers.guard(NAME, TransientError):
            return await self.bench.work(event, lease)


async def trip(db: Database) -> None:
    for _ in range(2):
        with pytest.raises(TransientError, match="down"):
            async with Breakers(db).guard(NAME, TransientError):
                message = "down"
                raise TransientError(message)


async def attempts(db: Database) -> list[tuple[str, int]]:
    return [(row["status"], row["attempts"]) for row in await db.rows("SELECT status, attempts FROM claim")]


async def until_claims_are(db: Database, *expected: tuple[str, int]) -> None:
    async with asyncio.timeout(20):
        while await attempts(db) != [*expected]:
            await asyncio.sleep(0.05)
            continue


@pytest.fixture
def guarded(bench: Bench) -> Guarded:
    return Guarded(bench)


@pytest.fixture
async def delivery(bench: Bench, guarded: Guarded) -> AsyncIterator[Delivery]:
    """A running consumer of a stage of items, whose attempts count even when they are handed back."""
    delivery = Delivery("bench", RabbitSettings(url=bench.url, publish_timeout=3), WORK)
    stage = Stage(
        name="search",
        event=KeywordRequested,
        cached=bench.cached,
        work=guarded.work,
        timeout=20,
        concurrency=3,
        item=lambda _: "a question",
        limits_external_calls=True,
        breakers=(NAME,),
    )
    runner = StageRunner(stage, bench.db, delivery, WORK)
    for queue in queues_of(KeywordRequested):
        delivery.consume(queue, KeywordRequested, runner, prefetch=3)
    await delivery.start()
    yield delivery
    await delivery.stop()


async def test_work_waits_for_an_open_breaker_with_its_message_in_hand(bench: Bench, delivery: Delivery) -> None:
    await trip(bench.db)
    await delivery.publish(EVENT)
    await asyncio.sleep(2)
    assert await attempts(bench.db) == [], "nothing is claimed"
    assert await bench.waiting(REQUESTED.name) == 0, "the message is in hand, not acked"
    assert await bench.waiting(REQUESTED.retry(1)) == 0
    assert bench.attempts == 0
    await rows.reset(bench.db, NAME)
    await bench.messages(SEARCHED.name, 1, 20)
    assert bench.attempts == 1
    await until_claims_are(bench.db, ("done", 1))


async def test_a_breaker_that_opens_between_the_claim_and_the_ask_costs_no_attempt(
    bench: Bench, guarded: Guarded, delivery: Delivery
) -> None:
    guarded.opens_first = True
    await delivery.publish(EVENT)
    await until_claims_are(bench.db, ("waiting", 0))
    assert bench.attempts == 0
    await rows.reset(bench.db, NAME)
    await bench.messages(SEARCHED.name, 1, 20)
    await until_claims_are(bench.db, ("done", 1))
    assert await bench.waiting(REQUESTED.dead) == 0


async def test_failures_of_the_outside_cost_their_attempts_and_open_it(bench: Bench, delivery: Delivery) -> None:
    bench.errors = [TransientError("down"), TransientError("still down")]
    await delivery.publish(EVENT)
    async with asyncio.timeout(20):
        while (await rows.look(bench.db, NAME)).state != "open":
            await asyncio.sleep(0.05)
            continue
    await asyncio.sleep(2.5)  # the last retry would have been due
    assert bench.attempts == 2
    assert await bench.waiting(REQUESTED.dead) == 0
    async with bench.db.transaction() as tx:
        await tx.execute("UPDATE breaker SET open_seconds = 0")
    await bench.messages(SEARCHED.name, 1, 20)
    await until_claims_are(bench.db, ("done", 3))
    assert (await rows.look(bench.db, NAME)).state == "closed"


async def test_a_stop_does_not_wait_for_a_breaker(bench: Bench, delivery: Delivery) -> None:
    await trip(bench.db)
    await delivery.publish(EVENT)
    await asyncio.sleep(1)
    await asyncio.wait_for(delivery.stop(), WORK.grace_seconds)
    assert await attempts(bench.db) == []
    # put off, so that another replica finds it
    await bench.messages(REQUESTED.name, 1, 20)
