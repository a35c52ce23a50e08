"""A process runs out of files, or is killed as the kernel kills who takes too much memory."""

import asyncio
import resource
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.chaos.backing import program
from tests.chaos.faults.bench import MOST_ASKS, Bench
from tests.chaos.faults.shop import CONCURRENCY

HELD = "SELECT count(*) FROM claim WHERE lease_until > clock_timestamp()"


@pytest.mark.fault("F52")
async def test_no_more_files(bench: Bench) -> None:
    pid = bench.shop.process.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    async with bench.ordering():
        await bench.place("before", 20)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (1, hard))
        await bench.backing.broker.close_connections()
        await asyncio.sleep(10)
        assert not await bench.shop.ready()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
    assert not bench.accepted.refused
    await bench.settled(most_asks=MOST_ASKS)


@pytest.mark.fault("F52")
async def test_killed_for_its_memory(bench: Bench, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        async with bench.ordering():
            with bench.closed():
                await bench.place("before", 20)
                async with asyncio.timeout(60):
                    while await bench.number(HELD) < CONCURRENCY:  # noqa: ASYNC110 - polled
                        await asyncio.sleep(0.1)
                bench.shop.process.kill()  # what the kernel does; a supervisor starts another
                await asyncio.to_thread(bench.shop.process.wait)
            next_one = program("tests.chaos.faults.shop", tmp_path / "next.log", bench.env)
            bench.shop = await stack.enter_async_context(next_one)
            await asyncio.sleep(5)
        assert not bench.accepted.refused
        await bench.settled(most_asks=MOST_ASKS)
