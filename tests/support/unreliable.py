"""A broker that does whatever at-least-once allows, decided by Hypothesis, over the real claims of a real database.

It delivers in any order, twice, two at once, the same one at once; loses acks; and its consumers die at any point.
Nothing is lost for good, and in the end everything is delivered: then each order has ended, once.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from answerlens_common.broker.delivery import GivenUpError, RetryError
from answerlens_common.broker.topology import CONSUMERS, is_heard
from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.events import Event
from answerlens_common.observing.failpoints import STAGE_POINTS
from answerlens_common.settings import PostgresSettings
from answerlens_common.work import leases, runner
from tests.support.line import MOST_ASKS, Line

T = TypeVar("T")
QUESTIONS = 3
MOST_MESSAGES = 60
POINTS = [f"{stage}.{point}" for stage in ("plan", "ask", "score", "analyse") for point in STAGE_POINTS]
PICKS = st.integers(min_value=0, max_value=10_000)


class KilledError(BaseException):
    """The process that worked here is gone: no handler of errors runs."""


@dataclass
class Broker:
    """The messages that wait, and those that died."""

    waiting: list[tuple[Event, str, int]] = field(default_factory=list)
    dead: list[tuple[Event, str, int]] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    publish_timeout = 10.0

    async def publish(self, event: Event) -> None:
        """Take a message."""
        self.waiting.append((event, str(uuid4()), 0))

    async def publish_body(self, body: bytes, routing_key: str, message_id: str) -> None:
        """Take an event of the outbox."""
        if is_heard(routing_key):
            event = next(event for event in CONSUMERS if routing_key.startswith(event.event_name()))
            self.waiting.append((event.model_validate_json(body), message_id, 0))


class Unreliable(RuleBasedStateMachine):
    """The machine; `postgres_url` names the database, which it empties."""

    postgres_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.db = Database(PostgresSettings(url=self.postgres_url, pool_size=6))
        self.broker = Broker()
        self.line = Line(self.db, self.broker)
        self.patch = pytest.MonkeyPatch()
        self.fuse: str | None = None
        self.kills = 0
        for module in (leases, runner):
            self.patch.setattr(module, "reach", self._reach)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Let something happen."""
        return self.loop.run_until_complete(asyncio.wait_for(work, 60))

    async def _reach(self, point: str) -> None:
        if point == self.fuse:
            self.fuse = None
            self.kills += 1
            raise KilledError(point)

    @initialize()
    def begin(self) -> None:
        """An empty database, a bank, an order."""
        self.run(self._begin())

    async def _begin(self) -> None:
        async with self.db.transaction() as tx:
            await tx.execute(
                "TRUNCATE users, orders, claim, task_log, bank, question_bank, keyword_day, engine, collection,"
                " collection_question, ai_answer, ai_link, question_score, outbox, measurement_outcome"
                " RESTART IDENTITY CASCADE"
            )
        await self.line.prepare(QUESTIONS)
        self.handlers = self.line.handlers()
        await self._order()

    async def _order(self) -> None:
        for event in await self.line.order():
            await self.broker.publish(event)

    @precondition(lambda self: len(self.line.orders) < 3)
    @rule()
    def somebody_orders(self) -> None:
        """Another order, whatever is under way."""
        self.run(self._order())

    @precondition(lambda self: self.broker.waiting)
    @rule(pick=PICKS, fuse=st.none() | st.sampled_from(POINTS), is_acked=st.booleans())
    def deliver(self, pick: int, fuse: str | None, *, is_acked: bool) -> None:
        """A message, any of them; its consumer may die at a point, its ack may be lost."""
        self.fuse = fuse
        self.run(self._deliver(pick, is_acked=is_acked))
        self.fuse = None

    @precondition(lambda self: self.broker.waiting)
    @rule(picks=st.lists(PICKS, min_size=2, max_size=4), fuse=st.none() | st.sampled_from(POINTS))
    def deliver_at_once(self, picks: list[int], fuse: str | None) -> None:
        """Several side by side, the same one perhaps."""
        self.fuse = fuse
        self.run(self._deliver_all(picks))
        self.fuse = None

    async def _deliver_all(self, picks: list[int]) -> None:
        await asyncio.gather(*(self._deliver(pick, is_acked=True) for pick in picks))

    @precondition(lambda self: 0 < len(self.broker.waiting) < MOST_MESSAGES)
    @rule(pick=PICKS, is_same=st.booleans())
    def duplicate(self, pick: int, *, is_same: bool) -> None:
        """A message twice: redelivered, or published again by somebody who got no confirm."""
        event, message_id, attempts = self.broker.waiting[pick % len(self.broker.waiting)]
        self.broker.waiting.append((event, message_id, attempts) if is_same else (event, str(uuid4()), 0))

    @rule()
    def time_passes(self) -> None:
        """Every lease runs out: whoever held one is dead, or has been put off long enough."""
        self.run(self._time_passes())

    async def _time_passes(self) -> None:
        async with self.db.transaction() as tx:
            await tx.execute(
                "UPDATE claim SET lease_until = clock_timestamp() - interval '1 s'"
                " WHERE lease_until > clock_timestamp()"
            )

    async def _deliver(self, pick: int, *, is_acked: bool) -> None:
        await self.line.relay()
        if not self.broker.waiting:
            return
        message = self.broker.waiting[pick % len(self.broker.waiting)]
        event, message_id, attempts = message
        try:
            await self.handlers[type(event)](event, message_id, attempts)
        except GivenUpError as error:
            self.broker.dead.append(message)
            await error.dead_lettered()
        except RetryError as error:
            self.broker.waiting.append((event, message_id, error.attempt))
        except (TransientError, KilledError):
            return
        if is_acked:
            with contextlib.suppress(ValueError):
                self.broker.waiting.remove(message)

    def teardown(self) -> None:
        """Everything is delivered in the end; then what was promised holds."""
        try:
            if self.line.orders:
                self.run(self._finish())
        finally:
            self.patch.undo()
            self.loop.run_until_complete(self.db.__aexit__())
            self.loop.close()

    async def _finish(self) -> None:
        for _ in range(40):
            await self.line.relay()
            if not self.broker.waiting:
                break
            await self._time_passes()
            for _ in range(len(self.broker.waiting)):
                await self._deliver(0, is_acked=True)
        assert not self.broker.waiting, f"it goes round in circles: {self.broker.waiting[:5]}"
        endings = await self.line.check(QUESTIONS, MOST_ASKS)
        if self.kills < MOST_ASKS:
            assert set(endings) == {"completed"}
            assert not self.broker.dead
        assert await self.db.value("SELECT count(*) FROM claim WHERE status = 'held' AND lease_until > now()") == 0
