"""Events of those who have no message to ack: written with the rows they speak of, published afterwards.

`enqueue` in the same transaction; every replica of the service relays, oldest of the highest priority first. With
the broker down nothing is lost and an order is still accepted.
"""

import asyncio
import math

from sqlalchemy import RowMapping

from answerlens_common.broker.delivery import Delivery, UnroutableError
from answerlens_common.db import Database, Notifications
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import OUTBOX
from answerlens_common.errors import TransientError
from answerlens_common.events import Event
from answerlens_common.observing import metrics
from answerlens_common.observing.failpoints import reach
from answerlens_common.observing.logs import get_logger

BATCH = 100
POLL_SECONDS = 1.0


async def enqueue(tx: Transaction, events: list[Event], *, priority: int = 5) -> None:
    """Publish these events once the transaction has committed; higher priority (0–9) first."""
    if not events:
        return
    await tx.execute(
        "INSERT INTO outbox (routing_key, body, priority) SELECT key, body, :priority"
        " FROM unnest(CAST(:keys AS text[]), CAST(:bodies AS text[])) AS event (key, body)",
        keys=[event.routing_key() for event in events],
        bodies=[event.model_dump_json() for event in events],
        priority=priority,
    )
    await tx.notify(OUTBOX, "")


class OutboxRelay:
    """Publishes what is in the outbox, for ever."""

    def __init__(self, db: Database, delivery: Delivery) -> None:
        self._db = db
        self._delivery = delivery
        self._woken = asyncio.Event()
        self.notifications = Notifications(db.settings.url, OUTBOX, lambda _: self._woken.set())

    async def run(self) -> None:
        """Relay until cancelled; woken by a notification, and once a second."""
        while True:
            try:
                try:
                    refused: set[int] = set()
                    while await self.relay_batch(refused):
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

    async def relay_batch(self, refused: set[int]) -> int:
        """Take up to a batch of pending events and publish them; how many were taken.

        Rows another replica holds are skipped. One that has no queue is added to `refused`, whose rows are left out,
        so it holds nobody else up.
        """
        async with self._db.transaction() as tx:
            rows = await tx.rows(
                "SELECT id, message_id, routing_key, body FROM outbox WHERE published_at IS NULL"
                " AND id <> ALL(CAST(:refused AS bigint[])) ORDER BY priority DESC, id LIMIT :batch"
                " FOR UPDATE SKIP LOCKED",
                batch=BATCH,
                refused=list(refused),
            )
            published = [row["id"] for row in rows if await self._publish(row)]
            if published:
                await reach("outbox.after_publish")
            await tx.execute(
                "UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY(CAST(:ids AS bigint[]))",
                ids=published,
            )
        refused.update({row["id"] for row in rows}.difference(published))
        return len(rows)

    async def _publish(self, row: RowMapping) -> bool:
        try:
            await self._delivery.publish_body(row["body"].encode(), row["routing_key"], str(row["message_id"]))
        except UnroutableError as error:
            get_logger().warning("outbox event has no queue", routing_key=row["routing_key"], error=str(error))
            return False
        return True

    async def _measure(self) -> None:
        row = await self._db.row(
            "SELECT count(*) AS pending, EXTRACT(EPOCH FROM now() - min(created_at))::float AS age"
            " FROM outbox WHERE published_at IS NULL"
        )
        if row is not None:
            metrics.outbox_pending.set(row["pending"])
            metrics.outbox_oldest_age.set(0.0 if row["age"] is None else math.ceil(row["age"]))
