"""A private PostgreSQL and a private RabbitMQ that may be harmed, and the programs that run on them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx

from answerlens_cli.repository import ROOT
from answerlens_cli.stack.ports import SIZE, PortBlock
from answerlens_cli.stack.stack import Stack
from tests.chaos.broker import Broker
from tests.chaos.postgres import Postgres

READY_SECONDS = 60.0
STOP_SECONDS = 60.0


@dataclass
class Backing:
    """Both servers; a test has a database of its own, copied from the migrated one."""

    run_dir: Path
    postgres_url: str
    rabbitmq_url: str
    broker: Broker
    _databases: int = field(default=0)

    async def database(self) -> str:
        """The address of a new database with all tables, empty."""
        self._databases += 1
        name = f"case{self._databases}"
        connection = await asyncpg.connect(self.postgres_url.rpartition("/")[0] + "/postgres")
        try:
            # PostgreSQL 15's other strategy leaves unlogged tables that are broken after a crash
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE answerlens STRATEGY file_copy")
        finally:
            await connection.close()
        return f"{self.postgres_url.rpartition('/')[0]}/{name}"

    def postgres(self, url: str) -> Postgres:
        """The means to harm the server, with an eye on one database."""
        return Postgres(url, (self.run_dir / "postgres").resolve())


@contextmanager
def harmable(run_dir: Path) -> Iterator[Backing]:
    """Both servers, migrated, until the context ends; supervisor starts again what dies."""
    stack = Stack(run_dir, tied=True)
    try:
        where = stack.up_backing()
        env = {**os.environ, "ANSWERLENS_POSTGRES_URL": where.postgres_url}
        subprocess.run([sys.executable, "-m", "answerlens_common.db.migrations"], check=True, env=env, cwd=run_dir)
        port = urlsplit(where.rabbitmq_url).port
        assert port is not None
        broker = Broker(stack.run_dir, PortBlock(port // SIZE * SIZE))
        yield Backing(stack.run_dir, where.postgres_url, where.rabbitmq_url, broker)
    finally:
        stack.down()


@dataclass
class Program:
    """A service as a process."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    async def ready(self) -> bool:
        """Whether it says that it is."""
        async with httpx.AsyncClient(trust_env=False, timeout=15) as client:
            try:
                return (await client.get(f"{self.url}/ready")).status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

    async def until_ready(self) -> float:
        """Wait until it is ready; how many seconds that took."""
        started = time.monotonic()
        async with asyncio.timeout(READY_SECONDS):
            while not await self.ready():
                assert self.process.poll() is None, self.log.read_text()[-3000:]
                await asyncio.sleep(0.1)
        return time.monotonic() - started


@asynccontextmanager
async def program(module: str, log: Path, env: Mapping[str, str]) -> AsyncIterator[Program]:
    """`python -m module` on a free port, ready; told to stop at the end, and killed when it does not."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        **os.environ,
        "ANSWERLENS_LOG_FORMAT": "console",
        "ANSWERLENS_GRACE_SECONDS": "5",
        "ANSWERLENS_HTTP_PORT": str(port),
        **env,
    }
    process = _started(module, log, settings)
    try:
        running = Program(process, f"http://127.0.0.1:{port}", log)
        await running.until_ready()
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _started(module: str, log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=env, stdout=out, stderr=out)
