"""The order API of a seeded database on a free port of the loopback, without anything that works in the background."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import httpx
import structlog.testing
import uvicorn

from answerlens_common.aio.side_work import SideWorkSettings
from answerlens_common.settings import BankSettings, PostgresSettings, RabbitSettings
from answerlens_order_api.app import build
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.accounts.limits import LimitSettings
from answerlens_orders.settings import SandboxSettings
from tests.golden import clock

KEYS = {
    name: f"al_{name.replace('-', '_'):x<43}" for name in ("client", "rival", "admin", "second-admin", "former")
} | {"nobody": None}
"""The key of each user of the seed; `nobody` sends none."""


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def serving(postgres_url: str, rabbitmq_url: str) -> AsyncIterator[str]:
    """Serve at the frozen moment; the API's address.

    Nothing is consumed and nothing is published: what is asked finds the seed as it is. Limits are out of reach,
    because a clock that stands still refills none of them. What is logged goes nowhere.
    """
    settings = OrderApiSettings(
        postgres=PostgresSettings(url=postgres_url),
        rabbitmq=RabbitSettings(url=rabbitmq_url),
        bank=BankSettings(clusters=2, questions_per_cluster=3),
        side=SideWorkSettings(processes=1),
        limits=LimitSettings(
            requests_per_minute=100_000,
            orders_per_minute=100_000,
            work_seconds_per_minute=10_000,
            keyless_requests_per_minute=100_000,
        ),
        sandbox=SandboxSettings(url="http://sandbox"),
    )
    service, app = build(settings)
    server = _Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=5))
    with clock.stopped(), structlog.testing.capture_logs():
        async with service.db:
            task = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            try:
                yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            finally:
                server.should_exit = True
                await task


@asynccontextmanager
async def clients(url: str) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client for each user, by name."""
    made = {
        name: httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {key}"} if key else {}, trust_env=False, timeout=60
        )
        for name, key in KEYS.items()
    }
    try:
        yield made
    finally:
        for client in made.values():
            await client.aclose()
