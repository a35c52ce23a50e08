"""Connections to the broker, closed also when they cannot be made.

The client library leaves one that it cannot make to the garbage collector. That closes it only where it happens to run
beside an event loop, and elsewhere warns of a coroutine that was never awaited.
"""

from aio_pika import Connection, RobustConnection
from aio_pika.abc import AbstractConnection, AbstractRobustConnection
from aio_pika.connection import make_url


async def connect(rabbitmq_url: str) -> AbstractConnection:
    """A connection that ends when the broker goes.

    Raises:
        OSError: the broker cannot be reached.
        AMQPError: it refuses.
    """
    connection = Connection(make_url(rabbitmq_url))
    await _made(connection)
    return connection


async def connect_for_good(rabbitmq_url: str, reconnect_seconds: float) -> AbstractRobustConnection:
    """A connection that is made again, after so many seconds, when the broker goes; not the first.

    Raises:
        OSError: the broker cannot be reached.
        AMQPError: it refuses.
    """
    connection = RobustConnection(make_url(rabbitmq_url, reconnect_interval=reconnect_seconds))
    await _made(connection)
    return connection


async def _made(connection: AbstractConnection) -> None:
    try:
        await connection.connect()
    except BaseException:
        await connection.close()
        raise
