"""How the end of an attempt is recorded, however long the database or the broker is away.

A message put off instead would begin the work anew; an end that is not stored would die with its process.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from answerlens_common.broker.delivery import PublishFailedError
from answerlens_common.db import DatabaseLostError
from answerlens_common.observing.logs import get_logger

T = TypeVar("T")
TRY_AGAIN_SECONDS = 1.0


async def publish_until_confirmed(publish: Callable[[], Awaitable[None]]) -> None:
    """Publish how an attempt has ended, until the broker confirms it."""
    while True:
        try:
            return await publish()
        except PublishFailedError as error:
            get_logger().warning("the end waits to be told", error=str(error))
        await asyncio.sleep(TRY_AGAIN_SECONDS)


async def retry_until_stored(step: Callable[[], Awaitable[T]], stopping: asyncio.Event) -> T:
    """Store how an attempt has ended, until the database takes it.

    Raises:
        DatabaseLostError: it is away, and this process is told to stop.
    """
    while True:
        try:
            return await step()
        except DatabaseLostError as error:
            if stopping.is_set():
                raise
            get_logger().warning("the end waits to be noted", error=str(error))
        await asyncio.sleep(TRY_AGAIN_SECONDS)
