"""Waiting for a thing that nobody announces."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 600.0
# Another scheduler leads within this, as product.md says: a lease of 10 s is still good, and then comes the election.
MOST_LEADERLESS_SECONDS = 15.0


async def until(true: Callable[[], Awaitable[object]], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is true.

    Raises:
        TimeoutError: it was not, for so many seconds.
    """
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.1)
