"""The database is interrupted in every way it can be: nothing is lost, nothing done twice, nothing stays read-only."""

import asyncio
import time

import pytest

from tests.chaos.faults.bench import MOST_ASKS, Bench


def only_put_off(bench: Bench) -> None:
    """Orders were accepted or, politely, not: never an internal error."""
    assert all(refusal.startswith(("503", "Read", "Remote")) for refusal in bench.accepted.refused), bench.accepted


@pytest.mark.fault("F14")
async def test_backends_terminated_at_random_for_a_minute(bench: Bench) -> None:
    async with bench.ordering():
        assert await bench.postgres.terminate_for(60, seed=14) > 20
    only_put_off(bench)
    await bench.settled(most_asks=MOST_ASKS)


@pytest.mark.fault("F15")
async def test_restarted_immediately(bench: Bench) -> None:
    async with bench.ordering():
        await bench.place("before", 40)
        for _ in range(3):
            started = time.monotonic()
            await bench.postgres.restart_immediately()
            print(f"database back after {time.monotonic() - started:.1f} s")
            await asyncio.sleep(3)
    only_put_off(bench)
    await bench.settled(most_asks=MOST_ASKS)


@pytest.mark.fault("F16")
async def test_frozen_for_twenty_seconds(bench: Bench) -> None:
    async with bench.ordering():
        await bench.place("before", 40)
        async with bench.postgres.frozen():
            await asyncio.sleep(20)
    only_put_off(bench)
    await bench.settled(most_asks=MOST_ASKS)


@pytest.mark.fault("F17")
async def test_read_only_for_twenty_seconds(bench: Bench) -> None:
    async with bench.ordering():
        await bench.place("before", 40)
        async with bench.postgres.read_only():
            await asyncio.sleep(20)
        await bench.place("after", 10)
    only_put_off(bench)
    assert bench.accepted.refused
    await bench.settled(most_asks=MOST_ASKS)
