import asyncio
import contextlib
import itertools

import pytest

from answerlens_collector.fair_semaphore import FairSemaphore


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_turns_than_places() -> None:
    turns = FairSemaphore(2)
    running = 0
    most = 0

    async def work() -> None:
        nonlocal running, most
        async with turns.turn(urgent=False):
            running += 1
            most = max(most, running)
            await settle()
            running -= 1

    await asyncio.gather(*(work() for _ in range(7)))
    assert (running, most) == (0, 2)


async def test_urgent_waiters_go_first_then_the_first_come() -> None:
    turns, order = FairSemaphore(1), list[str]()

    async def work(name: str, *, urgent: bool) -> None:
        async with turns.turn(urgent=urgent):
            order.append(name)

    async with turns.turn(urgent=False):
        waiting = [
            asyncio.create_task(work(name, urgent=name.startswith("express")))
            for name in ("bulk1", "bulk2", "express1", "express2")
        ]
        await settle()
        assert order == []
    await asyncio.gather(*waiting)
    assert order == ["express1", "express2", "bulk1", "bulk2"]


async def test_a_waiter_that_gives_up_costs_nobody_a_turn() -> None:
    turns, ran = FairSemaphore(1), list[int]()

    async def work(number: int) -> None:
        async with turns.turn(urgent=False):
            ran.append(number)

    async with turns.turn(urgent=False):
        tasks = [asyncio.create_task(work(number)) for number in range(3)]
        await settle()
        tasks[0].cancel()
        await settle()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert ran == [1, 2]


async def test_a_waiter_cancelled_in_the_moment_of_its_turn_passes_it_on() -> None:
    turns, ran = FairSemaphore(1), list[int]()

    async def work(number: int) -> None:
        async with turns.turn(urgent=False):
            ran.append(number)

    holder = contextlib.AsyncExitStack()
    await holder.enter_async_context(turns.turn(urgent=False))
    tasks = [asyncio.create_task(work(number)) for number in range(2)]
    await settle()
    await holder.aclose()  # the first waiter has its turn, but has not run yet
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert ran == [1]


async def test_an_error_gives_the_place_back() -> None:
    turns = FairSemaphore(1)
    with pytest.raises(RuntimeError):
        async with turns.turn(urgent=False):
            raise RuntimeError
    async with asyncio.timeout(1), turns.turn(urgent=False):
        pass


async def test_turns_begin_at_least_the_spacing_apart() -> None:
    turns, starts = FairSemaphore(3, spacing=0.05), list[float]()

    async def work() -> None:
        async with turns.turn(urgent=False):
            starts.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(work() for _ in range(4)))
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert min(gaps) >= 0.05 - 0.002  # the loop's clock has a resolution


async def test_an_urgent_waiter_also_goes_first_when_the_pace_holds_all_back() -> None:
    turns, order = FairSemaphore(2, spacing=0.5), list[str]()

    async def work(name: str, *, urgent: bool) -> None:
        async with turns.turn(urgent=urgent):
            order.append(name)

    await work("first", urgent=False)
    bulk = asyncio.create_task(work("bulk", urgent=False))
    await settle()
    express = asyncio.create_task(work("express", urgent=True))
    await asyncio.gather(bulk, express)
    assert order == ["first", "express", "bulk"]
