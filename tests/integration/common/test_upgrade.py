"""An installation of c88129f is stopped in the middle of a keyword, migrated and started: the keyword is completed.

The rows are those that its services left (revision 0019), the bodies and the queues' names those that they used. What
lay in a queue, waited for its retry or was dead is gone on with, and the checker of the chaos suite holds its
invariants against what the rows say then.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aio_pika
import asyncpg
import pytest
from alembic import command

from answerlens_common.broker.declare import declare, declare_queue
from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import CONSUMERS, Queue, former_queues_of, queues_of
from answerlens_common.db import Database
from answerlens_common.events import CollectionAnalysed, CollectionAnswered, CollectionScored, QuestionQueued
from answerlens_common.settings import PostgresSettings, RabbitSettings
from answerlens_common.work.outbox import OutboxRelay
from answerlens_order_api.operations.dead_letters import DeadLetters, Selection, dead_letter_queues
from answerlens_orders.measurements import reopen as reopening
from tests.chaos import audit
from tests.chaos.checker import violations
from tests.chaos.facts import OF_ROWS, Facts
from tests.integration.common.before import yesterdays
from tests.support.line import WORK, Line

KEYWORD, DATE = "登山鞋", dt.date(2026, 12, 1)
ORDER = "815e1fe9-af47-4234-ae58-727428c214ea"
ENGINES = ("chat-a", "chat-b")
SECONDS = 60
# Two questions of chat-a were in hand when the services stopped. chat-b's answers were all there, and could not be
# scored: its message is dead, and the engine has failed for the order.
STOPPED = """
UPDATE claim SET status = 'waiting', lease_until = now() + interval '4 seconds'
    WHERE keyword = '登山鞋' AND engine = 'chat-a' AND item = '1-0-01#1';
INSERT INTO ai_answer (answer_date, keyword, question_id, question_text, engine, surface, status, error)
    SELECT '2026-12-01', keyword, question_id, generated_question, 'chat-b', 'browser', 'failed', 'no'
    FROM question_bank WHERE keyword = '登山鞋' AND question_id IN ('1-1-03', '1-0-03');
UPDATE claim SET status = 'done', lease_until = NULL WHERE keyword = '登山鞋' AND engine = 'chat-b';
UPDATE collection_run SET status = 'collected', ok_share = 0.67, completed_at = now()
    WHERE keyword = '登山鞋' AND engine = 'chat-b';
INSERT INTO claim (stage, keyword, date, engine, status, holder, lane, attempts)
    VALUES ('score', '登山鞋', '2026-12-01', 'chat-b', 'failed', 'score-b', 'express', 3);
UPDATE measurement_engine SET status = 'failed', last_error = 'score: LlmError: no', error_code = 'internal',
    error_stage = 'score', completed_at = now()
    WHERE order_id = '815e1fe9-af47-4234-ae58-727428c214ea' AND engine = 'chat-b';
