"""How a message is let go of: done, or given back to its queue."""

from contextlib import suppress

from aio_pika.exceptions import AMQPError
from faststream.rabbit import RabbitMessage

from answerlens_common.broker.topology import Queue
from answerlens_common.observing.failpoints import reach


async def give_back(message: RabbitMessage) -> None:
    """Let the broker deliver it again; where that fails the broker has it back already."""
    with suppress(AMQPError, RuntimeError):
        await message.nack(requeue=True)


async def ack(queue: Queue, message: RabbitMessage) -> None:
    """Tell the broker that it is done; where that fails it comes again, and is found done."""
    with suppress(AMQPError, RuntimeError):
        await message.ack()
        await reach(f"{queue.name}.after_ack")
