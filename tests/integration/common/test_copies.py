"""A message travels more than once: which of its copies goes on with the work, and which have nothing to do."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest

from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.contracts.statuses import ClaimStatus
from answerlens_common.db import Database
from answerlens_common.errors import BusinessError, PutOffError, TransientError
from answerlens_common.events import Event, KeywordRequested, Lane
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.claims import AlreadyFailed, ClaimKey, Lease, RetryPending, acquire
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from tests.integration.common.bench import EVENT, REQUESTED, SEARCHED, WORK, Bench
from tests.support.proxy import Proxy, proxied

KEY = ClaimKey.of("search", EVENT)
BODY = EVENT.model_dump_json().encode()
FAILED = "order-api.stage-failed"
# a retry comes back after its delay, less its jitter
SHORTEST = [0.9 * delay for delay in WORK.retry_delays]


class Replicas:
    """Two replicas of the bench's stage, the first behind a network that can be harmed; when each attempt was made."""

    def __init__(self, bench: Bench, proxy: Proxy) -> None:
        self.bench = bench
        self.proxy = proxy
        self.began: list[float] = []
        self.ended: list[float] = []
        self.first = self._replica(proxy.url(bench.url))
        self.second = self._replica(bench.url)

    def _replica(self, url: str) -> Delivery:
        delivery = Delivery("bench", RabbitSettings(url=url, publish_timeout=2), WORK)
        stage = Stage("search", KeywordRequested, self.bench.cached, self._work, timeout=20, concurrency=3)
        for queue in queues_of(KeywordRequested):
            delivery.consume(queue, KeywordRequested, StageRunner(stage, self.bench.db, delivery, WORK), prefetch=3)
        return delivery

    async def _work(self, event: KeywordRequested, lease: Lease) -> Sequence[Event]:
        self.began.append(time.monotonic())
        try:
            return await self.bench.work(event, lease)
        finally:
            self.ended.append(time.monotonic())

    async def until_attempted(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.began) < count:
                await asyncio.sleep(0.01)
                continue

    async def until_quiet(self) -> None:
        """Until no copy is left, neither waiting nor in hand."""
        names = [REQUESTED.name, *map(REQUESTED.retry, WORK.retry_delays)]
        async with asyncio.timeout(40):
            while (
                any([await self.bench.waiting(name) for name in names])
                or self.first._in_hand
                or self.second._in_hand
                or await self.first.missing_consumers()
            ):
                await asyncio.sleep(0.1)
                continue

    @property
    def pauses(self) -> list[float]:
        return [begun - ended for ended, begun in zip(self.ended, self.began[1:], strict=False)]


@pytest.fixture
async def replicas(bench: Bench, rabbitmq_url: str) -> AsyncIterator[Replicas]:
    async with proxied(rabbitmq_url) as proxy:
        replicas = Replicas(bench, proxy)
        await replicas.first.start()
        yield replicas
        await asyncio.gather(replicas.first.stop(), replicas.second.stop())


async def status_of(db: Database) -> tuple[str, int]:
    row = await db.row("SELECT status, attempts FROM claim")
    assert row is not None
    return row["status"], row["attempts"]


@pytest.mark.fault("F10")
@pytest.mark.parametrize("attempt", [1, 2, 3])
async def test_a_connection_closed_while_an_attempt_fails_costs_neither_attempts_nor_the_pause(
    replicas: Replicas, attempt: int
) -> None:
    bench = replicas.bench
    bench.seconds = 1.0
    bench.errors = [TransientError("500") for _ in range(9)]
    await replicas.first.publish(EVENT)
    await replicas.until_attempted(attempt)
    await replicas.second.start()
    replicas.proxy.reset()  # the second gets the message, of which the first still makes the attempt
    (dead,) = await bench.messages(REQUESTED.dead, 1, 30)
    await replicas.until_quiet()
    assert bench.attempts == 3
    assert all(pause > shortest for pause, shortest in zip(replicas.pauses, SHORTEST, strict=True)), replicas.pauses
    assert dead.headers["x-attempts"] == 3
    assert await bench.waiting(REQUESTED.dead) == 0
    assert await bench.waiting(FAILED) == 1
    assert await status_of(bench.db) == ("failed", 3)


