"""The shop's network is slow, deaf or broken, to the broker and to the database alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.chaos.backing import program
from tests.chaos.faults.bench import MOST_ASKS, Bench
from tests.chaos.faults.shop import CONCURRENCY
from tests.support.proxy import Proxy, proxied

SECONDS = 20.0


@asynccontextmanager
async def far(bench: Bench, log: Path) -> AsyncIterator[list[Proxy]]:
    """Another shop in place of the bench's, behind proxies."""
    bench.shop.process.terminate()
    await asyncio.to_thread(bench.shop.process.wait)
    async with proxied(bench.backing.rabbitmq_url) as broker, proxied(bench.database_url) as database:
        env = bench.env | {
            "ANSWERLENS_RABBITMQ_URL": broker.url(bench.backing.rabbitmq_url),
            "ANSWERLENS_POSTGRES_URL": database.url(bench.database_url),
        }
        async with program("tests.chaos.faults.shop", log, env) as shop:
            bench.shop = shop
            yield [broker, database]


@pytest.mark.fault("F49")
@pytest.mark.parametrize("harm", ["latency", "trickle", "deaf", "reset"])
async def test_a_harmed_network(bench: Bench, tmp_path: Path, harm: str) -> None:
    async with far(bench, tmp_path / "far.log") as network:
        async with bench.ordering():
            await bench.place("before", 10)
            for proxy in network:
                proxy.latency = 0.5 if harm == "latency" else 0.0
                proxy.bytes_per_second = 1.0 if harm == "trickle" else 0.0
                proxy.deaf = harm == "deaf"
            before = await bench.worked()
            for _ in range(int(SECONDS / 2)):
                await asyncio.sleep(2)
                if harm == "reset":
                    for proxy in network:
                        proxy.reset()
            if harm in {"trickle", "deaf"}:  # but for what was just being stored
                assert len(await bench.worked() - before) <= CONCURRENCY
            for proxy in network:
                proxy.latency = 0.0
                proxy.bytes_per_second = 0.0
                proxy.deaf = False
                if harm == "trickle":
                    proxy.reset()  # what has piled up in the meantime would trickle on
        assert not bench.accepted.refused
        await bench.settled(most_asks=MOST_ASKS)
