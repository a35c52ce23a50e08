"""A shop and an order API on servers that are harmed, orders that keep coming, and what must hold afterwards."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aio_pika
import asyncpg
import httpx

from answerlens_common.broker.topology import queues_of
from answerlens_common.events import KeywordRequested, KeywordSearched
from tests.chaos.backing import Backing, Program
from tests.chaos.faults.shop import CONCURRENCY
from tests.chaos.postgres import Postgres

REQUESTED = queues_of(KeywordRequested)
SEARCHED = queues_of(KeywordSearched)
RETRY_DELAYS = (1, 2)
SETTLE_SECONDS = 120.0
ORDERS_AT_ONCE = 8
MOST_ASKS = 1 + len(RETRY_DELAYS)


@dataclass
class Accepted:
    """What a client has seen of its orders.

    Attributes:
        ids: of the orders that were accepted, by keyword.
        seconds: how long each answer took.
        refused: the answers that were not a 202.
    """

    ids: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        slowest = sorted(self.seconds)
        p99 = slowest[max(0, round(len(slowest) * 0.99) - 1)] if slowest else 0.0
        return f"{len(self.ids)} orders accepted, {len(self.refused)} refused, p99 {p99:.2f} s, max {slowest[-1]:.2f} s"


@dataclass
class Bench:
    """One case's servers, services and orders."""

    backing: Backing
    database_url: str
    key: str
    journal: Path
    shop: Program
    api: Program
    env: dict[str, str]
    accepted: Accepted = field(default_factory=Accepted)

    @property
    def postgres(self) -> Postgres:
        """The means to harm the database."""
        return self.backing.postgres(self.database_url)

    async def order(self, client: httpx.AsyncClient, keyword: str) -> None:
        """Place an order, and note what came of it."""
        body = {"keyword": keyword, "brand": {"name": "Sony"}}
        started = time.monotonic()
        try:
            response = await client.post("/api/orders", json=body)
        except httpx.TransportError as error:
            self.accepted.refused.append(repr(error))
            return
        self.accepted.seconds.append(time.monotonic() - started)
        if response.status_code == httpx.codes.ACCEPTED:
            self.accepted.ids[keyword] = response.json()["id"]
        else:
            self.accepted.refused.append(f"{response.status_code} {response.text}")

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nobody outside answers: what the shop has taken stays in hand."""
        gate = self.journal.with_name(f"{self.journal.name}.closed")
        gate.touch()
        try:
            yield
        finally:
            gate.unlink()

    def client(self) -> httpx.AsyncClient:
        """The API's."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.AsyncClient(base_url=self.api.url, headers=headers, trust_env=False, timeout=60)

    async def place(self, prefix: str, count: int) -> None:
        """So many orders, a few at a time."""
        slots = asyncio.Semaphore(ORDERS_AT_ONCE)
        async with self.client() as client, asyncio.TaskGroup() as group:
            for number in range(count):

                async def one(keyword: str) -> None:
                    async with slots:
                        await self.order(client, keyword)

                group.create_task(one(f"{prefix}{number}"))

    @asynccontextmanager
    async def ordering(self, pause: float = 0.25) -> AsyncIterator[None]:
        """An order every `pause` seconds, whatever becomes of those before, for as long as the context lasts."""

        async def keep_ordering() -> None:
            async with self.client() as client, asyncio.TaskGroup() as group:
                number = 0
                while not ended.is_set():
                    group.create_task(self.order(client, f"during{number}"))
                    number += 1
                    await asyncio.sleep(pause)

        ended = asyncio.Event()
        task = asyncio.create_task(keep_ordering())
        try:
            yield
        finally:
            ended.set()
            await task

    async def rows(self, sql: str) -> list[asyncpg.Record]:
        """What the database holds."""
        connection = await asyncpg.connect(self.database_url, timeout=10)
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    async def number(self, sql: str) -> int:
        """A number of the database."""
        return int((await self.rows(sql))[0][0])

    async def until_worked(self, count: int) -> None:
        """Wait until so many keywords have been worked on."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while await self.number("SELECT count(*) FROM worked") < count:  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.1)

    async def worked(self) -> set[str]:
        """The keywords that have been worked on."""
        return {row["keyword"] for row in await self.rows("SELECT keyword FROM worked")}

    def asked(self) -> Counter[str]:
        """How often the outside world was asked for each keyword."""
        return Counter(line.split("\t")[0] for line in self.journal.read_text().splitlines())

    async def settled(self, *, most_asks: int = 1) -> None:
        """Wait until all is quiet, then hold what was promised against what is there."""
        print(self.accepted)
        back = await asyncio.gather(self.shop.until_ready(), self.api.until_ready())
        print(f"ready again after {max(back):.1f} s")
        async with asyncio.timeout(SETTLE_SECONDS):
            # more may have been worked on: an order whose answer was lost was placed all the same
            while not await self.worked() >= self.accepted.ids.keys():  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.2)
        await self._until_quiet()

        stored = {str(row["id"]) for row in await self.rows("SELECT id FROM orders")}
        assert stored >= set(self.accepted.ids.values())
        assert await self.number("SELECT count(*) FROM claim WHERE status <> 'done'") == 0
        asked = self.asked()
        print(f"{len(asked)} keywords asked about, {sum(asked.values())} times")
        assert max(asked.values()) <= most_asks
        at_once = [int(line.split("\t")[1]) for line in self.journal.read_text().splitlines()]
        assert max(at_once) <= CONCURRENCY
        assert {event.keyword for event in await self.passed_on()} >= self.accepted.ids.keys()
        for running in (self.shop, self.api):
            assert running.process.poll() is None
            log = running.log.read_text()
            assert "never retrieved" not in log
            assert "CancelledError" not in log

    async def _until_quiet(self) -> None:
        """Nothing in the outbox, in hand, waiting or dead, and every consumer on its queue with its prefetch."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while problem := await self._unrest():
                print(problem)
                await asyncio.sleep(0.5)
        prefetches = await self.backing.broker.prefetches()
        assert {prefetches[queue.name] for queue in REQUESTED} == {CONCURRENCY}

    async def _unrest(self) -> str:
        if pending := await self.number("SELECT count(*) FROM outbox WHERE published_at IS NULL"):
            return f"{pending} events in the outbox"
        if held := await self.number("SELECT count(*) FROM claim WHERE lease_until IS NOT NULL"):
            return f"{held} claims held"
        queues = await self.backing.broker.queues()
        for queue in REQUESTED:
            ready, unacked, consumers = queues[queue.name]
            if ready or unacked or consumers != 1:
                return f"{queue.name}: {ready} ready, {unacked} unacked, {consumers} consumers"
            for name in (queue.dead, *map(queue.retry, RETRY_DELAYS)):
                if any(queues[name]):
                    return f"{name}: {queues[name]}"
        return ""

    async def depth(self, queue: str) -> int:
        """How many messages lie in a queue, ready to be delivered."""
        connection = await aio_pika.connect(self.backing.rabbitmq_url)
        async with connection, connection.channel() as channel:
            return (await channel.declare_queue(queue, passive=True)).declaration_result.message_count or 0

    async def passed_on(self) -> list[KeywordSearched]:
        """The events that the shop has published."""
        connection = await aio_pika.connect(self.backing.rabbitmq_url)
        found = []
        async with connection, connection.channel() as channel:
            for queue in SEARCHED:
                source = await channel.get_queue(queue.name)
                while (message := await source.get(no_ack=True, fail=False)) is not None:
                    found.append(KeywordSearched.model_validate_json(message.body))
        return found
