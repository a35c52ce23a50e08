"""The broker goes away in every way it can: orders are accepted throughout, nothing is lost, nothing done twice."""

import asyncio
import time

import pytest

from tests.chaos.faults.bench import Bench


@pytest.mark.fault("F8")
async def test_stopped_and_started(bench: Bench) -> None:
    async with bench.ordering():
        await bench.place("before", 60)
        async with bench.backing.broker.stopped():
            await asyncio.sleep(10)
    assert not bench.accepted.refused
    await bench.settled()


@pytest.mark.fault("F9")
async def test_killed(bench: Bench) -> None:
    async with bench.ordering():
        await bench.place("before", 60)
        await bench.backing.broker.kill()
        await bench.backing.broker.until_ready()
    assert not bench.accepted.refused
    await bench.settled()


@pytest.mark.fault("F10")
async def test_connections_closed_every_five_seconds_for_a_minute(bench: Bench) -> None:
    async with bench.ordering(pause=0.2):
        ended = time.monotonic() + 60
        while time.monotonic() < ended:
            await bench.backing.broker.close_connections()
            await asyncio.sleep(5)
    assert not bench.accepted.refused
    await bench.settled()


@pytest.mark.fault("F11")
async def test_frozen_for_half_a_minute(bench: Bench) -> None:
    async with bench.ordering():
        await bench.place("before", 60)
        async with bench.backing.broker.frozen():
            await asyncio.sleep(30)
    assert not bench.accepted.refused
    await bench.settled()


@pytest.mark.fault("F13")
@pytest.mark.parametrize("alarm", ["memory", "disk"])
async def test_alarmed(bench: Bench, alarm: str) -> None:
    broker = bench.backing.broker
    async with bench.ordering():
        await bench.place("before", 60)
        async with broker.out_of_memory() if alarm == "memory" else broker.out_of_disk():
            await asyncio.sleep(20)
            waiting = await bench.number("SELECT count(*) FROM outbox WHERE published_at IS NULL")
        assert waiting > 0
    assert not bench.accepted.refused
    await bench.settled()
