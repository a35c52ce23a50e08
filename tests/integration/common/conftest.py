"""The bench's stage, running over the session's broker and database."""

from collections.abc import AsyncIterator

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.events import KeywordRequested
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from tests.integration.common.bench import WORK, Bench


@pytest.fixture
async def bench(database: Database, rabbitmq_url: str) -> Bench:
    queues = await declare(rabbitmq_url, ["chat-a"], WORK.retry_delays)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        for queue in queues:
            for name in (queue.name, queue.dead, *(queue.retry(delay) for delay in WORK.retry_delays)):
                await (await channel.get_queue(name)).purge()
    return Bench(database, rabbitmq_url)


@pytest.fixture
async def delivery(bench: Bench) -> AsyncIterator[Delivery]:
    """A running consumer of the bench's stage."""
    delivery = Delivery("bench", RabbitSettings(url=bench.url, publish_timeout=3), WORK)
    stage = Stage(
        name="search", event=KeywordRequested, cached=bench.cached, work=bench.work, timeout=20, concurrency=3
    )
    runner = StageRunner(stage, bench.db, delivery, WORK)
    for queue in queues_of(KeywordRequested):
        delivery.consume(queue, KeywordRequested, runner, prefetch=3)
    await delivery.start()
    yield delivery
    await delivery.stop()
