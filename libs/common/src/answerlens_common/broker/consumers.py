"""The consumers of a process: whether each is on its queue, and what brings a deleted queue back.

The client library brings a consumer back once its connection and its queue are there again. Only this library declares
a queue again, and until that is done the library keeps every consumer of the connection waiting.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from aio_pika.abc import AbstractRobustConnection
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity
from faststream.rabbit.subscriber.usecase import RabbitSubscriber

from answerlens_common.broker.connecting import connect_for_good
from answerlens_common.broker.declare import declare_queue
from answerlens_common.broker.topology import Queue
from answerlens_common.errors import TransientError
from answerlens_common.observing.logs import get_logger

RECONNECT_SECONDS = 1.0
CHECK_TIMEOUT_SECONDS = 5.0
# The broker takes a moment to tell the consumers of a deleted queue. When the queue was declared again at once, they
# were never told, and waited for ever.
GONE_SECONDS = 1.0


class BrokerUnreachableError(TransientError):
    """The broker could not be asked about queues."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")


class Consumers:
    """The queues that a process consumes, watched over a connection of their own."""

    def __init__(self, rabbitmq_url: str, retry_delays: Sequence[int]) -> None:
        self._url = rabbitmq_url
        self._retry_delays = retry_delays
        self._subscribers: dict[Queue, RabbitSubscriber] = {}
        self._gone: dict[Queue, float] = {}
        self._connection: AbstractRobustConnection | None = None

    def add(self, queue: Queue, subscriber: RabbitSubscriber) -> None:
        """Watch over one more."""
        self._subscribers[queue] = subscriber

    async def start(self) -> None:
        """Connect, and declare what is missing of our queues: consuming cannot begin before."""
        if self._connection is None:
            self._connection = await connect_for_good(self._url, RECONNECT_SECONDS)
        for queue in self._subscribers:
            if await self._consumer_count(self._connection, queue) is None:
                await self._declare(self._connection, queue)

    async def is_there(self, queue: Queue) -> bool:
        """Whether the broker has such a queue; after `start`."""
        return self._connection is not None and await self._consumer_count(self._connection, queue) is not None

    async def leave(self, queue: Queue) -> None:
        """Take no more messages from one queue: from then on it is `missing`."""
        with suppress(BrokerUnreachableError):
            async with _in_time():
                await _leave(self._subscribers[queue])

    async def stop_consuming(self) -> None:
        """Take no more messages, and wait for those in hand; a closed channel has nothing to stop."""
        # FastStream leaves a queue only when the messages in hand are done: until then each ack would fetch another
        with suppress(BrokerUnreachableError):
            async with _in_time():
                await asyncio.gather(*map(_leave, self._subscribers.values()))
        stopping = [subscriber.stop() for subscriber in self._subscribers.values()]
        await asyncio.gather(*stopping, return_exceptions=True)

    async def close(self) -> None:
        """Disconnect."""
        if self._connection is not None:
            await self._connection.close()

    async def missing(self) -> list[str]:
        """The queues that this process should consume and does not. One that stays away is declared again.

        Raises:
            BrokerUnreachableError: the broker cannot be asked.
        """
        if self._connection is None:
            return ["not connected"]
        found = []
        async with _in_time():
            for queue, subscriber in self._subscribers.items():
                count = await self._consumer_count(self._connection, queue)
                if count is not None:
                    self._gone.pop(queue, None)
                elif time.monotonic() - self._gone.setdefault(queue, time.monotonic()) > GONE_SECONDS:
                    await self._declare(self._connection, queue)
                if not count or not await _consumes(subscriber):
                    found.append(queue.name)
        return found

    async def restore(self, queue: Queue) -> None:
        """Declare the queue again with those that belong to it: one of them may have been deleted.

        Raises:
            BrokerUnreachableError: the broker refuses, or cannot be asked.
        """
        if self._connection is not None:
            async with _in_time():
                await self._declare(self._connection, queue)

    async def _consumer_count(self, connection: AbstractRobustConnection, queue: Queue) -> int | None:
        """How many consumers the queue has, of whichever process; None when there is no such queue."""
        try:
            async with connection.channel() as channel:  # a queue that is not there closes it
                found = await channel.declare_queue(queue.name, passive=True)
        except ChannelNotFoundEntity:
            return None
        return found.declaration_result.consumer_count or 0

    async def _declare(self, connection: AbstractRobustConnection, queue: Queue) -> None:
        get_logger().warning("queue declared again", queue=queue.name)
        async with connection.channel() as channel:
            await declare_queue(channel, queue, self._retry_delays)


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
            yield
    except (AMQPError, OSError, TimeoutError, RuntimeError) as error:
        raise BrokerUnreachableError(error) from error


async def _leave(subscriber: RabbitSubscriber) -> None:
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001 - FastStream leaves it too late
    if queue is not None and tag is not None and not queue.channel.is_closed:
        await queue.cancel(tag)


async def _consumes(subscriber: RabbitSubscriber) -> bool:
    """Whether the subscriber itself is on its queue; another replica's consumer does not make us ready."""
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001 - FastStream shows only the connection
    if queue is None or tag is None or queue.channel.is_closed:
        return False
    channel = await queue.channel.get_underlay_channel()
    return tag in channel.consumers  # type: ignore[attr-defined] # the class has it, its interface has not
