"""A message that has had its turn lets its slot go: what is left, or has come meanwhile, follows behind all others."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from answerlens_common.broker.delivery import Delivery, PublishFailedError
from answerlens_common.broker.topology import queues_of
from answerlens_common.events import Event, KeywordRequested, Lane
from answerlens_common.settings import RabbitSettings
from answerlens_common.work import runner
from answerlens_common.work.claims import Lease
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from tests.integration.common.bench import EVENT, WORK, Bench

TURNS = 4


class Line:
    """Work of `TURNS` turns; `holders` has the token of each turn's lease: one a holder of the claim."""

    def __init__(self, bench: Bench, delivery: Delivery) -> None:
        self.bench = bench
        self.delivery = delivery
        self.join = delivery.publish
        self.holders: list[int] = []
        self.lanes: list[Lane] = []
        self.turns = TURNS

    async def cached(self, event: KeywordRequested) -> Sequence[Event] | None:
        assert event
        return [] if len(self.holders) == self.turns else None

    async def has_more(self, event: KeywordRequested, lease: Lease) -> Sequence[Event]:
        """Work that says itself that it has more to do, but for the last turn."""
        self.holders.append(lease.token)
        return [] if len(self.holders) == TURNS else [event]

    async def is_joined(self, event: KeywordRequested, lease: Lease) -> Sequence[Event]:
        """Work during which another message comes each time."""
        self.holders.append(lease.token)
        self.lanes.append(event.lane)
        await self.join(EVENT.model_copy(update={"lane": Lane.EXPRESS}))
        async with asyncio.timeout(5):
            while await self.joins() == lease.joins_seen:  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.02)
        return []

    async def joins(self) -> int:
        found: int = await self.bench.db.value("SELECT join_count FROM claim WHERE stage = 'search'")
        return found

    async def status(self) -> str:
        found: str = await self.bench.db.value("SELECT status FROM claim WHERE stage = 'search'")
        return found

    async def until_done(self) -> None:
        """Wait until the last turn is over and nothing follows it."""
        async with asyncio.timeout(15):
            while len(self.holders) < self.turns or await self.status() != "done":  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.02)


@asynccontextmanager
async def _consuming(bench: Bench, work: str) -> AsyncIterator[Line]:
    delivery = Delivery("bench", RabbitSettings(url=bench.url, publish_timeout=3), WORK)
    line = Line(bench, delivery)
    stage = Stage(
        name="search",
        event=KeywordRequested,
        cached=line.cached,
        work=getattr(line, work),
        timeout=20,
        concurrency=3,
    )
    consumer = StageRunner(stage, bench.db, delivery, WORK)
    for queue in queues_of(KeywordRequested):
        delivery.consume(queue, KeywordRequested, consumer, prefetch=3)
    await delivery.start()
    yield line
    await delivery.stop()


@pytest.fixture
def consuming(bench: Bench) -> Callable[[str], AbstractAsyncContextManager[Line]]:
    """A running consumer whose work is one of `Line`."""
    return lambda work: _consuming(bench, work)


Consuming = Callable[[str], AbstractAsyncContextManager[Line]]


async def test_work_that_has_more_to_do_takes_its_next_turn_as_a_message_of_its_own(consuming: Consuming) -> None:
    async with consuming("has_more") as line:
        await line.delivery.publish(EVENT)
        await line.until_done()
    assert len(set(line.holders)) == TURNS, "each turn takes the claim anew: none goes on in the slot of another"


@pytest.mark.fault("F54")
async def test_a_slot_is_let_go_though_messages_join_without_pause(
    consuming: Consuming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "TURN_SECONDS", 0.0)
    async with consuming("is_joined") as line:
        await line.delivery.publish(EVENT.model_copy(update={"lane": Lane.BULK}))
        await line.until_done()
    assert len(set(line.holders)) == TURNS
    assert line.lanes == [Lane.BULK, *[Lane.EXPRESS] * (TURNS - 1)], "the lane of those who joined"


async def test_what_one_look_serves_is_not_sent_again(consuming: Consuming, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "TURN_SECONDS", 0.0)
    async with consuming("is_joined") as line:
        line.turns = 1
        await line.delivery.publish(EVENT)
        await line.until_done()
        assert await line.bench.db.value("SELECT token FROM claim WHERE stage = 'search'") == line.holders[0]
    assert len(line.holders) == 1


async def test_until_then_the_holder_serves_those_who_join(consuming: Consuming) -> None:
    async with consuming("is_joined") as line:
        await line.delivery.publish(EVENT)
        await line.until_done()
    assert len(set(line.holders)) == 1


@pytest.mark.parametrize("work", ["has_more", "is_joined"])
async def test_a_message_that_cannot_follow_itself_comes_again(
    consuming: Consuming, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    monkeypatch.setattr(runner, "TURN_SECONDS", 0.0)
    async with consuming(work) as line:
        publish = line.delivery.publish
        refused: list[Event] = []

        async def fails_once(event: Event) -> None:
            if not refused:
                refused.append(event)
                message = "no confirm"
                raise PublishFailedError(message)
            await publish(event)

        await publish(EVENT.model_copy(update={"lane": Lane.BULK}))
        monkeypatch.setattr(line.delivery, "publish", fails_once)
        await line.until_done()
    assert len(refused) == 1
    assert len(set(line.holders)) == TURNS
    assert set(line.lanes[1:]) <= {Lane.EXPRESS}, "the lane of those who joined is kept"
