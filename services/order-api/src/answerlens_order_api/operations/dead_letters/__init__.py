"""Dead letters: what lies in the `.dead` queues is counted, read, replayed to where it came from, or dropped.

A queue is read by taking its messages without acking them, and giving them back at the end. That turns the queue: its
order means nothing, letters are ordered here, by when they died. A replay publishes the body under its message id to
the original queue, waits for the confirm and only then acks the dead letter; whatever ends it half-way, at most one
message is in both places, and its claim sees to it that the work is done once.
"""

import asyncio
import bisect
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ChannelNotFoundEntity

from answerlens_common.broker.connecting import connect
from answerlens_common.errors import TransientError, describe
from answerlens_common.settings import RabbitSettings
from answerlens_order_api.operations.dead_letters.letters import (
    DeadLetterQueue,
    Letter,
    Outcome,
    Selection,
    dead_letter_queues,
)
from answerlens_order_api.operations.dead_letters.reading import MOST_BYTES, Reading

__all__ = [
    "BrokerLostError",
    "DeadLetterQueue",
    "DeadLetters",
    "Gate",
    "Key",
    "Letter",
    "Outcome",
    "Selection",
    "dead_letter_queues",
]

# When a letter died, and its id.
Key = tuple[dt.datetime, str]
# Told the letters about to go, a batch at a time, says which may.
Gate = Callable[[Sequence[Letter]], Awaitable[Sequence[bool]]]


class BrokerLostError(TransientError):
    """The broker did not answer, or did not confirm. What had been confirmed until then stands."""


class DeadLetters:
    """The dead letters of a broker. Every call has a connection of its own: they are rare, and none outlives its call.

    Every method raises `BrokerLostError` when the broker is out of reach.
    """

    def __init__(self, settings: RabbitSettings) -> None:
        self._settings = settings

    async def counts(self, among: Iterable[DeadLetterQueue]) -> list[tuple[DeadLetterQueue, int, dt.datetime | None]]:
        """Of each queue, how many letters lie there, and when the oldest died."""
        found = []
        async with self._connected() as connection:
            for dead_queue in among:
                async with self._opened(connection, dead_queue) as reading:
                    oldest = None
                    while message := await reading.take():
                        at = Letter.of(message).at
                        oldest = min(oldest or at, at) if at else oldest
                    found.append((dead_queue, reading.ready, oldest))
        return found

    async def page(self, dead_queue: DeadLetterQueue, after: Key | None, limit: int) -> tuple[list[Letter], bool]:
        """At most `limit` letters after this key, oldest first, fewer when they are large; whether more follow."""
        page: list[Letter] = []
        size, more = 0, False
        async with self._connected() as connection, self._opened(connection, dead_queue) as reading:
            while message := await reading.take():
                letter = Letter.of(message)
                if after is not None and letter.key <= after:
                    continue
                bisect.insort(page, letter, key=lambda one: one.key)
                size += len(letter.body)
                while len(page) > limit or (size > MOST_BYTES and len(page) > 1):
                    size -= len(page.pop().body)
                    more = True
        return page, more

    async def replay(self, dead_queue: DeadLetterQueue, selection: Selection, gate: Gate) -> Outcome:
        """Send letters back to their queue, those that the gate lets go."""
        async with self._connected() as connection, self._opened(connection, dead_queue) as reading:
            outcome = Outcome(left=reading.ready)
            while batch := await reading.batch(selection, outcome):
                goes = await gate([letter for _, letter in batch])
                for (message, letter), may in zip(batch, goes, strict=True):
                    if may:
                        await reading.send_back(message, letter)
                        await reading.ack(message, outcome, "replayed")
                    else:
                        outcome.kept += 1
            return outcome

    async def drop(self, dead_queue: DeadLetterQueue, selection: Selection) -> Outcome:
        """Throw letters away."""
        async with self._connected() as connection, self._opened(connection, dead_queue) as reading:
            outcome = Outcome(left=reading.ready)
            while batch := await reading.batch(selection, outcome):
                for message, _ in batch:
                    await reading.ack(message, outcome, "dropped")
            return outcome

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AbstractConnection]:
        seconds = self._settings.publish_timeout
        try:
            async with asyncio.timeout(seconds):
                connection = await connect(self._settings.url)
            try:
                yield connection
            finally:
                # what has not been acked returns to its place with the connection
                async with asyncio.timeout(seconds):
                    await connection.close()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            message = "the broker dropped the connection"
            raise BrokerLostError(message) from None
        except (AMQPError, ChannelInvalidStateError, OSError, TimeoutError) as error:
            raise BrokerLostError(describe(error)) from error

    @asynccontextmanager
    async def _opened(self, connection: AbstractConnection, dead_queue: DeadLetterQueue) -> AsyncIterator[Reading]:
        seconds = self._settings.publish_timeout
        async with asyncio.timeout(seconds):
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            try:
                source = await channel.declare_queue(dead_queue.queue.dead, passive=True)
            except ChannelNotFoundEntity:
                source = None  # of an engine that was never enabled
        reading = Reading(dead_queue.queue, channel, source, seconds)
        yield reading
        await reading.give_back()
