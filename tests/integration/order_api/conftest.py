"""The order API in this process, over the session's database; `serve` runs it as a server with the broker too."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import aio_pika
import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from answerlens_common.broker.declare import declare
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings, RabbitSettings, WorkSettings
from answerlens_common.text.matching.ordinary import is_ordinary_word
from answerlens_order_api.app import build
from answerlens_order_api.handlers import Handlers
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.accounts import store as users
from answerlens_orders.accounts.keys import new_key, sha256_of
from tests.integration.order_api.dead import Broker
from tests.integration.order_api.process import ApiProcess, running

ORDER = {
    "keyword": "蓝牙耳机",
    "brand": {"name": "索尼", "aliases": ["Sony"], "domains": ["sony.com.cn"]},
    "competitors": [{"name": "Bose"}],
}


@dataclass
class Clients:
    """Three users of one API: two clients who must not see one another, and an admin."""

    acme: httpx.AsyncClient
    rival: httpx.AsyncClient
    admin: httpx.AsyncClient
    nobody: httpx.AsyncClient

    async def place(self, **changes: Any) -> dict[str, Any]:
        """An order of acme's."""
        response = await self.acme.post("/api/orders", json=ORDER | changes)
        assert response.status_code == 202, response.text
        placed: dict[str, Any] = response.json()
        return placed


@pytest.fixture(scope="session", autouse=True)
def words() -> None:
    """The dictionaries that orders are shown with: loaded before the first test, whose time they would take."""
    is_ordinary_word("声朗")


@pytest.fixture
async def db(database: Database) -> Database:
    """The database with two engines."""
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO engine (name, kind, surface, enabled, profile) SELECT name, 'browser', 'browser',"
            " name <> 'chat-old', '{}' FROM unnest(ARRAY['chat-a', 'chat-b', 'chat-old']) AS name"
        )
    return database


@pytest.fixture
def settings(postgres_url: str, rabbitmq_url: str) -> OrderApiSettings:
    return OrderApiSettings(
        postgres=PostgresSettings(url=postgres_url),
        rabbitmq=RabbitSettings(url=rabbitmq_url),
        work=WorkSettings(retry_delays=(1, 2), grace_seconds=5),
    )


@pytest.fixture
def handlers(db: Database) -> Handlers:
    return Handlers(db)


@pytest.fixture
async def keys(db: Database) -> dict[str, str]:
    """The users' keys by their names."""
    made = {}
    for name, role in (("acme", "client"), ("rival", "client"), ("admin", "admin")):
        made[name] = new_key()
        assert await users.add(db, name, role, sha256_of(made[name]), rotate=False)
    return made


@pytest.fixture
async def clients(settings: OrderApiSettings, keys: dict[str, str]) -> AsyncIterator[Clients]:
    """The API without a server and without a broker."""
    service, app = build(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with service.db, httpx.AsyncClient(transport=transport, base_url="http://api") as nobody:
        yield _clients(
            nobody, keys, lambda headers: httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers)
        )


Serve = Callable[[OrderApiSettings], AbstractAsyncContextManager[tuple[FastAPI, Clients]]]


@pytest.fixture
def serve(keys: dict[str, str], rabbitmq_url: str) -> Serve:
    """Runs the API as a server; the application and its users."""

    @asynccontextmanager
    async def serving(settings: OrderApiSettings) -> AsyncIterator[tuple[FastAPI, Clients]]:
        await declare(rabbitmq_url, ["chat-a", "chat-b"], settings.work.retry_delays)
        _, app = build(settings)
        server = _Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=5, proxy_headers=False))
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        opened = _clients(
            httpx.AsyncClient(base_url=url, trust_env=False),
            keys,
            lambda headers: httpx.AsyncClient(base_url=url, headers=headers, trust_env=False),
        )
        try:
            yield app, opened
        finally:
            for client in (opened.acme, opened.rival, opened.admin, opened.nobody):
                await client.aclose()
            server.should_exit = True
            await task

    return serving


Run = Callable[..., AbstractAsyncContextManager[ApiProcess]]


@pytest.fixture
async def run(db: Database, postgres_url: str, rabbitmq_url: str) -> Run:
    """Runs the API as a process, with settings by their names without ANSWERLENS_."""
    assert db
    await declare(rabbitmq_url, ["chat-a", "chat-b"], [60, 120])

    def start(**settings: str) -> AbstractAsyncContextManager[ApiProcess]:
        return running(postgres_url, rabbitmq_url, settings)

    return start


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    def capture_signals(self) -> Any:
        return nullcontext()


def _clients(
    nobody: httpx.AsyncClient, keys: dict[str, str], client: Callable[[dict[str, str]], httpx.AsyncClient]
) -> Clients:
    with_keys = {name: client({"Authorization": f"Bearer {key}"}) for name, key in keys.items()}
    return Clients(nobody=nobody, **with_keys)


@pytest.fixture
async def broker(rabbitmq_url: str) -> AsyncIterator[Broker]:
    queues = await declare(rabbitmq_url, ["chat-a", "chat-b"], [1, 2])
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection:
        channel = await connection.channel()
        for queue in queues:
            for name in (queue.name, queue.dead):
                await (await channel.get_queue(name)).purge()
        yield Broker(channel)
