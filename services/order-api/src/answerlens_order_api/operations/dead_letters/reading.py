"""A dead-letter queue, being read: its messages are taken without an ack, and given back or acked."""

import asyncio
import datetime as dt

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from prometheus_client import Counter

from answerlens_common.broker.messages import REPLAYS
from answerlens_common.broker.topology import Queue
from answerlens_order_api.operations.dead_letters.letters import Letter, Outcome, Selection

# How much is in memory at once, and how much one call does before it returns.
MOST_BYTES = 4 * 1024 * 1024
BATCH = 100
MOST_LETTERS = 1000
WINDOW = 100
# A queue that has letters delivers them at once.
IDLE_SECONDS = 2.0
SETTLE_CHECKS = 50
SETTLE_SECONDS = 0.02

dead_letters = Counter("answerlens_dead_letters_total", "Dead letters by what became of them", ["queue", "outcome"])


class Reading:
    """A queue's dead letters, being read: `ready` lay there at first, `taken` have been taken out so far."""

    def __init__(self, queue: Queue, channel: AbstractChannel, source: AbstractQueue | None, seconds: float) -> None:
        self.ready = 0 if source is None else source.declaration_result.message_count or 0
        self.taken = 0
        self._acked = 0
        self._queue = queue
        self._channel = channel
        self._source = source
        self._seconds = seconds
        self._inbox: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._consumers: list[str] = []

    async def take(self) -> AbstractIncomingMessage | None:
        """The next letter. Those that die meanwhile are left for the next time: else it might not end."""
        if self._source is None or self.taken >= self.ready:
            return None
        if self.taken - self._acked >= WINDOW * len(self._consumers):
            # the windows are full of what is not acked yet: one more
            await self._channel.set_qos(WINDOW, timeout=self._seconds)
            self._consumers.append(await self._source.consume(self._inbox.put, timeout=self._seconds))
        try:
            message = await asyncio.wait_for(self._inbox.get(), IDLE_SECONDS)
        except TimeoutError:
            self.taken = self.ready  # another reader holds the rest
            return None
        self.taken += 1
        return message

    async def batch(self, selection: Selection, outcome: Outcome) -> list[tuple[AbstractIncomingMessage, Letter]]:
        """The next letters that are meant; none at the end, or once `MOST_LETTERS` are gone."""
        found: list[tuple[AbstractIncomingMessage, Letter]] = []
        size = 0
        if outcome.moved >= MOST_LETTERS:
            outcome.more = self.taken < self.ready
            return []
        while len(found) < BATCH and size < MOST_BYTES and (message := await self.take()):
            letter = Letter.of(message)
            if selection.takes(letter):
                found.append((message, letter))
                size += len(letter.body)
        return found

    async def send_back(self, message: AbstractIncomingMessage, letter: Letter) -> None:
        """Publish a letter to its queue; returns once the broker has it."""
        copy = aio_pika.Message(
            message.body,
            message_id=letter.id,
            # twice the same number: a replay that was killed half-way, whose two copies are one
            headers={REPLAYS: letter.replays + 1},
            content_type=message.content_type,
            correlation_id=message.correlation_id,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            timestamp=dt.datetime.now(dt.UTC),
        )
        await asyncio.wait_for(
            self._channel.default_exchange.publish(copy, self._queue.name, mandatory=True), self._seconds
        )

    async def ack(self, message: AbstractIncomingMessage, outcome: Outcome, what: str) -> None:
        """Take a letter out for good, and count it."""
        await asyncio.wait_for(message.ack(), self._seconds)
        self._acked += 1
        dead_letters.labels(self._queue.name, what).inc()
        outcome.moved += 1
        outcome.left -= 1

    async def give_back(self) -> None:
        """Return what was only looked at, and wait until the broker has seen to it."""
        if self._source is None:
            return
        async with asyncio.timeout(self._seconds):
            for consumer in self._consumers:
                await self._source.cancel(consumer)
            underlay = await self._channel.get_underlay_channel()
            await underlay.basic_nack(0, multiple=True, requeue=True)
            # what is given back may be counted a moment later; the next reader should find it
            for _ in range(SETTLE_CHECKS):
                state = await self._channel.declare_queue(self._queue.dead, passive=True)
                if (state.declaration_result.message_count or 0) >= self.ready - self._acked:
                    break
                await asyncio.sleep(SETTLE_SECONDS)
            await self._channel.close()
