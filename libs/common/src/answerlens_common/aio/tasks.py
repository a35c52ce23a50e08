"""Ends a task, also one that survives the first cancellation."""

import asyncio

ASK_AGAIN_SECONDS = 1.0


async def cancel_and_wait(task: "asyncio.Task[object]") -> None:
    """Cancel a task and wait until it has ended, raising what it raised unless it was the cancellation.

    A database driver that is interrupted while its connection breaks reports an error in place of the cancellation, and
    a task that outlives errors lives on: so it is asked again.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=ASK_AGAIN_SECONDS)
    if not task.cancelled():
        task.result()
