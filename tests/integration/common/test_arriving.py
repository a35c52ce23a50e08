"""An order that arrives while its keyword is being analysed."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest

import answerlens_analyzer.analysing
from answerlens_analyzer.analyse import Analysed, each_by_itself
from answerlens_analyzer.store import Order, StoredAnswer
from answerlens_common.db import Database
from answerlens_common.events import CollectionScored, Event, OrderAnalysed
from answerlens_common.settings import WorkSettings
from answerlens_common.work import leases, runner
from tests.support import line
from tests.support.line import Line
from tests.support.unreliable import Broker

QUESTIONS = 3
# a slow machine does not lose the lease while the work is held
PATIENT = WorkSettings(retry_delays=(1, 1), lease_seconds=60.0, grace_seconds=5)


class Held:
    """Stops the work once, at a point of it, until it is let go."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.there = asyncio.Event()
        self.go_on = asyncio.Event()

    async def reach(self, point: str) -> None:
        if point == self.point and not self.there.is_set():
            self.there.set()
            await self.go_on.wait()


class Works:
    """The line, its messages delivered by hand."""

    def __init__(self, db: Database) -> None:
        self.broker = Broker()
        self.line = Line(db, self.broker)
        self.handlers = self.line.handlers()
        self.delivered: list[Event] = []

    async def order(self) -> None:
        for event in await self.line.order():
            await self.broker.publish(event)

    async def deliver(self, until: type[Event] | None = None) -> None:
        """Deliver what waits, and what follows from it, up to the first message of a kind."""
        while self.broker.waiting and not isinstance(self.broker.waiting[0][0], until or ()):
            event, message_id, attempts = self.broker.waiting.pop(0)
            self.delivered.append(event)
            await self.handlers[type(event)](event, message_id, attempts)
            await self.line.relay()


@pytest.mark.parametrize("point", ["before_work", "before_commit", "after_commit", "after_publish"])
async def test_an_order_that_arrives_while_its_keyword_is_being_analysed(
    database: Database, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    held = Held(f"analyse.{point}")
    analysed: Counter[UUID] = Counter()

    def counted(
        answers: Sequence[StoredAnswer], orders: Sequence[Order], surface: str, keyword: str
    ) -> Mapping[UUID, Analysed | Exception]:
        analysed.update(order.order_id for order in orders)
        return each_by_itself(answers, orders, surface, keyword)

    for module in (leases, runner):
        monkeypatch.setattr(module, "reach", held.reach)
    monkeypatch.setattr(answerlens_analyzer.analysing, "each_by_itself", counted)
    monkeypatch.setattr(line, "WORK", PATIENT)
    works = Works(database)
    await works.line.prepare(QUESTIONS)
    await works.order()
    await works.deliver(until=CollectionScored)

    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        group.create_task(works.deliver())
        await held.there.wait()
        joins = await database.value("SELECT join_count FROM claim WHERE stage = 'analyse'")
        # the first message's handler is held: this delivers what the second order sets off, to its end
        await works.order()
        await works.deliver()
        claim = await database.row("SELECT join_count, attempts FROM claim WHERE stage = 'analyse'")
        held.go_on.set()
    assert claim is not None
    assert (claim["join_count"], claim["attempts"]) == (joins + 1, 1), "it did not join"

    assert await works.line.check(QUESTIONS, most_asks=1) == ["completed", "completed"]
    assert analysed == dict.fromkeys(works.line.orders, 1)
    told = {event.order_id for event in works.delivered if isinstance(event, OrderAnalysed)}
    assert told == set(works.line.orders)
    assert await database.value("SELECT count(*) FROM claim WHERE status <> 'done'") == 0
