"""A service that is told to stop finishes what is under way, begins nothing, and gives the rest back at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from answerlens_common.broker.delivery import Delivery
from answerlens_common.events import KeywordRequested
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from tests.integration.common.bench import EVENT, REQUESTED, WORK, Bench

PREFETCH = 4
KEYWORDS = [f"{EVENT.keyword}{number}" for number in range(2 * PREFETCH)]


@pytest.fixture
async def busy(bench: Bench) -> AsyncIterator[Delivery]:
    """A consumer that works on one message and has fetched others, while more lie in the queue."""
    delivery = Delivery("busy", RabbitSettings(url=bench.url, publish_timeout=3), WORK)
    stage = Stage("search", KeywordRequested, bench.cached, bench.work, timeout=20, concurrency=1)
    delivery.consume(REQUESTED, KeywordRequested, StageRunner(stage, bench.db, delivery, WORK), prefetch=PREFETCH)
    await delivery.start()
    bench.seconds = 3
    for keyword in KEYWORDS:
        await delivery.publish(EVENT.model_copy(update={"keyword": keyword}))
    async with asyncio.timeout(15):
        while not bench.attempts or await bench.waiting(REQUESTED.name) > PREFETCH:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.01)
    yield delivery
    await delivery.stop()


async def test_what_is_under_way_is_finished_and_the_rest_given_back_at_once(bench: Bench, busy: Delivery) -> None:
    stopping = asyncio.create_task(busy.stop())
    async with asyncio.timeout(bench.seconds):
        while await bench.waiting(REQUESTED.name) < len(KEYWORDS) - 1:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.01)
    assert not bench.done, "given back while the first is still worked on"
    await stopping
    assert bench.attempts == 1
    assert len(bench.done) == 1, "whichever of them came first"
    assert await bench.waiting(REQUESTED.name) == len(KEYWORDS) - 1
    assert await bench.db.value("SELECT count(*) FROM claim WHERE status <> 'done'") == 0


async def test_what_was_given_back_is_done_elsewhere(bench: Bench, busy: Delivery, delivery: Delivery) -> None:
    bench.seconds = 0
    await busy.stop()
    async with asyncio.timeout(20):
        while bench.done != {*KEYWORDS}:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
    assert bench.attempts == len(KEYWORDS)
    assert not await delivery.missing_consumers()
