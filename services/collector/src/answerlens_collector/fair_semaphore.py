"""Whose turn it is: a number of places, urgent waiters before others, and a least time between two turns' starts."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class FairSemaphore:
    """At most `places` turns at once, begun at least `spacing` seconds apart."""

    def __init__(self, places: int, spacing: float = 0.0) -> None:
        self._free = places
        self._spacing = spacing
        self._next_start = 0.0
        self._order = itertools.count()
        self._waiters: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._alarm: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for a turn, hold it. An urgent waiter goes before every other that is not; else first come."""
        await self._wait(urgent=urgent)
        try:
            yield
        finally:
            self._free += 1
            self._hand_out()

    async def _wait(self, *, urgent: bool) -> None:
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiters, (not urgent, next(self._order), granted))
        self._hand_out()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():  # the turn came in the same moment: pass it on
                self._free += 1
                self._hand_out()
            raise

    def _hand_out(self) -> None:
        loop = asyncio.get_running_loop()
        while self._free and self._waiters:
            if self._waiters[0][2].done():  # gave up
                heapq.heappop(self._waiters)
                continue
            if loop.time() < self._next_start:
                if self._alarm is None:
                    self._alarm = loop.call_at(self._next_start, self._alarm_rings)
                return
            _, _, granted = heapq.heappop(self._waiters)
            self._free -= 1
            self._next_start = loop.time() + self._spacing
            granted.set_result(None)

    def _alarm_rings(self) -> None:
        self._alarm = None
        self._hand_out()
