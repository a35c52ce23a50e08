"""Every message two to five times, shuffled, over a real broker; and a stage that is told before the one before it."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from answerlens_bank_builder.handlers import Handlers
from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import EVENTS_EXCHANGE, Queue, queues_of
from answerlens_common.db import Database
from answerlens_common.events import (
    CollectionAnswered,
    CollectionScored,
    Event,
    KeywordBankBuilt,
    KeywordSearched,
    Lane,
    QuestionQueued,
)
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.outbox import OutboxRelay
from tests.support.answered import KEYWORD
from tests.support.line import DAY, ENGINE, WORK, Line
from tests.support.waiting import somebody_waits

QUESTIONS = 12
ORDERS = 3
SECONDS_HELD = 0.05
CARRIED = {"keyword": KEYWORD, "date": DAY, "bank_version": 1, "lane": Lane.EXPRESS}


@dataclass
class Shuffler:
    """Stands between the exchange and the queues: holds what comes for a moment, multiplies it, lets it go anyhow."""

    channel: AbstractChannel
    queues: dict[str, Queue]
    seed: int
    held: list[AbstractIncomingMessage] = field(default_factory=list)
    came: int = 0
    went: int = 0

    async def run(self) -> None:
        """Shuffle until cancelled."""
        chance = random.Random(self.seed)  # noqa: S311 - not a secret
        events = await self.channel.get_exchange(EVENTS_EXCHANGE)
        inbox = await self.channel.declare_queue(exclusive=True)
        for key, queue in self.queues.items():
            await (await self.channel.get_queue(queue.name)).unbind(events, key)
            await inbox.bind(events, key)
        await inbox.consume(self._hold, no_ack=True)
        while True:
            await asyncio.sleep(SECONDS_HELD)
            copies = [message for message in self.held for _ in range(chance.randint(2, 5))]
            came = len(self.held)
            self.held.clear()
            chance.shuffle(copies)
            for message in copies:
                # the same message again, or the same event from somebody who got no confirm
                message_id = chance.choice([message.message_id, str(uuid4())])
                copy = aio_pika.Message(message.body, message_id=message_id, delivery_mode=message.delivery_mode)
                await self.channel.default_exchange.publish(copy, self.queues[str(message.routing_key)].name)
                self.went += 1
            self.came += came

    async def _hold(self, message: AbstractIncomingMessage) -> None:
        self.held.append(message)


@dataclass
class Works:
    """The line over the broker, consuming."""

    line: Line
    shuffler: Shuffler

    async def until_ended(self) -> None:
        """Until every order has, and nothing is on its way any more."""
        async with asyncio.timeout(120):
            while not await self.line.ended() or await self.waiting():  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.2)

    async def waiting(self) -> int:
        states = [
            await self.shuffler.channel.declare_queue(queue.name, passive=True)
            for queue in self.shuffler.queues.values()
        ]
        return sum(state.declaration_result.message_count or 0 for state in states) + len(self.shuffler.held)

    async def dead(self) -> int:
        """How many messages died."""
        states = [
            await self.shuffler.channel.declare_queue(queue.dead, passive=True)
            for queue in self.shuffler.queues.values()
        ]
        return sum(state.declaration_result.message_count or 0 for state in states)


@pytest.fixture
async def works(database: Database, rabbitmq_url: str) -> AsyncIterator[Works]:
    declared = await declare(rabbitmq_url, [ENGINE], WORK.retry_delays)
    delivery = Delivery("line", RabbitSettings(url=rabbitmq_url), WORK)
    line = Line(database, delivery)
    await line.prepare(QUESTIONS)
    queues: dict[str, Queue] = {}
    for event, handler in line.handlers().items():
        for queue in queues_of(event, ENGINE if event is QuestionQueued else None):
            queues[queue.routing_key] = queue
            delivery.consume(queue, event, handler, prefetch=10)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection:
        channel = await connection.channel()
        for queue in declared:
            for name in (queue.name, queue.dead, *map(queue.retry, set(WORK.retry_delays))):
                await (await channel.get_queue(name)).purge()
        shuffler = Shuffler(channel, queues, seed=random.randrange(2**32))  # noqa: S311 - not a secret
        print(f"shuffled with seed {shuffler.seed}")  # noqa: T201 - pytest shows it when the test fails
        beside = [asyncio.create_task(shuffler.run()), asyncio.create_task(OutboxRelay(database, delivery).run())]
        await delivery.start()
        yield Works(line, shuffler)
        await delivery.stop()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    await declare(rabbitmq_url, [ENGINE], WORK.retry_delays)  # binds what was unbound


@pytest.mark.fault("F19")
@pytest.mark.fault("F20")
async def test_every_message_several_times_and_shuffled(works: Works) -> None:
    for _ in range(ORDERS):
        for event in await works.line.order():
            await works.line.delivery.publish(event)
        await asyncio.sleep(0.1)
    await works.until_ended()
    # no process died: so each question was asked once, however often it was wanted
    assert set(await works.line.check(QUESTIONS, most_asks=1)) == {"completed"}
    assert works.shuffler.went > 2 * works.shuffler.came > 2 * QUESTIONS
    assert await works.dead() == 0


@pytest.mark.fault("F20")
async def test_a_stage_that_is_told_too_early_leaves_no_trace(works: Works, database: Database) -> None:
    """All that could come later comes first, when not even the bank is there; then the day takes its course."""
    async with database.transaction() as tx:
        await tx.execute("UPDATE bank SET status = 'building'")
    (first,) = await works.line.order()
    early: list[Event] = [
        CollectionScored(collection_id=1, engine=ENGINE, lane=Lane.EXPRESS, keyword=KEYWORD),
        CollectionAnswered(collection_id=1, engine=ENGINE, lane=Lane.EXPRESS, keyword=KEYWORD),
        QuestionQueued(collection_id=1, engine=ENGINE, lane=Lane.EXPRESS, keyword=KEYWORD, number=1, replicate=1),
        KeywordBankBuilt.model_validate(CARRIED),
    ]
    assert not isinstance(first, KeywordBankBuilt)
    for event in early:
        await works.line.delivery.publish(event)
    await _until_quiet(works)
    for table in ("collection", "ai_answer", "question_score", "mention_percentage", "task_log"):
        assert await database.value(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608 - our own names
    assert not await works.line.ended()

    async with database.transaction() as tx:
        await tx.execute("UPDATE bank SET status = 'ready'")
    await works.line.delivery.publish(KeywordBankBuilt.model_validate(CARRIED))
    # and once more in between, when some of the answers are there
    while not works.line.asked:
        await asyncio.sleep(0.01)
        continue
    for event in early:
        await works.line.delivery.publish(event)
    await works.until_ended()
    assert await works.line.check(QUESTIONS, most_asks=1) == ["completed"]
    assert await works.dead() == 0


async def _until_quiet(works: Works) -> None:
    async with asyncio.timeout(60):
        while works.shuffler.came < 4 or await works.waiting():  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)


@pytest.mark.fault("F20")
async def test_a_bank_is_not_built_of_a_search_that_is_still_to_come(database: Database) -> None:
    unused = cast("Any", None)
    handlers = Handlers(database, unused, unused, unused)
    event = KeywordSearched.model_validate(CARRIED)
    await somebody_waits(database, KEYWORD, DAY)
    assert await handlers.cached(event) == []
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " VALUES (:keyword, :date, '哪款好？', '1', 'https://www.zhihu.com/question/1')",
            keyword=KEYWORD,
            date=DAY,
        )
    assert await handlers.cached(event) is None
