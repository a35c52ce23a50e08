"""What nobody can read, over a real broker: one dead letter each, byte for byte, and everything else flows."""

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from pamqp.commands import Basic

from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.messages import MAX_BODY_BYTES
from answerlens_common.broker.topology import queues_of
from answerlens_common.broker.unreadable import MOST_IN_A_ROW
from answerlens_common.errors import BusinessError, TransientError
from answerlens_common.events import KeywordRequested, Lane
from answerlens_common.settings import RabbitSettings, WorkSettings

WORK = WorkSettings(retry_delays=(1, 1), grace_seconds=5)
QUEUE = queues_of(KeywordRequested)[0]
EVENT = KeywordRequested(keyword="蓝牙耳机", date=dt.date(2026, 1, 2), bank_version=1, lane=Lane.EXPRESS)
GOOD = 30


def changed(**fields: object) -> bytes:
    """A good message but for these fields."""
    return json.dumps(EVENT.model_dump(mode="json") | fields, ensure_ascii=False).encode()


POISON = {
    "nothing": b"",
    "no JSON": b"{",
    "cut off": changed()[:-7],
    "two messages": changed() + changed(),
    "no UTF-8": b"\xff\xfe\x00{}",
    "half a character": changed().replace("耳".encode(), "耳".encode()[:2]),
    "no object": b'"keyword"',
    "null": b"null",
    "wrong schema": b'{"keyword": 1}',
    "a field is missing": b'{"keyword": "k"}',
    "no date": changed(date="2026-02-30"),
    "an unknown lane": changed(lane="fast"),
    "too long a keyword": changed(keyword="长" * 256),
    "a later version": changed(version=2),
    "no version at all": changed(version=None),
    "100 deep": b"[" * 100 + b"]" * 100,
    "100,000 deep": b'{"keyword":' * 100_000,
    "a field 100,000 deep": changed(more="x").replace(b'"x"', b"[" * 100_000 + b"]" * 100_000),
}


class Anonymous(Basic.Properties):
    """The headers of a client that gives its messages no id; aiormq would make one up."""

    message_id = property(lambda _: None, lambda *_: None)


@dataclass
class Desk:
    """A consumer of one queue: what it was given, and what died beside it."""

    channel: aio_pika.abc.AbstractChannel
    delivery: Delivery
    seen: list[tuple[str, str]] = field(default_factory=list)
    bugs: int = 0
    error: type[Exception] = TransientError

    async def work(self, event: KeywordRequested, message_id: str, _attempts: int) -> None:
        self.seen.append((event.keyword, message_id))
        if len(self.seen) <= self.bugs:
            message = "try again"
            raise self.error(message)

    async def put(self, body: bytes, message_id: str | None = None) -> None:
        """A message as a stranger would leave it: without a header, a type, an id."""
        underlay = await self.channel.get_underlay_channel()
        properties = Basic.Properties(message_id=message_id) if message_id else Anonymous()
        await underlay.basic_publish(body, routing_key=QUEUE.name, properties=properties)

    async def dead(self, count: int, seconds: float = 60) -> list[AbstractIncomingMessage]:
        """So many dead letters, and there is none beside them."""
        source = await self.channel.get_queue(QUEUE.dead)
        found: list[AbstractIncomingMessage] = []
        async with asyncio.timeout(seconds):
            while len(found) < count:
                message = await source.get(no_ack=True, fail=False)
                if message is None:
                    await asyncio.sleep(0.05)
                else:
                    found.append(message)
        assert await source.get(no_ack=True, fail=False) is None
        return found

    async def ready(self) -> int:
        declared = await self.channel.declare_queue(QUEUE.name, passive=True)
        return declared.declaration_result.message_count or 0


@pytest.fixture
async def desk(rabbitmq_url: str) -> AsyncIterator[Desk]:
    queues = await declare(rabbitmq_url, [], WORK.retry_delays)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection:
        channel = await connection.channel()
        for queue in queues:
            for name in (queue.name, queue.dead):
                await (await channel.get_queue(name)).purge()
        delivery = Delivery("desk", RabbitSettings(url=rabbitmq_url), WORK)
        desk = Desk(channel, delivery)
        delivery.consume(QUEUE, KeywordRequested, desk.work, prefetch=3)
        await delivery.start()
        yield desk
        await delivery.stop()


@pytest.mark.fault("F22")
async def test_each_poison_is_one_dead_letter_and_the_rest_flows(desk: Desk) -> None:
    good = [(f"耳机 {number}", f"good-{number}") for number in range(GOOD)]
    bodies = list(POISON.values())
    for number, (keyword, message_id) in enumerate(good):
        await desk.put(changed(keyword=keyword), message_id)
        if number < len(bodies):
            await desk.put(bodies[number], f"poison-{number}")
    letters = await desk.dead(len(bodies))
    assert {letter.message_id: letter.body for letter in letters} == {
        f"poison-{number}": body for number, body in enumerate(bodies)
    }
    for letter in letters:
        assert (letter.headers["x-reason"], letter.headers["x-attempts"]) == ("malformed", 0)
        assert letter.headers["x-queue"] == QUEUE.name
        assert letter.headers["x-error"]
    async with asyncio.timeout(30):
        while len(desk.seen) < GOOD:
            await asyncio.sleep(0.05)
            continue
    assert sorted(desk.seen) == sorted(good)
    assert await desk.ready() == 0