async def test_of_two_copies_of_a_retry_one_goes_on(replicas: Replicas) -> None:
    """A publish that got no confirm in time was made again, and both have arrived."""
    bench = replicas.bench
    bench.seconds = 0.5
    bench.errors = [TransientError("500") for _ in range(9)]
    send = replicas.first._send

    async def twice(body: bytes, **options: object) -> None:
        if "expiration" in options:
            await send(body, **options)
        await send(body, **options)

    replicas.first._send = twice  # type: ignore[method-assign]
    await replicas.second.start()
    await replicas.first.publish(EVENT)
    await bench.messages(REQUESTED.dead, 1, 30)
    await replicas.until_quiet()
    assert bench.attempts == 3
    assert all(pause > shortest for pause, shortest in zip(replicas.pauses, SHORTEST, strict=True)), replicas.pauses
    assert (await bench.waiting(REQUESTED.dead), await bench.waiting(FAILED)) == (0, 1)


async def test_what_is_dead_is_not_begun_anew_by_a_late_copy_but_by_another_message(
    bench: Bench, delivery: Delivery
) -> None:
    bench.errors = [BusinessError("no such thing")]
    await delivery.publish_body(BODY, EVENT.routing_key(), "message-1")
    await bench.messages(REQUESTED.dead, 1)
    await delivery.publish_body(BODY, EVENT.routing_key(), "message-1")
    async with asyncio.timeout(20):
        while await bench.waiting(REQUESTED.name) or delivery._in_hand:
            await asyncio.sleep(0.05)
            continue
    assert bench.attempts == 1
    assert await status_of(bench.db) == ("failed", 1)
    await delivery.publish_body(BODY, EVENT.routing_key(), "message-2")
    await bench.messages(SEARCHED.name, 1)
    assert bench.attempts == 2
    assert await bench.waiting(REQUESTED.dead) == 0


async def test_killed_between_failing_and_burying_it_is_told_and_buried_once(bench: Bench, delivery: Delivery) -> None:
    for number in range(3):
        lease = await acquire(bench.db, KEY, "message-1", Lane.BULK, 5, attempts=number)
        assert isinstance(lease, Lease)
        await lease.release(ClaimStatus.WAITING if number < 2 else ClaimStatus.FAILED, "500", 0.3)
    for _ in range(2):
        await delivery.publish_body(BODY, EVENT.routing_key(), "message-1")
    (dead,) = await bench.messages(REQUESTED.dead, 1)
    assert dead.body == BODY
    async with asyncio.timeout(20):
        while await bench.waiting(REQUESTED.name) or delivery._in_hand:
            await asyncio.sleep(0.05)
            continue
    assert bench.attempts == 0
    assert (await bench.waiting(REQUESTED.dead), await bench.waiting(FAILED)) == (0, 1)
    assert await bench.db.value("SELECT lease_until FROM claim") is None


async def test_when_a_retry_is_lost_an_older_copy_goes_on_after_its_time(bench: Bench, delivery: Delivery) -> None:
    """Its process was killed between noting that the attempt failed and publishing the retry."""
    lease = await acquire(bench.db, KEY, "message-1", Lane.BULK, 5)
    assert isinstance(lease, Lease)
    await lease.release(ClaimStatus.WAITING, "500", 1)
    await delivery.publish_body(BODY, EVENT.routing_key(), "message-1")
    await bench.messages(SEARCHED.name, 1)
    assert bench.attempts == 1
    assert await bench.db.value("SELECT attempts FROM claim") == 2


async def test_whose_turn_it_is_is_told_by_the_attempts_a_copy_knows_of(database: Database) -> None:
    async def take(message: str, attempts: int) -> object:
        return await acquire(database, KEY, message, Lane.BULK, 30, attempts=attempts)

    first = await take("message-1", 0)
    assert isinstance(first, Lease)
    await first.release(ClaimStatus.WAITING, "500", 60)
    assert isinstance(await take("message-1", 0), RetryPending)
    second = await take("message-1", 1)
    assert isinstance(second, Lease)
    assert second.attempt == 2
    await second.release(ClaimStatus.FAILED, "500", 30)
    assert 0 < getattr(await take("message-1", 1), "seconds", 0) <= 60, "it is still being told"
    await second.mark_told()
    assert await take("message-1", 2) == AlreadyFailed()
    replayed = await take("message-1 replayed 1", 0)
    assert isinstance(replayed, Lease)
    assert replayed.attempt == 1


async def test_what_is_put_off_knows_of_the_attempts_that_count(bench: Bench, delivery: Delivery) -> None:
    """Else it would be taken for an older copy when it comes back, and put off once more."""
    killed = await acquire(bench.db, KEY, "message-1", Lane.BULK, 0.3)
    assert isinstance(killed, Lease)
    bench.errors = [PutOffError("not now")]
    await delivery.publish_body(BODY, EVENT.routing_key(), "message-1")
    (waiting,) = await bench.messages(REQUESTED.retry(WORK.retry_delays[0]), 1)
    assert waiting.headers["x-attempts"] == 1
    assert await status_of(bench.db) == ("waiting", 1)
