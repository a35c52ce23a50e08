"""What becomes of work whose connection or holder is gone half-way."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.events import KeywordRequested, Lane
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from tests.integration.common.bench import EVENT, REQUESTED, SEARCHED, WORK, Bench
from tests.support.proxy import Proxy, proxied

KEY = ClaimKey.of("search", EVENT)
QUEUED_RENEWALS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'UPDATE claim SET lease_until%'
"""
BODY = EVENT.model_dump_json().encode()


@pytest.fixture
async def proxy(rabbitmq_url: str) -> AsyncIterator[Proxy]:
    async with proxied(rabbitmq_url) as proxy:
        yield proxy


def consumer(bench: Bench, settings: RabbitSettings) -> Delivery:
    """The bench's stage, to be started."""
    delivery = Delivery("far", settings, WORK)
    stage = Stage(
        name="search", event=KeywordRequested, cached=bench.cached, work=bench.work, timeout=20, concurrency=3
    )
    for queue in queues_of(KeywordRequested):
        delivery.consume(queue, KeywordRequested, StageRunner(stage, bench.db, delivery, WORK), prefetch=3)
    return delivery


@pytest.fixture
async def far(bench: Bench, proxy: Proxy) -> AsyncIterator[Delivery]:
    """The bench's stage, behind a network that can be harmed."""
    delivery = consumer(bench, RabbitSettings(url=proxy.url(bench.url), publish_timeout=2))
    await delivery.start()
    yield delivery
    await delivery.stop()


async def until_attempted(bench: Bench) -> None:
    async with asyncio.timeout(15):
        while not bench.attempts:  # noqa: ASYNC110 - the work runs in another task
            await asyncio.sleep(0.01)


async def until_closed(db: Database) -> None:
    """Wait until the claim is neither held nor waiting, and see that it is done and its task completed."""
    open_claim = "SELECT 1 FROM claim WHERE lease_until IS NOT NULL OR status IN ('held', 'waiting')"
    async with asyncio.timeout(15):
        while await db.value(open_claim):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
    assert await db.value("SELECT status FROM claim") == "done"
    assert await db.value("SELECT status FROM task_log") == "completed"


@pytest.mark.fault("F49")
@pytest.mark.parametrize("seconds", [0.3, 2.5], ids=["ends before it is back", "ends after it is back"])
async def test_a_reset_connection_stops_no_work_and_repeats_none(
    bench: Bench, far: Delivery, proxy: Proxy, seconds: float
) -> None:
    bench.seconds = seconds
    await far.publish(EVENT)
    await until_attempted(bench)
    proxy.reset()
    await bench.messages(SEARCHED.name, 1, 20)
    await until_closed(bench.db)
    async with asyncio.timeout(20):
        while await far.missing_consumers() or await bench.waiting(REQUESTED.name):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.1)
    assert bench.attempts == 1


@pytest.mark.fault("F49")
async def test_a_service_that_stops_while_cut_off_finishes_what_is_in_hand(
    bench: Bench, far: Delivery, proxy: Proxy
) -> None:
    bench.seconds = 2.0
    await far.publish(EVENT)
    await until_attempted(bench)
    proxy.reset()
    await far.stop()
    assert bench.done == {EVENT.keyword}
    assert bench.attempts == 1


async def test_a_message_stays_with_the_broker_until_its_work_is_done(bench: Bench, proxy: Proxy) -> None:
    """Its process is gone for good with the work half done: the message is there again for whoever comes."""
    delivery = consumer(bench, RabbitSettings(url=proxy.url(bench.url), publish_timeout=2))
    await delivery.start()
    bench.seconds = 10
    await delivery.publish(EVENT)
    await until_attempted(bench)
    connection = delivery._broker._connection
    assert connection is not None
    await connection.close()
    async with asyncio.timeout(10):
        while not await bench.waiting(REQUESTED.name):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
    assert not bench.done
    await delivery.stop()


async def test_the_messages_of_who_falls_silent_go_to_others(bench: Bench, proxy: Proxy) -> None:
    """A process that hangs, or a network that passes nothing on: nobody closes the connection but the broker."""
    delivery = consumer(bench, RabbitSettings(url=proxy.url(bench.url), publish_timeout=2, heartbeat_seconds=1))
    await delivery.start()
    bench.seconds = 30
    await delivery.publish(EVENT)
    await until_attempted(bench)
    proxy.deaf = True
    async with asyncio.timeout(15):
        while not await bench.waiting(REQUESTED.name):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
    proxy.reset()
    await delivery.stop()


async def test_a_killed_holders_redelivery_waits_and_takes_over(bench: Bench, delivery: Delivery) -> None:
    killed = await acquire(bench.db, KEY, "message-1", Lane.BULK, WORK.lease_seconds)
    assert isinstance(killed, Lease)
    await delivery.publish_body(BODY, EVENT.routing_key(), "message-1")
    await bench.messages(SEARCHED.name, 1)
    assert bench.attempts == 1
    assert await bench.db.value("SELECT token FROM claim") == killed.token + 1
    assert await bench.db.value("SELECT attempts FROM claim") == 2
    await until_closed(bench.db)


@pytest.mark.parametrize("status", ["held", "waiting"])
async def test_a_redelivery_that_finds_the_work_done_closes_what_was_left_open(
    bench: Bench, delivery: Delivery, status: str
) -> None:
    left = await acquire(bench.db, KEY, "message-1", Lane.BULK, WORK.lease_seconds)
    assert isinstance(left, Lease)
    if status == "waiting":
        await left.hand_back()
    bench.done.add(EVENT.keyword)
    await delivery.publish_body(BODY, EVENT.routing_key(), "message-1")
    await bench.messages(SEARCHED.name, 1)
    await until_closed(bench.db)
    assert bench.attempts == 0


async def test_a_renewal_that_waits_while_the_claim_is_closed_gives_it_no_lease_again(bench: Bench) -> None:
    # a lease so short that it is renewed at once
    lease = await acquire(bench.db, KEY, "message", Lane.BULK, 0.3)
    assert isinstance(lease, Lease)
    async with asyncio.timeout(30), lease.renewing():
        async with bench.db.transaction() as tx:
            await tx.execute("SELECT 1 FROM claim FOR UPDATE")
            closing = asyncio.create_task(lease.close())
            # the renewal queues up behind it
            while await bench.db.value(QUEUED_RENEWALS) != 1:  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.01)
        assert await closing
        while await bench.db.value(QUEUED_RENEWALS):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.01)
    assert await bench.db.value("SELECT status FROM claim") == "done"
    assert await bench.db.value("SELECT lease_until FROM claim") is None
