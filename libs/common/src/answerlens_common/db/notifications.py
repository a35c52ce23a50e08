"""LISTEN: one connection of its own, reconnected for ever."""

import asyncio
from collections.abc import Callable

import asyncpg

from answerlens_common.observing.logs import get_logger

PROGRESS = "answerlens_progress"
OUTBOX = "answerlens_outbox"

RECONNECT_SECONDS = 1.0
ALIVE_CHECK_SECONDS = 15.0


class Notifications:
    """Calls `heard(payload)` for every notification on `channel`, from `run()` until it is cancelled.

    A notification may be missed while the connection is down: listeners poll as well.
    """

    def __init__(self, postgres_url: str, channel: str, heard: Callable[[str], None]) -> None:
        self._url = postgres_url
        self._channel = channel
        self._heard = heard

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                get_logger().warning("listening interrupted", channel=self._channel, error=str(error))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=10)
        try:
            await connection.add_listener(self._channel, lambda *message: self._heard(str(message[-1])))
            while not connection.is_closed():
                await asyncio.sleep(ALIVE_CHECK_SECONDS)
                await connection.execute("SELECT 1", timeout=10)
        finally:
            connection.terminate()
