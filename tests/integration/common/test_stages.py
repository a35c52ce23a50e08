"""The mechanism every stage runs on, over a real broker and a real database."""

import asyncio
import datetime as dt

import aio_pika
import pytest

from answerlens_common.broker.delivery import Delivery, PublishFailedError
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.errors import BusinessError, PutOffError, TransientError
from answerlens_common.events import KeywordSearched, Lane, OrderAnalysed, StageFailed
from answerlens_common.work.claims import ClaimKey, Lease, LeaseLostError, acquire
from tests.integration.common.bench import EVENT, REQUESTED, SEARCHED, WORK, Bench


async def until_done(db: Database) -> None:
    """What follows goes out before the claim is closed, so a test may see it first."""
    async with asyncio.timeout(15):
        while (await claim_of(db))["status"] != "done":  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)


async def claim_of(db: Database) -> dict[str, object]:
    row = await db.row("SELECT status, attempts, join_count, lease_until FROM claim WHERE stage = 'search'")
    assert row is not None
    return dict(row)


async def test_work_is_done_once_and_passed_on(bench: Bench, delivery: Delivery) -> None:
    await delivery.publish(EVENT)
    (message,) = await bench.messages(SEARCHED.name, 1)
    assert KeywordSearched.model_validate_json(message.body).keyword == EVENT.keyword
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT

    await delivery.publish(EVENT)
    await bench.messages(SEARCHED.name, 1)
    assert bench.attempts == 1
    await until_done(bench.db)


async def test_those_who_come_meanwhile_join_and_are_not_left_behind(bench: Bench, delivery: Delivery) -> None:
    bench.seconds = 1.0
    await asyncio.gather(*(delivery.publish(EVENT) for _ in range(3)))
    # the holder looks again after its work, because others had joined: so more than one event, one piece of work
    await bench.messages(SEARCHED.name, 2)
    assert bench.attempts == 1
    await until_done(bench.db)


async def test_transient_errors_are_retried_and_then_buried_byte_for_byte(bench: Bench, delivery: Delivery) -> None:
    bench.errors = [TransientError("first"), TransientError("second"), TransientError("third")]
    await delivery.publish(EVENT)
    (dead,) = await bench.messages(REQUESTED.dead, 1)
    assert dead.body == EVENT.model_dump_json().encode()
    assert dead.headers["x-attempts"] == 3
    assert "third" in str(dead.headers["x-error"])
    assert bench.attempts == 3
    task = await bench.db.row("SELECT status, retry_count, error_message FROM task_log")
    assert task is not None
    assert (task["status"], task["retry_count"]) == ("failed", 2)
    assert await bench.waiting("order-api.stage-failed") == 1


async def test_work_that_could_not_begin_is_put_off_for_as_long_as_it_takes(bench: Bench, delivery: Delivery) -> None:
    bench.errors = [PutOffError("not now") for _ in range(len(WORK.retry_delays) + 2)]
    await delivery.publish(EVENT)
    async with asyncio.timeout(20):
        while not bench.attempts or (claim := await claim_of(bench.db))["status"] != "waiting":
            await asyncio.sleep(0.05)
            continue
    assert claim["attempts"] == 0
    assert claim["lease_until"] is not None, "the stalled check takes it for lost work otherwise"
    await bench.messages(SEARCHED.name, 1, 30)
    assert bench.attempts == len(WORK.retry_delays) + 3
    assert await bench.waiting(REQUESTED.dead) == 0


async def test_a_retry_that_succeeds_goes_on(bench: Bench, delivery: Delivery) -> None:
    bench.errors = [TransientError("once")]
    await delivery.publish(EVENT)
    await bench.messages(SEARCHED.name, 1)
    assert bench.attempts == 2
    assert await bench.waiting(REQUESTED.dead) == 0


async def test_business_errors_are_not_retried(bench: Bench, delivery: Delivery) -> None:
    bench.errors = [BusinessError("no such thing")]
    await delivery.publish(EVENT)
    (dead,) = await bench.messages(REQUESTED.dead, 1)
    assert dead.headers["x-attempts"] == 1
    assert bench.attempts == 1


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"keyword": 1}', EVENT.model_dump_json().replace(":1", ":9").encode()]
)
async def test_what_cannot_be_read_is_buried_as_it_came(bench: Bench, delivery: Delivery, body: bytes) -> None:
    await delivery.publish_body(body, EVENT.routing_key(), "poison")
    (dead,) = await bench.messages(REQUESTED.dead, 1)
    assert dead.body == body
    assert dead.headers["x-reason"] == "malformed"
    assert bench.attempts == 0


async def test_an_unroutable_event_raises(delivery: Delivery) -> None:
    with pytest.raises(PublishFailedError):
        await delivery.publish_body(b"{}", "nobody.listens", "1")


