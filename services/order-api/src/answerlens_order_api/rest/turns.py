"""How many requests of one key are worked on at once: the others of that key wait, and other keys do not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from answerlens_common.errors import LimitReachedError

AGAIN_SECONDS = 1.0


@dataclass
class _Line:
    """The requests of one key: the places of those that are worked on, and how many there are in all."""

    places: asyncio.Semaphore
    length: int = 0


class Turns:
    """A line for each key, and for each address without one, as long as a request stands in it."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[Callable[[], None]]:
        """Wait for a place and hold it to the end, or until what is given here is called.

        Raises:
            LimitReachedError: the line is too long.
        """
        line = self._lines.setdefault(who, _Line(asyncio.Semaphore(self._at_once)))
        if line.length >= self._most:
            detail = f"at most {self._most} requests at once"
            raise LimitReachedError(detail, AGAIN_SECONDS)
        line.length += 1
        held = False

        def leave() -> None:
            nonlocal held
            if held:
                held = False
                line.places.release()

        try:
            held = await line.places.acquire()
            yield leave
        finally:
            leave()
            line.length -= 1
            if not line.length:
                del self._lines[who]