@pytest.mark.fault("F22")
async def test_a_message_without_headers_has_an_id_that_lasts(desk: Desk) -> None:
    desk.bugs = 2
    await desk.put(changed())
    await desk.put(b"{")
    (letter,) = await desk.dead(1)
    assert (letter.body, letter.message_id) == (b"{", f"sha256-{hashlib.sha256(b'{').hexdigest()}")
    async with asyncio.timeout(30):
        while len(desk.seen) < 3:
            await asyncio.sleep(0.05)
            continue
    # put off twice: it is the same message each time, so its claim is its own
    assert {message_id for _, message_id in desk.seen} == {f"sha256-{hashlib.sha256(changed()).hexdigest()}"}


@pytest.mark.parametrize(("error", "attempts"), [(RuntimeError, 3), (BusinessError, 1)])
async def test_a_plain_consumers_error_is_tried_again_unless_it_would_come_again(
    desk: Desk, error: type[Exception], attempts: int
) -> None:
    desk.bugs, desk.error = 9, error
    await desk.put(changed(), "message")
    (letter,) = await desk.dead(1)
    assert (letter.body, letter.headers["x-reason"], letter.headers["x-attempts"]) == (changed(), "error", attempts)
    assert len(desk.seen) == attempts


async def test_a_plain_consumers_error_that_passes_kills_nothing(desk: Desk) -> None:
    desk.bugs, desk.error = 2, RuntimeError
    await desk.put(changed(), "message")
    async with asyncio.timeout(20):
        while len(desk.seen) < 3:
            await asyncio.sleep(0.05)
            continue
    assert await desk.dead(0) == []


async def test_two_messages_under_one_id_are_two(desk: Desk) -> None:
    for number in range(3):
        await desk.put(changed(keyword=f"{number}"), "same")
    async with asyncio.timeout(20):
        while len(desk.seen) < 3:
            await asyncio.sleep(0.05)
            continue
    assert sorted(desk.seen) == [("0", "same"), ("1", "same"), ("2", "same")]


@pytest.mark.fault("F22")
@pytest.mark.fault("F50")
async def test_what_a_newer_service_adds_is_left_alone(desk: Desk) -> None:
    await desk.put(changed(added={"deep": [[["x"]] * 3]}, lane_hint="later"), "newer")
    async with asyncio.timeout(20):
        while not desk.seen:
            await asyncio.sleep(0.05)
            continue
    assert desk.seen == [(EVENT.keyword, "newer")]


@pytest.mark.fault("F23")
@pytest.mark.parametrize("megabytes", [1, 16])
@pytest.mark.parametrize("readable", [True, False])
async def test_a_message_that_is_too_large_is_buried_as_it_came(desk: Desk, megabytes: int, *, readable: bool) -> None:
    padding = "x" * megabytes * 1024 * 1024
    body = changed(padding=padding) if readable else padding.encode() + b"y"
    await desk.put(body, "large")
    await desk.put(changed(), "small")
    (letter,) = await desk.dead(1)
    assert letter.body == body
    assert (letter.message_id, letter.headers["x-reason"]) == ("large", "malformed")
    assert str(len(body)) in str(letter.headers["x-error"])
    async with asyncio.timeout(20):
        while not desk.seen:
            await asyncio.sleep(0.05)
            continue
    assert desk.seen == [(EVENT.keyword, "small")]


@pytest.mark.fault("F23")
async def test_a_publisher_sends_nothing_larger_than_a_megabyte(desk: Desk) -> None:
    body = changed(padding="x" * MAX_BODY_BYTES)
    with pytest.raises(ValueError, match=str(MAX_BODY_BYTES)):
        await desk.delivery.publish_body(body, EVENT.routing_key(), "1")
    start = changed(padding="")
    largest = changed(padding="x" * (MAX_BODY_BYTES - len(start)))
    assert len(largest) == MAX_BODY_BYTES
    await desk.delivery.publish_body(largest, EVENT.routing_key(), "2")
    async with asyncio.timeout(20):
        while not desk.seen:
            await asyncio.sleep(0.05)
            continue
    assert desk.seen == [(EVENT.keyword, "2")]


@pytest.mark.fault("F22")
async def test_when_no_message_can_be_read_any_more_the_queue_is_left_with_what_is_in_it(desk: Desk) -> None:
    for number in range(MOST_IN_A_ROW - 1):
        await desk.put(b"{", f"first-{number}")
    await desk.dead(MOST_IN_A_ROW - 1)
    await desk.put(changed(), "good")
    async with asyncio.timeout(20):
        while not desk.seen:
            await asyncio.sleep(0.05)
            continue
    assert await desk.delivery.missing_consumers() == [], "one that can be read begins the count anew"
    for number in range(MOST_IN_A_ROW + 10):
        await desk.put(b"{", f"second-{number}")
    async with asyncio.timeout(30):
        while await desk.ready() != 10:
            await asyncio.sleep(0.05)
            continue
    await desk.dead(MOST_IN_A_ROW)
    assert await desk.delivery.missing_consumers() == [QUEUE.name], "so the process is not ready, and ends"
