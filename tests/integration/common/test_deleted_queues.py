"""A queue is deleted: it comes back as it was, and nobody else waits for it."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery, UnroutableError
from answerlens_common.broker.topology import queues_of
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import TransientError
from answerlens_common.events import RefreshRequested
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.outbox import OutboxRelay
from tests.integration.common.bench import EVENT, REQUESTED, SEARCHED, WORK, Bench

REFRESH = queues_of(RefreshRequested)[0]


@pytest.fixture(autouse=True)
async def restored(rabbitmq_url: str) -> AsyncIterator[None]:
    """Every queue is there for the tests that follow, and as it should be: with other arguments this is refused."""
    yield
    await declare(rabbitmq_url, ["chat-a"], WORK.retry_delays)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        await (await channel.get_queue(REFRESH.name)).purge()


async def delete(bench: Bench, name: str) -> None:
    connection = await aio_pika.connect(bench.url)
    async with connection, connection.channel() as channel:
        await channel.queue_delete(name)


async def until_consumed(delivery: Delivery) -> None:
    async with asyncio.timeout(30):
        while await delivery.missing_consumers():  # noqa: ASYNC110 - polled, as a service does
            await asyncio.sleep(0.1)


@pytest.mark.fault("F12")
async def test_a_deleted_queue_and_its_consumer_come_back(bench: Bench, delivery: Delivery) -> None:
    await delete(bench, REQUESTED.name)
    async with asyncio.timeout(30):
        while not await delivery.missing_consumers():  # noqa: ASYNC110 - the broker takes a moment
            await asyncio.sleep(0.05)
    await until_consumed(delivery)
    await delivery.publish(EVENT)
    await bench.messages(SEARCHED.name, 1)
    assert bench.attempts == 1


@pytest.mark.fault("F12")
@pytest.mark.parametrize("name", [REQUESTED.retry(1), REQUESTED.dead])
async def test_a_message_that_has_nowhere_to_wait_or_lie_waits_until_it_has(
    bench: Bench, delivery: Delivery, name: str
) -> None:
    bench.errors = [TransientError("each time") for _ in range(3)]
    await delete(bench, name)
    await delivery.publish(EVENT)
    (dead,) = await dead_letters(bench)
    assert dead.body == EVENT.model_dump_json().encode()
    assert bench.attempts == 3


async def dead_letters(bench: Bench) -> list[aio_pika.abc.AbstractIncomingMessage]:
    """The dead letter, once there is a queue for it."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await bench.messages(REQUESTED.dead, 1, 30)
            except aio_pika.exceptions.ChannelNotFoundEntity:
                await asyncio.sleep(0.1)


@pytest.mark.fault("F12")
async def test_a_service_declares_what_is_missing_of_its_queues_when_it_starts(bench: Bench) -> None:
    await delete(bench, REFRESH.name)
    delivery = Delivery("bench", RabbitSettings(url=bench.url), WORK)
    heard = asyncio.Event()

    async def hear(*_: object) -> None:
        heard.set()

    delivery.consume(REFRESH, RefreshRequested, hear, prefetch=1)
    await delivery.start()
    await delivery.publish(RefreshRequested(date=dt.date(2026, 1, 2)))
    await asyncio.wait_for(heard.wait(), 15)
    await delivery.stop()


@pytest.mark.fault("F12")
async def test_an_event_without_a_queue_holds_no_other_up(bench: Bench) -> None:
    await delete(bench, REFRESH.name)
    async with bench.db.transaction() as tx:
        await enqueue(tx, [RefreshRequested(date=dt.date(2026, 1, 2))], priority=9)
        await enqueue(tx, [EVENT])
    delivery = Delivery("bench", RabbitSettings(url=bench.url), WORK)
    await delivery.start()
    with pytest.raises(UnroutableError):
        await delivery.publish(RefreshRequested(date=dt.date(2026, 1, 2)))
    relay = OutboxRelay(bench.db, delivery)
    assert await relay.relay_batch() == 2
    assert await bench.db.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1
    assert await relay.relay_batch() == 0
    assert await bench.waiting(REQUESTED.name) == 1
    await declare(bench.url, ["chat-a"], WORK.retry_delays)
    # it is tried again after a second, as often as it takes by then
    async with asyncio.timeout(10):
        while not await relay.relay_batch():  # noqa: ASYNC110 - the relay tells of nothing
            await asyncio.sleep(0.1)
    assert await bench.waiting(REFRESH.name) == 1
    await delivery.stop()
