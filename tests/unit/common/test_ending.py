"""A task that is told to end."""

import asyncio

import pytest

from answerlens_common.aio import tasks as ending
from answerlens_common.aio.tasks import cancel_and_wait


async def test_a_cancellation_that_was_swallowed_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    swallowed = False

    async def outlive_errors() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if swallowed:
                    raise
                swallowed = True

    monkeypatch.setattr(ending, "ASK_AGAIN_SECONDS", 0.01)
    task = asyncio.create_task(outlive_errors())
    await asyncio.sleep(0)
    await asyncio.wait_for(cancel_and_wait(task), 5)
    assert swallowed
    assert task.cancelled()


async def test_what_a_task_had_raised_is_raised() -> None:
    async def fail() -> None:
        message = "a bug"
        raise RuntimeError(message)

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="a bug"):
        await cancel_and_wait(task)
