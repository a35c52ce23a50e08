"""When a process stops, what is under way is finished; what only waits is given up at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from answerlens_common.aio.tasks import cancel_and_wait
from answerlens_common.errors import AnswerLensError


class StoppingError(AnswerLensError):
    """This process stops before the work began: its message goes back as it came, for another to take."""

    def __init__(self) -> None:
        super().__init__("this process stops")


@asynccontextmanager
async def abandon_on_shutdown(stopping: asyncio.Event) -> AsyncIterator[None]:
    """Wait in this context, but give up when this process is told to stop.

    Raises:
        StoppingError: it is.
    """
    if stopping.is_set():
        raise StoppingError

    async def watch() -> None:
        await stopping.wait()
        limit.reschedule(0.0)

    limit = asyncio.timeout(None)
    try:
        async with limit:
            watching = asyncio.create_task(watch())
            try:
                yield
            finally:
                await cancel_and_wait(watching)
    except TimeoutError:
        if limit.expired():
            raise StoppingError from None
        raise
