"""Events that are written with the rows they speak of."""

import datetime as dt

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery, PublishFailedError
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.events import RefreshRequested
from answerlens_common.settings import RabbitSettings, WorkSettings
from answerlens_common.work.outbox import OutboxRelay, enqueue

WORK = WorkSettings(retry_delays=(1, 2))
QUEUE = queues_of(RefreshRequested)[0].name
DATES = [dt.date(2026, 1, day) for day in (1, 2, 3)]


async def test_what_was_committed_is_published_once_by_priority(database: Database, rabbitmq_url: str) -> None:
    await declare(rabbitmq_url, [], WORK.retry_delays)
    async with database.transaction() as tx:
        await enqueue(tx, [RefreshRequested(date=DATES[0])], priority=1)
        await enqueue(tx, [RefreshRequested(date=DATES[1]), RefreshRequested(date=DATES[2])], priority=9)
    delivery = Delivery("test", RabbitSettings(url=rabbitmq_url), WORK)
    await delivery.start()
    relay = OutboxRelay(database, delivery)
    assert await relay.relay_batch(set()) == 3
    assert await relay.relay_batch(set()) == 0
    await delivery.stop()

    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        queue = await channel.get_queue(QUEUE)
        found = [await queue.get(no_ack=True) for _ in range(3)]
        assert [RefreshRequested.model_validate_json(each.body).date for each in found] == [
            DATES[1],
            DATES[2],
            DATES[0],
        ]
        assert await queue.get(no_ack=True, fail=False) is None


async def test_without_a_broker_nothing_is_marked_published(database: Database) -> None:
    async with database.transaction() as tx:
        await enqueue(tx, [RefreshRequested(date=DATES[0])])
    unreachable = Delivery("test", RabbitSettings(url="amqp://127.0.0.1:1/", publish_timeout=0.5), WORK)
    with pytest.raises(PublishFailedError):
        await OutboxRelay(database, unreachable).relay_batch(set())
    assert await database.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1


async def test_a_rolled_back_order_publishes_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as tx:
            await enqueue(tx, [RefreshRequested(date=DATES[0])])
            raise RuntimeError
    assert await database.value("SELECT count(*) FROM outbox") == 0
