"""The broker goes away in every way it can: orders are accepted throughout, nothing is lost, nothing done twice."""

import asyncio
import time
from pathlib import Path

import pytest

from answerlens_common.broker.declare import declare
from tests.chaos.backing import program
from tests.chaos.faults.bench import REQUESTED, RETRY_DELAYS, Bench
from tests.chaos.faults.shop import CONCURRENCY


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


@pytest.mark.fault("F12")
@pytest.mark.parametrize("bench", [0.05], indirect=True)
async def test_a_queue_deleted_with_500_messages(bench: Bench, tmp_path: Path) -> None:
    express = REQUESTED[0].name
    with bench.closed():
        await bench.place("lost", 500)
        async with asyncio.timeout(60):
            while await bench.depth(express) < 500 - CONCURRENCY:  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.2)
        await bench.backing.broker.delete_queue(express)
        await bench.place("after", 20)
    # the queue is declared again by the service that consumes it, and what comes now is worked on
    await bench.until_worked(20 + CONCURRENCY)
    assert await bench.number("SELECT count(*) FROM measurement WHERE status = 'queued'") == 520
    assert await bench.number("SELECT count(*) FROM worked") == 20 + CONCURRENCY
    # as it was: its declaration is not refused for other arguments
    await declare(bench.backing.rabbitmq_url, ["chat-a"], RETRY_DELAYS)
    # what was in it is known from the rows
    stalled = {"ANSWERLENS_STALLED_SECONDS": "15", "ANSWERLENS_STALLED_CHECK_SECONDS": "3"}
    async with program("answerlens_scheduler", tmp_path / "scheduler.log", bench.env | stalled):
        await bench.until_worked(520)
    await bench.settled()
