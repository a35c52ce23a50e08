"""Events that are written with the rows they speak of."""

import asyncio
import datetime as dt
from typing import cast
from uuid import UUID

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery, PublishFailedError, UnroutableError
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.db.open_transactions import is_open
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import Lane, QuestionQueued, RefreshRequested
from answerlens_common.settings import RabbitSettings, WorkSettings
from answerlens_common.work.outbox import MOST_BACK_OFF_SECONDS, OutboxRelay

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
    assert await relay.relay_batch() == 3
    assert await relay.relay_batch() == 0
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
        await OutboxRelay(database, unreachable).relay_batch()
    assert await database.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1


async def test_a_rolled_back_order_publishes_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as tx:
            await enqueue(tx, [RefreshRequested(date=DATES[0])])
            raise RuntimeError
    assert await database.value("SELECT count(*) FROM outbox") == 0


class Recorder:
    """A broker that notes what it is given, and does at the n-th what a test wants."""

    publish_timeout = 10.0

    def __init__(self, at: int = 0, error: BaseException | None = None) -> None:
        self.published: list[str] = []
        self.at = at
        self.error = error
        self.in_transaction = False

    async def publish_body(self, body: bytes, _key: str, message_id: str) -> None:
        """Note it."""
        assert body
        self.in_transaction |= is_open()
        if self.error is not None and len(self.published) == self.at:
            raise self.error
        self.published.append(message_id)


def relay(db: Database, broker: Recorder) -> OutboxRelay:
    return OutboxRelay(db, cast("Delivery", broker))


async def three(db: Database) -> list[str]:
    """Three pending events, by their messages, in the order in which they are due."""
    async with db.transaction() as tx:
        await enqueue(tx, [RefreshRequested(date=date) for date in DATES])
    rows = await db.rows("SELECT message_id FROM outbox ORDER BY priority DESC, id")
    return [str(row["message_id"]) for row in rows]


async def test_nothing_is_published_in_a_transaction_and_no_row_is_locked_meanwhile(database: Database) -> None:
    due = await three(database)

    class Locking(Recorder):
        async def publish_body(self, body: bytes, key: str, message_id: str) -> None:
            # whoever has to do with the row meanwhile waits for nobody
            await database.row("SELECT 1 FROM outbox WHERE message_id = :id FOR UPDATE NOWAIT", id=UUID(message_id))
            await super().publish_body(body, key, message_id)

    broker = Locking()
    assert await relay(database, broker).relay_batch() == 3
    assert broker.published == due
    assert not broker.in_transaction


async def test_of_two_relays_one_publishes_a_row(database: Database) -> None:
    due = await three(database)
    other = Recorder()

    class Meanwhile(Recorder):
        async def publish_body(self, body: bytes, key: str, message_id: str) -> None:
            assert await relay(database, other).relay_batch() == 0
            await super().publish_body(body, key, message_id)

    broker = Meanwhile()
    assert await relay(database, broker).relay_batch() == 3
    assert (broker.published, other.published) == (due, [])


@pytest.mark.parametrize("error", [PublishFailedError("no confirm"), asyncio.CancelledError()])
async def test_what_was_confirmed_is_marked_and_the_rest_is_free_at_once(
    database: Database, error: BaseException
) -> None:
    due = await three(database)
    broker = Recorder(at=1, error=error)
    with pytest.raises(type(error)):
        await relay(database, broker).relay_batch()
    successor = Recorder()
    assert await relay(database, successor).relay_batch() == 2
    assert broker.published + successor.published == due


@pytest.mark.fault("F7")
async def test_a_relay_that_dies_leaves_its_batch_until_its_claim_has_run_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = await three(database)
    broker = Recorder()
    dying = relay(database, broker)

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dying, "_end", dies)
    with pytest.raises(KeyboardInterrupt):
        await dying.relay_batch()
    successor = Recorder()
    assert await relay(database, successor).relay_batch() == 0
    await database.execute("UPDATE outbox SET claimed_until = now() - interval '1 s'")
    assert await relay(database, successor).relay_batch() == 3
    assert broker.published == successor.published == due, "the same messages, which consumers know again"


async def test_a_slow_relay_begins_no_publish_that_could_outlive_its_claim_and_frees_no_others_claim(
    database: Database,
) -> None:
    due = await three(database)

    class Slow(Recorder):
        publish_timeout = 0.3

        async def publish_body(self, body: bytes, key: str, message_id: str) -> None:
            await super().publish_body(body, key, message_id)
            await asyncio.sleep(0.4)
            # its claim has run out, so to say, and another relay has claimed what is left
            await database.execute(
                "UPDATE outbox SET claimed_until = now() + interval '1 min' WHERE message_id <> :id",
                id=UUID(message_id),
            )

    broker, third = Slow(), Recorder()
    assert await relay(database, broker).relay_batch() == 3
    assert broker.published == due[:1]
    assert await relay(database, third).relay_batch() == 0, "the other relay's claim holds"
    assert await database.value("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL") == 1


async def test_what_has_no_queue_is_tried_at_growing_intervals_and_delays_no_other(database: Database) -> None:
    class Unrouted(Recorder):
        tries = 0

        async def publish_body(self, body: bytes, key: str, message_id: str) -> None:
            if key.startswith("question.queued"):
                self.tries += 1
                message = "no queue"
                raise UnroutableError(message)
            await super().publish_body(body, key, message_id)

    async def left() -> float:
        found: float = await database.value(
            "SELECT EXTRACT(EPOCH FROM max(claimed_until) - clock_timestamp())::float FROM outbox"
            " WHERE published_at IS NULL"
        )
        return found

    async with database.transaction() as tx:
        event = QuestionQueued(engine="none", lane=Lane.EXPRESS, collection_id=1, number=1, replicate=1)
        await enqueue(tx, [event], priority=9)
    broker = Unrouted()
    assert await relay(database, broker).relay_batch() == 1
    assert await relay(database, broker).relay_batch() == 0, "it is not tried again at once"
    _, *others = await three(database)
    assert await relay(database, broker).relay_batch() == 3
    assert (broker.tries, broker.published) == (1, others)

    waits = []
    for age in ("1 min", "4 min", "1 day"):
        await database.execute(
            "UPDATE outbox SET claimed_until = NULL, created_at = now() - CAST(CAST(:age AS text) AS interval)"
            " WHERE published_at IS NULL",
            age=age,
        )
        assert await relay(database, broker).relay_batch() == 1
        waits.append(await left())
    assert broker.tries == 4
    assert [round(wait, -1) for wait in waits] == [30, 120, MOST_BACK_OFF_SECONDS]
