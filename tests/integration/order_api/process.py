"""The order API as a process of its own, as it is run: real sockets, real memory."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass(frozen=True)
class ApiProcess:
    """A running order API."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str | None = None) -> httpx.AsyncClient:
        """Whoever has this key."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        limits = httpx.Limits(max_connections=None)
        return httpx.AsyncClient(base_url=self.url, headers=headers, limits=limits, timeout=120, trust_env=False)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    def memory_mb(self) -> float:
        """What the process and its children take; shared pages count by their share."""
        return sum(map(_pss_kb, _family(self.pid))) / 1024


def _pss_kb(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except ProcessLookupError:  # it has ended
        return 0
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            yield from _family(int(child))


@asynccontextmanager
async def running(postgres_url: str, rabbitmq_url: str, settings: Mapping[str, str]) -> AsyncIterator[ApiProcess]:
    """Start it with these settings (`ANSWERLENS_…` without the prefix), wait until it is ready, end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ANSWERLENS_POSTGRES_URL": postgres_url,
        "ANSWERLENS_RABBITMQ_URL": rabbitmq_url,
        "ANSWERLENS_HTTP_PORT": str(port),
        "ANSWERLENS_GRACE_SECONDS": "5",
        **{f"ANSWERLENS_{name}": value for name, value in settings.items()},
    }
    api = await asyncio.create_subprocess_exec(sys.executable, "-m", "answerlens_order_api", env=environment)
    process = ApiProcess(port, api.pid)
    try:
        async with process.client() as client, asyncio.timeout(60):
            while not await _is_ready(client):  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.1)
        yield process
    finally:
        api.terminate()
        await api.wait()


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/ready")).is_success
    except httpx.TransportError:
        return False
