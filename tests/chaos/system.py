"""The whole of AnswerLens on private servers, small and impatient, two of every service: what chaos is let loose on."""

import asyncio
import os
import shutil
import signal
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import asyncpg
import httpx

from answerlens_cli.repository import ROOT
from answerlens_cli.stack import jobs
from answerlens_cli.stack.ports import SERVICES, SIZE, PortBlock
from answerlens_cli.stack.stack import Stack
from answerlens_cli.stack.state import Details
from tests.chaos import audit
from tests.chaos.broker import Broker
from tests.chaos.patience import PATIENCE_SECONDS, until
from tests.chaos.postgres import Postgres
from tests.chaos.processes import all_processes, browsers_of

ENDED = {"completed", "failed", "cancelled"}
REQUEST_SECONDS = 20.0
ENGINE = "chat-a"
CLUSTERS, QUESTIONS_PER_CLUSTER = 4, 2
QUESTIONS = CLUSTERS * QUESTIONS_PER_CLUSTER
RETRY_DELAYS = (1, 2)
POOL_SIZE = 5
CHECK_SECONDS = 5
# Longer than any case or soak: what is lost is not to be found again by the stalled check, but to be noticed.
NEVER_SECONDS = 10 * 24 * 3600
SETTINGS = {
    "ANSWERLENS_CLUSTERS": str(CLUSTERS),
    "ANSWERLENS_QUESTIONS_PER_CLUSTER": str(QUESTIONS_PER_CLUSTER),
    "ANSWERLENS_RETRY_DELAYS": str(list(RETRY_DELAYS)),
    "ANSWERLENS_LEASE_SECONDS": "3",
    "ANSWERLENS_GRACE_SECONDS": "5",
    # The check goes by the shorter of the two.
    "ANSWERLENS_STALLED_SECONDS": str(NEVER_SECONDS),
    "ANSWERLENS_STALLED_LOST_SECONDS": str(NEVER_SECONDS),
    "ANSWERLENS_STALLED_CHECK_SECONDS": str(CHECK_SECONDS),
    "ANSWERLENS_COLLECTION_OVERDUE_CHECK_SECONDS": "2",
    "ANSWERLENS_POSTGRES_POOL_SIZE": str(POOL_SIZE),
    "ANSWERLENS_RABBITMQ_PUBLISH_TIMEOUT": "3",
    "ANSWERLENS_ZHIHU_PAUSE_SECONDS": "0.1",
    "ANSWERLENS_ZHIHU_PAGE_SECONDS": "10",
    "ANSWERLENS_LIMIT_REQUESTS_PER_MINUTE": "100000",
    "ANSWERLENS_LIMIT_ORDERS_PER_MINUTE": "100000",
    "ANSWERLENS_EMBEDDING_THREADS": "1",
    "ANSWERLENS_LLM_TIMEOUT_SECONDS": "10",
}


class HasRows(Protocol):
    """A database that can be asked: that of a `System`, or another that `audit` takes notes in."""

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """What it holds."""


@dataclass(frozen=True)
class Accepted:
    """An order that was answered with 202: from then on it may not be lost."""

    id: str
    keyword: str


@dataclass(frozen=True)
class Opened:
    """A diagnosis that was opened, by its client, with these questions: from then on it may not be lost."""

    id: str
    user: str
    questions: tuple[str, ...]


