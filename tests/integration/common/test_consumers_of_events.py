"""Who hears an event, on a real broker: no service, two, or one that also takes what the release before has left."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from unittest.mock import patch
from uuid import UUID

import aio_pika
import pytest

from answerlens_common.broker.declare import declare, declare_queue
from answerlens_common.broker.delivery import Delivery, UnroutableError
from answerlens_common.broker.topology import CONSUMERS, Queue, former_queues_of, queues_of
from answerlens_common.contracts.statuses import MeasurementStatus
from answerlens_common.db import Database
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import CollectionScored, Event, Lane, MeasurementEnded
from answerlens_common.settings import RabbitSettings, WorkSettings
from answerlens_common.work.outbox import OutboxRelay

WORK = WorkSettings(retry_delays=(1, 2), grace_seconds=5)
ENDED = MeasurementEnded(order_id=UUID(int=1), date=dt.date(2026, 1, 2), status=MeasurementStatus.COMPLETED)
SCORED = CollectionScored(collection_id=7, engine="chat-a", lane=Lane.BULK)
# As c88129f wrote it.
OLD_BODY = (
    '{"version":1,"keyword":"蓝牙耳机","date":"2026-03-01","bank_version":2,"lane":"bulk","engine":"chat-a"}'.encode()
)
TODAY = queues_of(CollectionScored)[1]
FORMER = former_queues_of(CollectionScored)[1]


@pytest.fixture
async def channel(rabbitmq_url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    await declare(rabbitmq_url, ["chat-a"], WORK.retry_delays)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection:
        yield await connection.channel()
        async with connection.channel() as other:
            for queue in (FORMER, *_queues("notifier", "page")):
                for name in (queue.name, *map(queue.retry, WORK.retry_delays), queue.dead):
                    await other.queue_delete(name)
            await (await other.get_queue(TODAY.name)).purge()


@pytest.fixture
async def delivery(rabbitmq_url: str) -> AsyncIterator[Delivery]:
    delivery = Delivery("test", RabbitSettings(url=rabbitmq_url, publish_timeout=5), WORK)
    yield delivery
    await delivery.stop()


def _queues(*consumers: str) -> tuple[Queue, ...]:
    with patch.dict(CONSUMERS, {MeasurementEnded: consumers}):
        return queues_of(MeasurementEnded)


async def _depth(channel: aio_pika.abc.AbstractChannel, name: str) -> int:
    queue = await channel.declare_queue(name, passive=True)
    return queue.declaration_result.message_count or 0


async def test_an_event_that_no_service_consumes_is_published_and_dropped(
    database: Database, channel: aio_pika.abc.AbstractChannel, delivery: Delivery
) -> None:
    assert channel
    await delivery.start()
    await delivery.publish(ENDED)
    async with database.transaction() as tx:
        await enqueue(tx, [ENDED])
    assert await OutboxRelay(database, delivery).relay_batch() == 1
    assert await database.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0


async def test_each_of_two_consumers_gets_it_and_from_then_on_it_has_to_be_routed(
    rabbitmq_url: str, channel: aio_pika.abc.AbstractChannel, delivery: Delivery
) -> None:
    await delivery.start()
    with patch.dict(CONSUMERS, {MeasurementEnded: ("notifier", "page")}):
        with pytest.raises(UnroutableError):
            await delivery.publish(ENDED)
        await declare(rabbitmq_url, [], WORK.retry_delays)
        await delivery.publish(ENDED)
    for queue in _queues("notifier", "page"):
        message = await (await channel.get_queue(queue.name)).get(no_ack=True)
        assert message is not None
        assert MeasurementEnded.model_validate_json(message.body) == ENDED


async def test_a_consumer_takes_what_the_release_before_has_left_and_retries_and_buries_it_there(
    channel: aio_pika.abc.AbstractChannel, delivery: Delivery
) -> None:
    await declare_queue(channel, FORMER, WORK.retry_delays)
    events = await channel.get_exchange("answerlens.events")
    # one lay there, one is published by an outbox that the migration has not seen, one waits for its retry
    for name, key in (("", FORMER.name), ("", FORMER.retry(1)), (events.name, FORMER.routing_key)):
        message = aio_pika.Message(OLD_BODY, message_id=f"m-{key}", expiration=1 if ".retry." in key else None)
        await (events if name else channel.default_exchange).publish(message, key)
    seen: list[Event] = []
    all_seen = asyncio.Event()

    async def handle(event: Event, _message_id: str, attempts: int) -> None:
        if attempts < len(WORK.retry_delays):
            raise RuntimeError
        seen.append(event)
        if len(seen) == 3:
            all_seen.set()

    delivery.consume(TODAY, CollectionScored, handle, 10)
    delivery.consume_if_there(FORMER, CollectionScored, handle, 10)
    await delivery.start()
    async with asyncio.timeout(30):
        await all_seen.wait()
    assert {event.date for event in seen if isinstance(event, CollectionScored)} == {dt.date(2026, 3, 1)}
    await channel.default_exchange.publish(aio_pika.Message(b"{"), FORMER.name)
    async with asyncio.timeout(30):
        while not await _depth(channel, FORMER.dead):  # noqa: ASYNC110 - the broker takes a moment
            await asyncio.sleep(0.05)
    assert await delivery.missing_consumers() == []


async def test_where_the_release_before_has_left_no_queue_none_is_made(
    channel: aio_pika.abc.AbstractChannel, delivery: Delivery
) -> None:
    seen: list[Event] = []

    async def handle(event: Event, _message_id: str, _attempts: int) -> None:
        seen.append(event)

    delivery.consume(TODAY, CollectionScored, handle, 10)
    delivery.consume_if_there(FORMER, CollectionScored, handle, 10)
    await delivery.start()
    await delivery.publish(SCORED)
    async with asyncio.timeout(30):
        while not seen:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
    assert await delivery.missing_consumers() == []
    with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
        await channel.declare_queue(FORMER.name, passive=True)
