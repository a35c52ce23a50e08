"""Whether messages wait in a queue, or for their return to it."""

import asyncio
from collections.abc import Iterable

from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity

from answerlens_common.broker.connecting import connect
from answerlens_common.broker.topology import Queue
from answerlens_common.errors import TransientError

ASK_SECONDS = 10.0


class BrokerUnknownError(TransientError):
    """The broker could not be asked what waits in it."""


async def with_messages(rabbitmq_url: str, queues: Iterable[Queue], retry_delays: Iterable[int]) -> set[Queue]:
    """Those queues in which a message waits, or in whose retry queues one does; a queue that is gone has none.

    Raises:
        BrokerUnknownError: the broker does not answer.
    """
    delays = sorted(set(retry_delays))
    try:
        async with asyncio.timeout(ASK_SECONDS), await connect(rabbitmq_url) as connection:
            return {
                queue
                for queue in queues
                if any([await _depth(connection, name) for name in (queue.name, *map(queue.retry, delays))])
            }
    except (AMQPError, OSError, TimeoutError, RuntimeError) as error:
        raise BrokerUnknownError(str(error) or type(error).__name__) from error


async def _depth(connection: AbstractConnection, name: str) -> int:
    # a channel for each: asking for a queue that is not there closes the channel
    async with connection.channel() as channel:
        try:
            queue = await channel.declare_queue(name, passive=True)
        except ChannelNotFoundEntity:
            return 0
        return queue.declaration_result.message_count or 0
