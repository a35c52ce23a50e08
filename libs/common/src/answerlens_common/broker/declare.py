"""Makes the exchanges and queues."""

from collections.abc import Iterable

from aio_pika.abc import AbstractChannel, AbstractQueue, ExchangeType
from aio_pika.exceptions import ChannelPreconditionFailed

from answerlens_common.broker.connecting import connect
from answerlens_common.broker.topology import DEAD_EXCHANGE, EVENTS_EXCHANGE, Queue, all_queues
from answerlens_common.errors import BusinessError

# A backstop for what kills the process before its attempt is recorded; attempts are counted in PostgreSQL.
# Lost connections count too, hence so many.
DELIVERY_LIMIT = 100
# Dead letters are looked at by taking them and giving them back, which counts as a delivery. Newer brokers, when not
# told, drop what was delivered 20 times.
READING_LIMIT = 1_000_000


class QueueDiffersError(BusinessError):
    """A queue of that name exists with other arguments. It may hold messages: whether it may go is for a person to say.

    Attributes:
        queue: its name.
    """

    def __init__(self, queue: str, reason: str) -> None:
        super().__init__(
            f"{queue} was made with other arguments by another version ({reason}). Stop the services that use it, see"
            f" that it is empty (dead letters: replay or drop them), `rabbitmqctl delete_queue {queue}`, run this again"
        )
        self.queue = queue


async def declare(rabbitmq_url: str, engines: Iterable[str], retry_delays: Iterable[int]) -> list[Queue]:
    """Declare everything an installation with these engines needs; returns the queues. Repeatable.

    Raises:
        QueueDiffersError: one is there already and differs; nothing is deleted.
    """
    queues = list(all_queues(engines))
    connection = await connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        await channel.declare_exchange(EVENTS_EXCHANGE, ExchangeType.TOPIC, durable=True)
        await channel.declare_exchange(DEAD_EXCHANGE, ExchangeType.DIRECT, durable=True)
        for queue in queues:
            await declare_queue(channel, queue, retry_delays)
    return queues


async def declare_queue(channel: AbstractChannel, queue: Queue, retry_delays: Iterable[int]) -> None:
    """Declare one queue with those that belong to it: where its messages wait, and where its dead letters lie."""
    main = await _declare_with_dead_letters(channel, queue.name, DEAD_EXCHANGE, queue.dead)
    await main.bind(EVENTS_EXCHANGE, queue.routing_key)
    for delay in sorted(set(retry_delays)):
        # no exchange: the message goes straight back to its own queue, not to all of its event's
        await _declare_with_dead_letters(channel, queue.retry(delay), "", queue.name)
    dead_queue = await _declare(channel, queue.dead, {"x-queue-type": "quorum", "x-delivery-limit": READING_LIMIT})
    await dead_queue.bind(DEAD_EXCHANGE, queue.dead)


async def _declare_with_dead_letters(
    channel: AbstractChannel, name: str, dead_exchange: str, dead_key: str
) -> AbstractQueue:
    return await _declare(
        channel,
        name,
        {
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": dead_exchange,
            "x-dead-letter-routing-key": dead_key,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            "x-delivery-limit": DELIVERY_LIMIT,
        },
    )


async def _declare(channel: AbstractChannel, name: str, arguments: dict[str, str | int]) -> AbstractQueue:
    try:
        return await channel.declare_queue(name, durable=True, arguments=dict(arguments))
    except ChannelPreconditionFailed as error:
        raise QueueDiffersError(name, str(error)) from error