"""
CARRIED = '"keyword":"登山鞋","date":"2026-12-01","bank_version":1,"lane":"express"'
WANTED = '{"version":1,' + CARRIED + ',"engine":"chat-a","question_id":"%s","replicate":1}'
COLLECTED = '{"version":1,' + CARRIED + ',"engine":"chat-b"}'
SCORED_BEFORE = (
    '{"version":1,"keyword":"蓝牙耳机","date":"2026-12-01","bank_version":1,"lane":"express","engine":"chat-a"}'
)


@dataclass(frozen=True)
class Message:
    """A message of then: in which queue it lay, and what it carried."""

    queue: str
    id: str
    body: str
    attempts: int = 0
    seconds: float | None = None


DEAD = "scorer.keyword-answers-collected.express"
LEFT = (
    # a killed holder's, which the broker delivers again; one that waits for its retry; one that came twice
    Message("collector.answer-wanted.chat-a.express", "4d978f5e-41c0-4140-83ce-ee8bb35147dc", WANTED % "1-1-03"),
    Message(
        "collector.answer-wanted.chat-a.express.retry.1",
        "553b3049-6add-496b-ac23-c00b05be07a3",
        WANTED % "1-0-01",
        attempts=1,
        seconds=1,
    ),
    Message("collector.answer-wanted.chat-a.express", "2fa465f0-6811-4522-ba1c-0e42d956fcb0", WANTED % "1-0-02"),
    # of days that were done long before
    Message("analyzer.keyword-scored.express", "a478e108-0000-4000-8000-000000000001", SCORED_BEFORE),
    Message("analyzer.keyword-analysed.bulk", "a478e108-0000-4000-8000-000000000002", SCORED_BEFORE),
    Message(f"{DEAD}.dead", "score-b", COLLECTED, attempts=3),
)


@dataclass
class Rows:
    """A database as the checker asks it."""

    connection: asyncpg.Connection

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        return list(await self.connection.fetch(sql, *values))


def _former() -> list[Queue]:
    return [
        *(queue for engine in ENGINES for queue in former_queues_of(QuestionQueued, engine)),
        *(
            queue
            for event in (CollectionAnswered, CollectionScored, CollectionAnalysed)
            for queue in former_queues_of(event)
        ),
    ]


@pytest.fixture
async def channel(rabbitmq_url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    """A broker with the queues of then, in which the messages of then lie; the topology job has run over it."""
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        queues = await declare(rabbitmq_url, ENGINES, WORK.retry_delays)
        for queue in queues:
            for name in (queue.name, *map(queue.retry, WORK.retry_delays), queue.dead):
                await (await channel.get_queue(name)).purge()
        for queue in _former():
            await declare_queue(channel, queue, WORK.retry_delays)
        for message in LEFT:
            await channel.default_exchange.publish(
                aio_pika.Message(
                    message.body.encode(),
                    message_id=message.id,
                    headers={"x-attempts": message.attempts} if message.attempts else {},
                    expiration=message.seconds,
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                ),
                message.queue,
            )
        yield channel
        for queue in _former():
            for name in (queue.name, *map(queue.retry, WORK.retry_delays), queue.dead):
                await channel.queue_delete(name)


@asynccontextmanager
async def started(url: str, rabbitmq_url: str) -> AsyncIterator[Line]:
    """The stages from the collector on, and the end of orders, as the services wire them."""
    async with Database(PostgresSettings(url=url), "stages") as db:
        delivery = Delivery("stages", RabbitSettings(url=rabbitmq_url, publish_timeout=10), WORK)
        line = Line(db, delivery)
        for event, handler in line.handlers().items():
            for engine in ENGINES if event is QuestionQueued else (None,):
                for queue in queues_of(event, engine):
                    delivery.consume(queue, event, handler, 4)
                for queue in former_queues_of(event, engine):
                    delivery.consume_if_there(queue, event, handler, 4)
        await delivery.start()
        relaying = asyncio.create_task(OutboxRelay(db, delivery).run())
        try:
            yield line
        finally:
            relaying.cancel()
            await asyncio.gather(relaying, return_exceptions=True)
            await delivery.stop()


async def until(true: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await true():  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.1)


@pytest.mark.fault("F50")
async def test_a_keyword_that_was_stopped_is_completed_after_the_upgrade(
    postgres_url: str, rabbitmq_url: str, channel: aio_pika.abc.AbstractChannel
) -> None:
    async with yesterdays(postgres_url, "stopped_midway") as (connection, config, url):
        await connection.execute(STOPPED)
        answered = await connection.fetchval("SELECT count(*) FROM ai_answer WHERE keyword = $1", KEYWORD)
        await asyncio.to_thread(command.upgrade, config, "head")
        await audit.install(url)
        assert await connection.fetchval("SELECT count(*) FROM outbox WHERE routing_key LIKE 'keyword.scored.%'") == 0
        # of other keywords, to services that do not run here
        await connection.execute("UPDATE outbox SET published_at = clock_timestamp() WHERE published_at IS NULL")

        async def engine_statuses() -> dict[str, str]:
            rows = await connection.fetch("SELECT engine, status FROM measurement_engine WHERE order_id = $1", ORDER)
            return {row["engine"]: row["status"] for row in rows}

        async def first_engine_done() -> bool:
            return (await engine_statuses())["chat-a"] == "analysed"

        async with started(url, rabbitmq_url) as line:
            await until(first_engine_done)
            # as an operator does it: `answerlens dead replay`
            letters = DeadLetters(RabbitSettings(url=rabbitmq_url, publish_timeout=10))
            dead_queue = dead_letter_queues(ENGINES)[DEAD]
            assert dead_queue.former

            async def gate(found: Any) -> list[bool]:
                reopened = await reopening.reopen(line.db, [dead_queue.read(letter.body) for letter in found])
                return [each.may_be_sent for each in reopened]

            outcome = await letters.replay(dead_queue, Selection(), gate)
            assert (outcome.moved, outcome.kept, outcome.left) == (1, 0, 0)

            async def second_engine_done() -> bool:
                return (await engine_statuses())["chat-b"] == "analysed"

            async def all_empty() -> bool:
                names = [queue.name for queue in (*_former(), *_all_queues())]
                return not sum([await _depth(channel, name) for name in names])

            await until(second_engine_done)
            await until(all_empty)

        assert sorted(line.asked.values()) == [1, 1], "what had been answered is not asked again"
        assert await connection.fetchval("SELECT status FROM orders WHERE id = $1", ORDER) == "completed"
        stored = await connection.fetchval("SELECT count(*) FROM ai_answer WHERE keyword = $1", KEYWORD)
        assert stored == answered + 2 == 12
        ends = await connection.fetch("SELECT routing_key FROM outbox WHERE body LIKE $1 ORDER BY id", f"%{ORDER}%")
        assert {"measurement.ended", "order.ended"} <= {row["routing_key"] for row in ends}
        facts = Facts(accepted={ORDER: KEYWORD})
        for read in OF_ROWS:
            await read(Rows(connection), facts)
        # what was under way of other keywords when the installation was stopped is not part of this
        facts.orders = {order: status for order, status in facts.orders.items() if order == ORDER}
        facts.unfinished = [claim for claim in facts.unfinished if KEYWORD in claim]
        facts.held = [claim for claim in facts.held if "waiting" not in claim]
        facts.unjudged = [run for run in facts.unjudged if KEYWORD in run]
        facts.untold = {failure for failure in facts.untold if KEYWORD in failure.work}
        assert facts.writes
        assert violations(facts, reopened={ORDER, f"{ORDER} on {DATE}"}) == []


def _all_queues() -> list[Queue]:
    return [
        queue
        for event in CONSUMERS
        for engine in (ENGINES if event is QuestionQueued else (None,))
        for queue in queues_of(event, engine)
    ]


async def _depth(channel: aio_pika.abc.AbstractChannel, name: str) -> int:
    queue = await channel.declare_queue(name, passive=True)
    return queue.declaration_result.message_count or 0
