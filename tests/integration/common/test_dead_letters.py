"""Dead letters over a real broker: nothing is lost, nothing is in two places but what was in hand."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.events import Event, KeywordRequested, KeywordSearched, Lane
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.claims import Lease
from answerlens_common.work.runner import StageRunner
from answerlens_common.work.stages import Stage
from answerlens_order_api.operations.dead_letters import (
    BrokerLostError,
    DeadLetterQueue,
    DeadLetters,
    Letter,
    Selection,
    dead_letter_queues,
    reading,
)
from tests.integration.common.placed_letters import (
    DEAD_QUEUE,
    DEAD_QUEUES,
    EVERYTHING,
    POISON,
    WORK,
    PlacedLetters,
    body,
)


@pytest.fixture
async def placed(rabbitmq_url: str) -> Any:
    queues = await declare(rabbitmq_url, ["chat-a"], WORK.retry_delays)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection:
        channel = await connection.channel()
        for queue in queues:
            for name in (queue.name, queue.dead):
                await (await channel.get_queue(name)).purge()
        yield PlacedLetters(channel, DeadLetters(RabbitSettings(url=rabbitmq_url, publish_timeout=5)))


async def everything(letters: Sequence[Letter]) -> list[bool]:
    return [True] * len(letters)


async def test_reading_leaves_everything_where_it_was(placed: PlacedLetters) -> None:
    await placed.dead_letter_many(7)
    for _ in range(3):
        assert await placed.remaining() == [f"m-{number}" for number in range(7)]
    first, more = await placed.dead.page(DEAD_QUEUE, None, 3)
    assert ([letter.id for letter in first], more) == (["m-0", "m-1", "m-2"], True)
    next_, more = await placed.dead.page(DEAD_QUEUE, first[-1].key, 3)
    assert ([letter.id for letter in next_], more) == (["m-3", "m-4", "m-5"], True)
    assert (
        await placed.dead.drop(DEAD_QUEUE, Selection(id="m-5"))
    ).moved == 1  # a page does not depend on the one before
    last, more = await placed.dead.page(DEAD_QUEUE, next_[-1].key, 3)
    assert ([letter.id for letter in last], more) == (["m-6"], False)
    assert await placed.dead.page(DEAD_QUEUE, last[-1].key, 3) == ([], False)
    await placed.dead_letter(body("k"), "m-5")
    assert await placed.ids(DEAD_QUEUE.queue.dead) == [f"m-{number}" for number in range(7)]


async def test_a_page_ends_early_when_letters_are_large(placed: PlacedLetters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("answerlens_order_api.operations.dead_letters.MOST_BYTES", 250)
    for number in range(3):
        await placed.dead_letter(b"x" * 100, f"m-{number}")
    letters, more = await placed.dead.page(DEAD_QUEUE, None, 3)
    assert ([letter.id for letter in letters], more) == (["m-0", "m-1"], True)


async def test_queues_are_counted_also_those_that_were_never_made(placed: PlacedLetters) -> None:
    await placed.dead_letter_many(2)
    counts = {
        dead_queue.queue.name: (count, oldest)
        for dead_queue, count, oldest in await placed.dead.counts(DEAD_QUEUES.values())
    }
    count, oldest = counts.pop(DEAD_QUEUE.queue.name)
    ((letter, _), _more) = await placed.dead.page(DEAD_QUEUE, None, 2)
    assert (count, oldest) == (2, letter.at)
    assert (letter.reason, letter.error, letter.attempts) == ("error", "it broke", 3)
    assert oldest is not None
    assert "collector.question-queued.chat-never.express" in counts
    assert set(counts.values()) == {(0, None)}
    never = DEAD_QUEUES["collector.question-queued.chat-never.bulk"]
    assert (await placed.dead.replay(never, EVERYTHING, everything)).moved == 0
    assert (await placed.dead.drop(never, EVERYTHING)).left == 0


@pytest.mark.fault("F48")
async def test_all_go_back_once(placed: PlacedLetters) -> None:
    await placed.dead_letter_many(5)
    outcome = await placed.dead.replay(DEAD_QUEUE, EVERYTHING, everything)
    assert (outcome.moved, outcome.kept, outcome.left, outcome.more) == (5, 0, 0, False)
    assert (await placed.dead.replay(DEAD_QUEUE, EVERYTHING, everything)).moved == 0
    back = await placed.emptied(DEAD_QUEUE.queue.name)
    assert [message.message_id for message in back] == [f"m-{number}" for number in range(5)]
    assert {message.delivery_mode for message in back} == {aio_pika.DeliveryMode.PERSISTENT}
    assert {name for message in back for name in message.headers} <= {"x-replays", "x-delivery-count"}
    assert {message.headers["x-replays"] for message in back} == {1}
    assert [message.body for message in back[:2]] == [body("k0"), body("k1")]


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(id="m-3"), [3]),
        (Selection(reason="error"), [0, 3]),
        (Selection(keyword="k1"), [1, 3, 5]),
        (Selection(keyword="k1", reason="error"), [3]),
        (Selection(id="m-9"), []),
    ],
)
async def test_some_go_and_the_rest_stays_in_its_order(
    placed: PlacedLetters, selection: Selection, numbers: list[int]
) -> None:
    await placed.dead_letter_many(6)
    outcome = await placed.dead.replay(DEAD_QUEUE, selection, everything)
    assert (outcome.moved, outcome.left) == (len(numbers), 6 - len(numbers))
    assert await placed.ids(DEAD_QUEUE.queue.name) == [f"m-{number}" for number in numbers]
    rest = [f"m-{number}" for number in range(6) if number not in numbers]
    assert await placed.remaining() == rest
    dropped = await placed.dead.drop(DEAD_QUEUE, Selection(reason="failed"))
    assert dropped.moved == len([one for one in rest if one not in {"m-0", "m-3"}])
    assert await placed.remaining() == [one for one in rest if one in {"m-0", "m-3"}]
    assert await placed.ids(DEAD_QUEUE.queue.name) == []


async def test_what_the_gate_holds_stays(placed: PlacedLetters) -> None:
    await placed.dead_letter_many(4)

    async def gate(letters: Sequence[Letter]) -> list[bool]:
        return [letter.id != "m-1" for letter in letters]

    outcome = await placed.dead.replay(DEAD_QUEUE, EVERYTHING, gate)
    assert (outcome.moved, outcome.kept, outcome.left) == (3, 1, 1)
    assert await placed.remaining() == ["m-1"]


async def test_a_large_queue_takes_several_calls(placed: PlacedLetters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    monkeypatch.setattr(reading, "MOST_LETTERS", 4)
    await placed.dead_letter_many(7)
    outcome = await placed.dead.replay(DEAD_QUEUE, EVERYTHING, everything)
    assert (outcome.moved, outcome.left, outcome.more) == (4, 3, True)
    outcome = await placed.dead.replay(DEAD_QUEUE, EVERYTHING, everything)
    assert (outcome.moved, outcome.left, outcome.more) == (3, 0, False)
    assert await placed.ids(DEAD_QUEUE.queue.name) == [f"m-{number}" for number in range(7)]


@pytest.mark.fault("F48")
async def test_two_replays_at_once_send_each_letter_once(placed: PlacedLetters) -> None:
    await placed.dead_letter_many(30)
    outcomes = await asyncio.gather(*(placed.dead.replay(DEAD_QUEUE, EVERYTHING, everything) for _ in range(3)))
    assert sum(outcome.moved for outcome in outcomes) == 30
    assert await placed.ids(DEAD_QUEUE.queue.name) == sorted(f"m-{number}" for number in range(30))


@pytest.mark.fault("F48")
@pytest.mark.parametrize("error", [RuntimeError("killed"), asyncio.CancelledError()])
async def test_killed_between_publish_and_ack_one_letter_is_in_both_places(
    placed: PlacedLetters, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    await placed.dead_letter_many(5)
    ack = reading.Reading.ack

    async def killed(self: reading.Reading, message: Any, *rest: Any) -> None:
        if message.message_id == "m-2":
            raise error
        await ack(self, message, *rest)

    with monkeypatch.context() as patch, pytest.raises((RuntimeError, BrokerLostError)):
        patch.setattr(reading.Reading, "ack", killed)
        await placed.dead.replay(DEAD_QUEUE, EVERYTHING, everything)
    assert await placed.settled(3) == ["m-2", "m-3", "m-4"]
    assert (await placed.dead.replay(DEAD_QUEUE, EVERYTHING, everything)).moved == 3
    assert await placed.ids(DEAD_QUEUE.queue.name) == ["m-0", "m-1", "m-2", "m-2", "m-3", "m-4"]
    assert await placed.remaining() == []


async def test_an_error_of_the_gate_loses_nothing(placed: PlacedLetters) -> None:
    await placed.dead_letter_many(3)

    async def gate(_letters: Sequence[Letter]) -> list[bool]:
        message = "no database"
        raise TransientError(message)

    with pytest.raises(TransientError, match="no database"):
        await placed.dead.replay(DEAD_QUEUE, EVERYTHING, gate)
    assert await placed.settled(3) == ["m-0", "m-1", "m-2"]
    assert await placed.ids(DEAD_QUEUE.queue.name) == []


@pytest.mark.parametrize("content", POISON)
async def test_what_cannot_be_read_travels_byte_for_byte(placed: PlacedLetters, content: bytes) -> None:
    await placed.dead_letter(content, None, "malformed")
    ((letter,), _) = await placed.dead.page(DEAD_QUEUE, None, 1)
    assert (letter.body, letter.reason, DEAD_QUEUE.read(letter.body)) == (content, "malformed", None)
    assert (await placed.dead.replay(DEAD_QUEUE, Selection(id=letter.id), everything)).moved == 1
    (back,) = await placed.emptied(DEAD_QUEUE.queue.name)
    assert (back.body, back.message_id) == (content, letter.id)


async def test_what_the_broker_gave_up_on_tells_its_reason(placed: PlacedLetters) -> None:
    await placed.put(DEAD_QUEUE.queue.name, body("k0"), "m-1")
    message = await (await placed.channel.get_queue(DEAD_QUEUE.queue.name)).get()
    await message.reject(requeue=False)
    await placed.settled(1)
    ((letter,), _) = await placed.dead.page(DEAD_QUEUE, None, 1)
    assert (letter.id, letter.reason, letter.attempts, letter.body) == ("m-1", "rejected", None, body("k0"))
    assert letter.at is not None
    assert abs(dt.datetime.now(dt.UTC) - letter.at) < dt.timedelta(minutes=5)


async def test_headers_of_any_kind_are_read(placed: PlacedLetters) -> None:
    odd = {"x-reason": 7, "x-error": 1.5, "x-attempts": "many", "x-death": "yes"}
    await placed.put(DEAD_QUEUE.queue.dead, b"{}", "m-1", **odd)
    ((letter,), _) = await placed.dead.page(DEAD_QUEUE, None, 1)
    assert (letter.reason, letter.attempts, letter.keyword) == ("7", None, None)


async def test_without_its_queue_a_letter_stays(placed: PlacedLetters) -> None:
    dead_queue = DEAD_QUEUES["scheduler.refresh-requested"]
    await placed.dead_letter(b"{}", "m-1", queue=dead_queue.queue.name)
    await placed.channel.queue_delete(dead_queue.queue.name)
    with pytest.raises(BrokerLostError):
        await placed.dead.replay(dead_queue, EVERYTHING, everything)
    await _until_counted(placed, dead_queue, 1)
    assert (await placed.dead.drop(dead_queue, EVERYTHING)).moved == 1


async def test_a_broker_out_of_reach_is_a_transient_error() -> None:
    dead = DeadLetters(RabbitSettings(url="amqp://localhost:1/", publish_timeout=2))
    with pytest.raises(BrokerLostError):
        await dead.page(DEAD_QUEUE, None, 1)


@pytest.mark.fault("F48")
async def test_a_replayed_failure_is_worked_again_with_fresh_attempts(
    placed: PlacedLetters, database: Database, rabbitmq_url: str
) -> None:
    event = KeywordRequested(keyword="蓝牙耳机", date=dt.date(2026, 1, 2), bank_version=1, lane=Lane.EXPRESS)
    dead_queue = dead_letter_queues([])[queues_of(KeywordRequested)[0].name]
    attempts: list[int] = []
    # three failures end it; after the replay one more is a first attempt again, with retries left
    results: list[Exception | None] = [TransientError("no")] * 4 + [None]

    async def cached(_event: KeywordRequested) -> Sequence[Event] | None:
        return [KeywordSearched.following(event)] if not results else None

    async def work(_event: KeywordRequested, lease: Lease) -> Sequence[Event]:
        attempts.append(lease.attempt)
        result = results.pop(0)
        if result is not None:
            raise result
        return [KeywordSearched.following(event)]

    delivery = Delivery("bench", RabbitSettings(url=rabbitmq_url, publish_timeout=3), WORK)
    stage = Stage(name="search", event=KeywordRequested, cached=cached, work=work, timeout=20, concurrency=2)
    runner = StageRunner(stage, database, delivery, WORK)
    for queue in queues_of(KeywordRequested):
        delivery.consume(queue, KeywordRequested, runner, prefetch=2)
    await delivery.start()
    try:
        await delivery.publish(event)
        await _until_counted(placed, dead_queue, 1)
        assert attempts == [1, 2, 3]
        # twice, as when the first was killed half-way: the second copy finds the work in hand, or done
        ((letter,), _) = await placed.dead.page(dead_queue, None, 1)
        await placed.put(dead_queue.queue.name, letter.body, letter.id, **{"x-replays": 1})
        assert (await placed.dead.replay(dead_queue, EVERYTHING, everything)).moved == 1
        searched = queues_of(KeywordSearched)[0].name
        followed: list[Any] = []
        async with asyncio.timeout(20):
            while not followed:
                followed += await placed.emptied(searched)
                await asyncio.sleep(0.05)
    finally:
        await delivery.stop()
    assert attempts == [1, 2, 3, 1, 2]
    assert await database.value("SELECT status FROM claim") == "done"
    assert await placed.dead.page(dead_queue, None, 1) == ([], False)


async def _until_counted(placed: PlacedLetters, dead_queue: DeadLetterQueue, count: int) -> None:
    async with asyncio.timeout(20):
        while (await placed.dead.counts([dead_queue]))[0][1] != count:
            await asyncio.sleep(0.1)
            continue