async def test_queues_are_quorum_and_durable(bench: Bench) -> None:
    connection = await aio_pika.connect(bench.url)
    async with connection:
        for name in (REQUESTED.name, REQUESTED.dead, REQUESTED.retry(1), queues_of(OrderAnalysed)[0].name):
            channel = await connection.channel()
            with pytest.raises(aio_pika.exceptions.ChannelPreconditionFailed):
                await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "classic"})
            channel = await connection.channel()
            with pytest.raises(aio_pika.exceptions.ChannelPreconditionFailed, match="durable"):
                await channel.declare_queue(name, durable=False)


async def test_a_dead_holders_message_waits_for_its_own_lease(database: Database) -> None:
    key = ClaimKey.of("search", EVENT)
    first = await acquire(database, key, "message-1", Lane.BULK, 0.6)
    assert isinstance(first, Lease)
    again = await acquire(database, key, "message-1", Lane.BULK, 0.6)
    assert 0 < getattr(again, "seconds", 0) <= 0.6
    await asyncio.sleep(0.7)
    second = await acquire(database, key, "message-1", Lane.BULK, 0.6)
    assert isinstance(second, Lease)
    assert (second.attempt, second.token) == (2, first.token + 1)
    with pytest.raises(LeaseLostError):
        async with first.write():
            pass
    with pytest.raises(LeaseLostError):
        await first.close()


async def test_a_lost_lease_stops_the_work(database: Database) -> None:
    key = ClaimKey.of("search", EVENT)
    lease = await acquire(database, key, "message-1", Lane.BULK, 0.6)
    assert isinstance(lease, Lease)
    with pytest.raises(LeaseLostError):
        async with lease.renewing():
            async with database.transaction() as tx:
                await tx.execute("UPDATE claim SET token = token + 1")
            await asyncio.sleep(5)


async def test_an_express_joiner_moves_the_work_to_the_express_lane(database: Database) -> None:
    key = ClaimKey.of("search", EVENT)
    lease = await acquire(database, key, "message-1", Lane.BULK, 5)
    assert isinstance(lease, Lease)
    await acquire(database, key, "message-2", Lane.EXPRESS, 5)
    assert not await lease.close()
    assert lease.lane is Lane.EXPRESS
    assert await lease.close()


async def test_two_dates_of_a_keyword_are_not_worked_on_at_once(database: Database) -> None:
    later = EVENT.model_copy(update={"date": dt.date(2026, 1, 5)})
    first = await acquire(database, ClaimKey.of("search", EVENT), "1", Lane.BULK, 5, one_date_at_a_time=True)
    assert isinstance(first, Lease)
    waits = await acquire(database, ClaimKey.of("search", later), "2", Lane.BULK, 5, one_date_at_a_time=True)
    assert 0 < getattr(waits, "seconds", 0) <= 1
    assert await first.close()
    second = await acquire(database, ClaimKey.of("search", later), "2", Lane.BULK, 5, one_date_at_a_time=True)
    assert isinstance(second, Lease)


async def test_an_attempt_that_was_not_the_works_fault_does_not_count(database: Database) -> None:
    key = ClaimKey.of("search", EVENT)
    for _ in range(5):
        lease = await acquire(database, key, "1", Lane.BULK, 5)
        assert isinstance(lease, Lease)
        assert lease.attempt == 1
        await lease.hand_back()


async def test_a_question_handed_back_may_have_been_asked_so_its_attempt_counts(database: Database) -> None:
    key = ClaimKey.of("ask", EVENT, "1-0-01#1")
    for attempt in (1, 2, 3):
        lease = await acquire(database, key, "1", Lane.BULK, 5)
        assert isinstance(lease, Lease)
        assert lease.attempt == attempt
        await lease.hand_back(external_call_made=True)


async def test_a_client_is_not_shown_the_inside_of_an_error(bench: Bench, delivery: Delivery) -> None:
    bench.errors = [ValueError("SELECT secret FROM users") for _ in range(3)]
    await delivery.publish(EVENT)
    (failed,) = await bench.messages("order-api.stage-failed", 1, 15)
    told = StageFailed.model_validate_json(failed.body)
    assert told.error == "internal error (ValueError)"
    assert told.failed_at is not None


async def test_even_a_bug_in_the_first_look_ends_with_those_who_wait_being_told(
    bench: Bench, delivery: Delivery
) -> None:
    bench.broken = True
    await delivery.publish(EVENT)
    (failed,) = await bench.messages("order-api.stage-failed", 1, 15)
    assert StageFailed.model_validate_json(failed.body).keyword == EVENT.keyword
    (dead,) = await bench.messages(REQUESTED.dead, 1)
    assert dead.body == EVENT.model_dump_json().encode()
