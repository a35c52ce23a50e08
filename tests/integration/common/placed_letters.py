"""Dead letters that a test has placed, and what it finds of them."""

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import Any

import aio_pika

from answerlens_common.events import CollectionAnswered, Lane
from answerlens_common.settings import WorkSettings
from answerlens_order_api.operations.dead_letters import DeadLetters, Selection, dead_letter_queues

WORK = WorkSettings(retry_delays=(1, 1), lease_seconds=1.5, grace_seconds=5)
DEAD_QUEUES = dead_letter_queues(["chat-a", "chat-never"])
DEAD_QUEUE = DEAD_QUEUES["scorer.collection-answered.bulk"]
EVERYTHING = Selection()
POISON = [b"{", b"\xff\xfe\x00", b"", b"[" * 100_000, '{"keyword": "手机"}'.encode(), b'{"keyword": 1}']


def body(keyword: str) -> bytes:
    event = CollectionAnswered(collection_id=7, keyword=keyword, lane=Lane.BULK, engine="chat-a")
    return event.model_dump_json().encode()


@dataclass
class PlacedLetters:
    """Puts messages where they are to be, and takes them all out."""

    channel: aio_pika.abc.AbstractChannel
    dead: DeadLetters
    at: dt.datetime = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)

    async def put(self, queue: str, body: bytes, message_id: str | None, **headers: Any) -> None:
        message = aio_pika.Message(
            body,
            message_id=message_id,
            headers=headers,
            content_type="application/json",
            timestamp=dt.datetime.now(dt.UTC),
        )
        await self.channel.default_exchange.publish(message, queue)

    async def dead_letter(
        self, body: bytes, message_id: str | None = None, reason: str = "failed", queue: str = ""
    ) -> None:
        headers = {"x-reason": reason, "x-error": "it broke", "x-attempts": 3, "x-queue": "q"}
        await self.put(f"{queue or DEAD_QUEUE.queue.name}.dead", body, message_id, **headers)

    async def dead_letter_many(self, count: int) -> None:
        for number in range(count):
            await self.dead_letter(body(f"k{number % 2}"), f"m-{number}", "failed" if number % 3 else "error")

    async def emptied(self, queue: str) -> list[aio_pika.abc.AbstractIncomingMessage]:
        source = await self.channel.get_queue(queue)
        found = []
        while (message := await source.get(no_ack=True, fail=False)) is not None:
            found.append(message)
        return found

    async def ids(self, queue: str) -> list[str]:
        return sorted(str(message.message_id) for message in await self.emptied(queue))

    async def settled(self, count: int) -> list[str]:
        """The dead letters, once there are so many: the broker takes a moment to notice that a reader is gone."""
        async with asyncio.timeout(20):
            while len(found := await self.remaining()) != count:
                await asyncio.sleep(0.05)
                continue
        return found

    async def remaining(self) -> list[str]:
        letters, more = await self.dead.page(DEAD_QUEUE, None, 100)
        assert not more
        return [letter.id for letter in letters]
