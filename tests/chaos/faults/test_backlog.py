"""A consumer with far more to do than it can: its memory stays flat, the API is unaffected, and all of it is done."""

import asyncio
import datetime as dt
import time
from pathlib import Path

import aio_pika
import httpx
import pytest

from answerlens_common.events import KeywordRequested, Lane
from tests.chaos.faults.bench import REQUESTED, Bench

MESSAGES = 10_000
PUBLISHED_AT_ONCE = 500
DRAIN_SECONDS = 1500.0
# Of a process whose work needs next to nothing; 10,000 messages held in memory would be several times as much.
MOST_GROWTH_MB = 48
MOST_SECONDS = 2.0


def resident_mb(pid: int) -> float:
    """How much memory a process has."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


async def publish(url: str) -> None:
    """The backlog, all at once."""
    connection = await aio_pika.connect(url)
    async with connection, connection.channel() as channel:
        for start in range(0, MESSAGES, PUBLISHED_AT_ONCE):
            events = [
                KeywordRequested(keyword=f"backlog{n}", date=dt.date(2026, 1, 2), bank_version=1, lane=Lane.EXPRESS)
                for n in range(start, start + PUBLISHED_AT_ONCE)
            ]
            await asyncio.gather(
                *(
                    channel.default_exchange.publish(
                        aio_pika.Message(
                            event.model_dump_json().encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT
                        ),
                        REQUESTED[0].name,
                    )
                    for event in events
                )
            )


@pytest.mark.fault("F43")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("bench", [0.02], indirect=True)
async def test_a_backlog_of_ten_thousand(bench: Bench) -> None:
    await bench.place("before", 20)
    await bench.until_worked(20)
    pid = bench.shop.process.pid
    before = resident_mb(pid)
    await publish(bench.backing.rabbitmq_url)
    sizes: list[float] = []
    answers: list[float] = []
    started = time.monotonic()
    async with bench.client() as client, asyncio.timeout(DRAIN_SECONDS):
        while (done := await bench.number("SELECT count(*) FROM worked")) < MESSAGES + 20:
            sizes.append(resident_mb(pid))
            asked = time.monotonic()
            response = await client.get("/api/orders", params={"limit": 5})
            assert response.status_code == httpx.codes.OK, done
            answers.append(time.monotonic() - asked)
            await asyncio.sleep(1)
    seconds = time.monotonic() - started
    slowest = sorted(answers)[max(0, round(len(answers) * 0.99) - 1)]
    print(f"{MESSAGES} messages drained in {seconds:.0f} s ({MESSAGES / seconds:.0f} a second)")
    print(f"consumer: {before:.0f} MB before, {max(sizes):.0f} MB at most, {sizes[-1]:.0f} MB at the end")
    print(f"API meanwhile: {len(answers)} requests, p99 {slowest:.2f} s, max {max(answers):.2f} s")
    assert max(sizes) - before < MOST_GROWTH_MB
    assert slowest < MOST_SECONDS
    await bench.settled()