@dataclass
class System:
    """A running stack, seen from outside, and the means to harm its processes.

    Attributes:
        stranger: the key of a client who has never ordered anything.
        failpoints: the folder in which points are armed.
        accepted: every order that was ever answered with 202, the client's own journal.
        opened: every diagnosis that was opened, the same.
        dead: the dead letters that the cases have made on purpose, by queue.
        hits: every failpoint that was met, by name.
    """

    stack: Stack
    details: Details
    stranger: str
    failpoints: Path
    broker: Broker
    postgres: Postgres
    accepted: list[Accepted] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    dead: Counter[str] = field(default_factory=Counter)
    hits: set[str] = field(default_factory=set)

    def urls(self, service: str) -> list[str]:
        """Where each replica of a service answers."""
        return [at.url for name, at in self.details.services.items() if name.rpartition("-")[0] == service]

    async def call(self, method: str, path: str, *, key: str | None = None, **options: Any) -> httpx.Response:
        """One request, of whichever replica of the API answers; a client that retries, as a real one would."""
        headers = {"Authorization": f"Bearer {key or self.details.client_key}", **options.pop("headers", {})}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            for url in self.urls("order-api"):
                async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=REQUEST_SECONDS) as client:
                    try:
                        response = await client.request(method, path, headers=headers, **options)
                    except httpx.TransportError:
                        continue
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return response
            assert time.monotonic() < deadline, f"no replica answered {method} {path}"
            await asyncio.sleep(0.2)

    async def order(self, keyword: str | None = None, **more: object) -> Accepted:
        """Place an order on a new keyword, or on this one, until it is accepted."""
        keyword = keyword or f"咖啡机{uuid.uuid4().hex[:8]}"
        body = {"keyword": keyword, "brand": {"name": "德龙"}, "engines": [ENGINE], **more}
        answer = await self.call("POST", "/api/orders", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        accepted = Accepted(answer.json()["id"], keyword)
        self.accepted.append(accepted)
        return accepted

    async def ended(self, order: Accepted) -> dict[str, Any]:
        """The order, once it has ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            seen = dict((await self.call("GET", f"/api/orders/{order.id}")).json())
            if seen["status"] in ENDED:
                return seen
            await asyncio.sleep(0.3)
        message = f"order {order.id} on {order.keyword} did not end: {seen}"
        raise AssertionError(message)

    def arm(self, point: str, action: str = "kill") -> None:
        """Let the first process that comes to this point do something there."""
        (self.failpoints / f"{point}.hit").unlink(missing_ok=True)
        draft = self.failpoints / ".draft"
        draft.write_text(action)
        draft.rename(self.failpoints / point)

    def hit(self, point: str) -> float | None:
        """When the armed point was met (Unix time); None when it has not been."""
        try:
            moment = (self.failpoints / f"{point}.hit").stat().st_ctime
        except FileNotFoundError:
            return None
        self.hits.add(point)
        return moment

    async def until_hit(self, point: str) -> float:
        """Wait until somebody meets the point; when that was (Unix time)."""

        async def met() -> bool:
            return self.hit(point) is not None

        await until(met)
        return self.hit(point) or 0.0

    def pids(self) -> dict[str, int]:
        """The process of each program that runs, by name ("collector-1")."""
        return {process.name: process.pid for process in self.stack.supervisor.processes() if process.pid}

    async def standing_still(self) -> str:
        """The one process that stands still (it met a point armed with `stop`), once one does."""
        found: list[str] = []

        async def one_is() -> bool:
            everything = all_processes()
            found[:] = [name for name, pid in self.pids().items() if everything[pid].state == "T"]
            return bool(found)

        await until(one_is)
        (name,) = found
        return name

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process of ours."""
        os.kill(self.pids()[name], number)

    def kill_browsers(self, service: str) -> int:
        """SIGKILL every browser process of a service's replicas; how many there were."""
        pids = [pid for name, pid in self.pids().items() if name.rpartition("-")[0] == service]
        found = [browser for pid in pids for browser in browsers_of(pid)]
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(found)

    async def until_ready(self) -> None:
        """Wait until every process of every service says that it is ready."""

        async def ready() -> bool:
            return await asyncio.to_thread(self.stack.is_ready, self.details)

        await until(ready)

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """What the database holds."""
        connection = await asyncpg.connect(
            self.details.postgres_url, timeout=10, server_settings={"application_name": "checker"}
        )
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def outside(self, method: str, path: str, **options: Any) -> Any:
        """The sandbox's own word."""
        async with httpx.AsyncClient(base_url=str(self.details.sandbox_url), trust_env=False, timeout=30) as client:
            response = (await client.request(method, path, **options)).raise_for_status()
            return response.json() if response.content else None

    async def asks(self, keyword: str) -> list[str]:
        """The questions of a keyword that were asked of the engine, each as often as it was, in their order."""
        return [row["question"] for row in await self.outside("GET", "/journal?kind=ask") if keyword in row["question"]]


@asynccontextmanager
async def small_system(run_dir: Path, overrides: Mapping[str, str] | None = None) -> AsyncIterator[System]:
    """Everything, up and ready, until the context ends."""
    failpoints = run_dir.parent / "failpoints"
    failpoints.mkdir()
    engines = run_dir.parent / "engines"
    _impatient_engine(engines)
    settings = SETTINGS | {"ANSWERLENS_FAILPOINTS": str(failpoints), "ANSWERLENS_ENGINES_DIR": str(engines)}
    replicas = dict.fromkeys(SERVICES, 2)
    stack = Stack(run_dir, settings | dict(overrides or {}), replicas=replicas, sandbox=True, seed=7, tied=True)
    try:
        details = stack.up()  # in this thread: what is tied to a thread ends with it
        await audit.install(details.postgres_url)
        env = {**os.environ, "ANSWERLENS_POSTGRES_URL": details.postgres_url}
        stranger = jobs.add_user("stranger", "client", env)
        port = urlsplit(details.rabbitmq_url).port
        assert port is not None
        broker = Broker(stack.run_dir, PortBlock(port // SIZE * SIZE))
        postgres = Postgres(details.postgres_url, (stack.run_dir / "postgres").resolve())
        system = System(stack, details, stranger, failpoints, broker, postgres)
        await system.outside("POST", "/world", json={"answer_seconds": 0.05})
        yield system
    finally:
        if os.environ.get("ANSWERLENS_CHAOS_LOGS"):
            shutil.copytree(stack.run_dir / "logs", os.environ["ANSWERLENS_CHAOS_LOGS"], dirs_exist_ok=True)
        stack.down()


def _impatient_engine(folder: Path) -> None:
    """The sandbox's first chat site, one page a collector: what a killed collector had in hand is one question."""
    folder.mkdir()
    profile = (ROOT / "sandbox" / "engines" / f"{ENGINE}.yaml").read_text(encoding="utf-8")
    for right, ours in (("pages: 6", "pages: 1"), ("timeout_seconds: 60", "timeout_seconds: 8")):
        assert right in profile
        profile = profile.replace(right, ours)
    (folder / f"{ENGINE}.yaml").write_text(profile, encoding="utf-8")
