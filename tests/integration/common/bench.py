"""A stage on a bench."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import aio_pika

from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordRequested, KeywordSearched, Lane
from answerlens_common.settings import WorkSettings
from answerlens_common.work.claims import Lease

WORK = WorkSettings(retry_delays=(1, 2), lease_seconds=1.5, grace_seconds=5)
EVENT = KeywordRequested(keyword="蓝牙耳机", date=dt.date(2026, 1, 2), bank_version=1, lane=Lane.EXPRESS)
REQUESTED = queues_of(KeywordRequested)[0]
SEARCHED = queues_of(KeywordSearched)[0]


@dataclass
class Bench:
    """A stage on a bench: what its work does can be told, what it did can be read."""

    db: Database
    url: str
    errors: list[Exception] = field(default_factory=list)
    seconds: float = 0.0
    attempts: int = 0
    done: set[str] = field(default_factory=set)
    broken: bool = False
    conflicts: list[str] = field(default_factory=list)

    async def cached(self, event: KeywordRequested) -> Sequence[Event] | None:
        if self.broken:
            message = "a bug"
            raise RuntimeError(message)
        return [KeywordSearched.following(event)] if event.keyword in self.done else None

    async def work(self, event: KeywordRequested, lease: Lease) -> Sequence[Event]:
        self.attempts += 1
        await asyncio.sleep(self.seconds)
        if self.errors:
            raise self.errors.pop(0)
        async with lease.write() as tx:
            if self.conflicts:
                await tx.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{self.conflicts.pop(0)}'; END $$")
        self.done.add(event.keyword)
        return [KeywordSearched.following(event)]

    async def messages(self, queue: str, count: int, seconds: float = 10) -> list[aio_pika.abc.AbstractIncomingMessage]:
        """The next `count` messages of a queue."""
        connection = await aio_pika.connect(self.url)
        async with connection, connection.channel() as channel, asyncio.timeout(seconds):
            source = await channel.get_queue(queue)
            found: list[aio_pika.abc.AbstractIncomingMessage] = []
            while len(found) < count:
                message = await source.get(no_ack=True, fail=False)
                if message is None:
                    await asyncio.sleep(0.05)
                else:
                    found.append(message)
        return found

    async def waiting(self, queue: str) -> int:
        """How many messages lie in a queue."""
        connection = await aio_pika.connect(self.url)
        async with connection, connection.channel() as channel:
            declared = await channel.declare_queue(queue, passive=True)
            return declared.declaration_result.message_count or 0
