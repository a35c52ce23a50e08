"""The events of `db.outbox`, published by every replica of a service that relays: oldest of the highest priority first.

With the broker down nothing is lost and an order is still accepted.

A relay claims a batch for a short time, publishes it with no transaction open, and marks what the broker has confirmed.
A relay that dies between the two leaves its batch to be published once more when its claim has run out. Both copies
have the same message id, and consumers bear them. An event that has no queue is left for half as long as it has waited
so far, five minutes at most: it delays no other, and is not late by much when its queue is declared.
"""

import asyncio
import datetime as dt
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.broker.delivery import Delivery, UnroutableError
from answerlens_common.db import Database, Notifications
from answerlens_common.db.notifications import OUTBOX
from answerlens_common.errors import TransientError
from answerlens_common.observing import metrics
from answerlens_common.observing.failpoints import reach
from answerlens_common.observing.logs import get_logger

BATCH = 100
POLL_SECONDS = 1.0
MOST_BACK_OFF_SECONDS = 300.0

_CLAIM = """
WITH claimed AS (
    UPDATE outbox SET claimed_until = now() + make_interval(secs => :seconds)
    WHERE id = ANY(ARRAY(
        SELECT id FROM outbox WHERE published_at IS NULL
            AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
        ORDER BY priority DESC, id LIMIT :batch FOR UPDATE SKIP LOCKED
    ))
    RETURNING id, priority, message_id, routing_key, body, claimed_until
)
SELECT * FROM claimed ORDER BY priority DESC, id
"""
# What was not published is free at once; what was refused stays claimed until it is tried again. Neither when the claim
# has run out and another relay has it now.
_END = """
UPDATE outbox SET
    published_at = CASE WHEN id = ANY(CAST(:published AS bigint[])) THEN clock_timestamp() END,
    claimed_until = CASE WHEN id = ANY(CAST(:refused AS bigint[])) THEN clock_timestamp() + make_interval(secs =>
        LEAST(:most, GREATEST(:least, EXTRACT(EPOCH FROM clock_timestamp() - created_at)::float / 2))) END
WHERE id = ANY(CAST(:published AS bigint[])) AND published_at IS NULL
    OR id = ANY(CAST(:ids AS bigint[])) AND claimed_until = :claimed_until AND published_at IS NULL
"""


@dataclass(frozen=True)
class _Claimed:
    """An event that a relay has claimed for a short time."""

    id: int
    priority: int
    message_id: UUID
    routing_key: str
    body: str
    claimed_until: dt.datetime


@dataclass(frozen=True)
class _Backlog:
    """What has not been published yet, and how long the oldest has waited."""

    pending: int
    age: float | None


class OutboxRelay:
    """Publishes what is in the outbox, for ever."""

    def __init__(self, db: Database, delivery: Delivery) -> None:
        self._db = db
        self._delivery = delivery
        self._publish_seconds = delivery.publish_timeout
        self._woken = asyncio.Event()
        self.notifications = Notifications(db.settings.url, OUTBOX, lambda _: self._woken.set())

    async def run(self) -> None:
        """Relay until cancelled; woken by a notification, and once a second."""
        while True:
            try:
                try:
                    while await self.relay_batch():
                        pass
                finally:
                    await self._measure()
            except TransientError as error:
                get_logger().warning("outbox waits", error=str(error))
                await asyncio.sleep(POLL_SECONDS)
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    async def relay_batch(self) -> int:
        """Claim up to a batch of pending events and publish them; how many were claimed.

        Rows that another replica has claimed are left to it. One that has no queue is left for a while.

        Raises:
            PublishFailedError: the broker did not confirm one; those before it are marked, the others free again.
        """
        # a claim outlives the last publish that begins under it
        begin_until = time.monotonic() + self._publish_seconds
        rows = await self._db.rows(_CLAIM, _Claimed, seconds=2 * self._publish_seconds, batch=BATCH)
        published: list[int] = []
        refused: list[int] = []
        try:
            for row in rows:
                if time.monotonic() > begin_until:
                    break
                if await self._publish(row):
                    published.append(row.id)
                else:
                    refused.append(row.id)
            if published:
                await reach("outbox.after_publish")
        finally:
            await self._end(rows, published, refused)
        return len(rows)

    async def _end(self, rows: Sequence[_Claimed], published: list[int], refused: list[int]) -> None:
        if rows:
            await self._db.execute(
                _END,
                published=published,
                refused=refused,
                least=POLL_SECONDS,
                most=MOST_BACK_OFF_SECONDS,
                ids=[row.id for row in rows],
                claimed_until=rows[0].claimed_until,
            )

    async def _publish(self, row: _Claimed) -> bool:
        try:
            await self._delivery.publish_body(row.body.encode(), row.routing_key, str(row.message_id))
        except UnroutableError as error:
            get_logger().warning("outbox event has no queue", routing_key=row.routing_key, error=str(error))
            return False
        return True

    async def _measure(self) -> None:
        backlog = await self._db.row(
            "SELECT count(*) AS pending, EXTRACT(EPOCH FROM now() - min(created_at))::float AS age"
            " FROM outbox WHERE published_at IS NULL",
            _Backlog,
        )
        if backlog is not None:
            metrics.outbox_pending.set(backlog.pending)
            metrics.outbox_oldest_age.set(math.ceil(backlog.age or 0.0))
