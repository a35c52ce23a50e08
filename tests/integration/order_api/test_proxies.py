"""Who asks, as far as that can be known: whoever is connected, or whom a configured proxy names."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_order_api.app import build
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.accounts.limits import LimitSettings

LIMIT = 3
Ask = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
async def ask(monkeypatch: pytest.MonkeyPatch, database: Database, postgres_url: str, rabbitmq_url: str) -> Ask:
    """A client without a key that is connected from an address, to an API with these proxies; three go a minute."""
    del database  # emptied, so that nobody has asked yet

    @asynccontextmanager
    async def connected(
        peer: str, proxies: str = "10.0.0.0/8, 192.0.2.7 2001:db8::/32"
    ) -> AsyncIterator[httpx.AsyncClient]:
        monkeypatch.setenv("ANSWERLENS_TRUSTED_PROXIES", proxies)
        monkeypatch.setenv("ANSWERLENS_POSTGRES_URL", postgres_url)
        monkeypatch.setenv("ANSWERLENS_RABBITMQ_URL", rabbitmq_url)
        service, app = build(OrderApiSettings(limits=LimitSettings(keyless_requests_per_minute=LIMIT)))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 4711))
        async with service.db, httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            yield client

    return connected


async def is_counted_as_one(client: httpx.AsyncClient, *headers: dict[str, str] | list[tuple[str, str]]) -> bool:
    """Whether requests with these headers, more than go in a minute, are taken for those of one client."""
    statuses = [(await client.get("/api/orders", headers=each)).status_code for each in headers]
    assert set(statuses) <= {401, 429}, statuses
    return statuses.count(429) == len(statuses) - LIMIT


def forwarded(*values: str) -> list[list[tuple[str, str]]]:
    return [[("X-Forwarded-For", value)] for value in values]


CLIENTS = forwarded(*(f"203.0.113.{n}" for n in range(6)))


@pytest.mark.case("a6")
@pytest.mark.parametrize("peer", ["10.1.2.3", "192.0.2.7", "2001:db8::7", "::ffff:10.1.2.3"])
async def test_a_configured_proxy_says_for_whom_it_asks(ask: Ask, peer: str) -> None:
    async with ask(peer) as proxy:
        assert not await is_counted_as_one(proxy, *CLIENTS)
        same = ["198.51.100.1", "198.51.100.1:443", " 198.51.100.1 ", "9.9.9.9, 198.51.100.1", "::ffff:198.51.100.1"]
        assert await is_counted_as_one(proxy, *forwarded(*same, "198.51.100.1, 10.9.9.9"))


@pytest.mark.parametrize(
    ("peer", "proxies"), [("127.0.0.1", ""), ("127.0.0.1", "10.0.0.0/8"), ("192.0.2.8", "192.0.2.7")]
)
async def test_nobody_else_is_believed(ask: Ask, peer: str, proxies: str) -> None:
    async with ask(peer, proxies) as client:
        names = ("Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-Forwarded-Host", "X-Forwarded-Proto")
        others = [{name: "for=203.0.113.9" if name == "Forwarded" else "203.0.113.9"} for name in names]
        assert await is_counted_as_one(client, *CLIENTS, *others)


@pytest.mark.case("a6")
async def test_what_is_malformed_is_not_believed(ask: Ask) -> None:
    """It counts as the proxy's own, however much there is of it."""
    bad = ["x" * 9000, "1.2.3", "999.1.1.1", "", ",,,", "unknown", "fe80::1%" + "x" * 9000, "203.0.113.1\t2", "1" * 40]
    async with ask("10.0.0.1") as proxy:
        assert await is_counted_as_one(proxy, *forwarded(*bad))
        # what a client wrote before the proxy did is not looked at
        assert not await is_counted_as_one(proxy, *forwarded(*(f"{'x' * 9000}, 203.0.113.{n}" for n in range(6))))
        assert not await is_counted_as_one(
            proxy, *([("X-Forwarded-For", "junk"), ("X-Forwarded-For", f"198.51.100.{n}")] for n in range(6))
        )


@pytest.mark.parametrize("proxies", ["10.0.0.1/8", "proxy.example", "10.0.0.0/33", "10.0.0.0;192.0.2.7"])
def test_a_network_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, proxies: str) -> None:
    monkeypatch.setenv("ANSWERLENS_TRUSTED_PROXIES", proxies)
    monkeypatch.setenv("ANSWERLENS_POSTGRES_URL", "postgresql://nowhere/x")
    monkeypatch.setenv("ANSWERLENS_RABBITMQ_URL", "amqp://nowhere/")
    with pytest.raises(ValueError, match="trusted_proxies"):
        OrderApiSettings()
