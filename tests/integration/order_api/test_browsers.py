"""What answers say to browsers, proxies and caches, and how long a body may be."""

import asyncio
import json
from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.orders import engines
from tests.integration.order_api.conftest import ORDER, Clients, Serve

ALWAYS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY"}


@pytest.mark.case("a10")
async def test_every_answer_has_the_headers(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        (clients.acme, "GET", "/api/orders", 200),
        (clients.acme, "POST", "/api/orders", 202),
        (clients.acme, "PUT", "/api/orders", 405),
        (clients.acme, "OPTIONS", "/api/orders", 204),
        (clients.acme, "HEAD", "/api/orders", 200),
        (clients.acme, "GET", "/api/users", 403),
        (clients.acme, "GET", "/api/nothing", 404),
        (clients.acme, "GET", "/api/orders?limit=0", 422),
        (clients.nobody, "GET", "/api/orders", 401),
        (clients.nobody, "GET", "/live", 200),
        (clients.acme, "GET", "/api/engines", 500),
    ]

    async def broken(*_: object) -> None:
        message = "broken"
        raise RuntimeError(message)

    monkeypatch.setattr(engines, "every", broken)
    for client, method, path, status in asked:
        answer = await client.request(method, path, json=ORDER if status == 202 else None)
        assert answer.status_code == status, (method, path)
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, (method, path)
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.case("a10")
async def test_the_page_may_load_nothing_and_be_framed_by_nobody(clients: Clients) -> None:
    page = await clients.nobody.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "style-src 'sha256-" in policy
    assert page.headers["cache-control"] == "no-cache"
    assert {name: page.headers.get(name) for name in ALWAYS} == ALWAYS


@pytest.mark.case("a10")
async def test_long_answers_are_compressed_for_who_can_read_that(clients: Clients) -> None:
    for path in ("/api/openapi.json", "/docs"):
        packed = await clients.nobody.get(path)
        plain = await clients.nobody.get(path, headers={"accept-encoding": "identity"})
        assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
        assert packed.text == plain.text
        assert "Accept-Encoding" in packed.headers["vary"]
        assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


@pytest.mark.case("a10")
async def test_a_stream_is_private_and_comes_at_once(serve: Serve, settings: OrderApiSettings, db: Database) -> None:
    async with serve(settings) as (_, clients):
        order = await clients.place()
        async with clients.acme.stream("GET", f"/api/orders/{order['id']}/events") as stream:
            assert stream.headers["cache-control"] == "no-store"
            assert "content-encoding" not in stream.headers
            lines = stream.aiter_lines()
            async with asyncio.timeout(5):
                assert await anext(lines)
        assert await db.value("SELECT count(*) FROM orders") == 1


def named(number: int, characters: int) -> str:
    """A name of so many characters that is no other's, of three bytes each in UTF-8."""
    digits = "零一二三四五六七八九"
    return "".join(digits[int(digit)] for digit in f"{number:06}").ljust(characters, "牌")


def largest_brand(number: int) -> dict[str, Any]:
    names = [named(number * 100 + n, 100) for n in range(61)]
    domains = [f"{'x' * 60}.{'y' * 60}.{'z' * 60}.{number:02}-{n:02}{'w' * 40}.com" for n in range(20)]
    lists = {"aliases": names[1:21], "context": names[21:41], "exclude": names[41:]}
    return {"name": names[0], "domains": domains, **lists}


@pytest.mark.case("a10")
async def test_the_largest_order_that_the_form_allows_fits(clients: Clients) -> None:
    brand, *competitors = (largest_brand(number) for number in range(21))
    body = {"keyword": "键" * 255, "brand": brand, "competitors": competitors}
    answer = await clients.acme.post(
        "/api/orders",
        content=json.dumps(body, ensure_ascii=False).encode(),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 202, answer.text[:500]
    assert len(answer.json()["competitors"]) == 20


@pytest.mark.case("a10")
async def test_the_longest_preview_that_the_form_allows_fits(clients: Clients) -> None:
    """50 texts of 20,000 characters, each of three bytes: other limits may put it off, but it is not too large."""
    body = {"texts": ["字" * 20_000] * 50, "brand": {"name": "索尼"}}
    answer = await clients.acme.post("/api/mentions/preview", json=body)
    assert answer.status_code in {200, 429, 503}, answer.text[:500]
    too_large = await clients.acme.post("/api/mentions/preview", json={"text": "字" * 2_000_000})
    assert too_large.status_code == 413


async def test_unknown_fields_are_not_all_complained_of(clients: Clients) -> None:
    many = {f"field{number}": 1 for number in range(30_000)}
    for path, body in (
        ("/api/orders", many),
        ("/api/orders", ORDER | {"brand": many}),
        ("/api/mentions/preview", many),
    ):
        answer = await clients.acme.post(path, json=body)
        assert answer.status_code == 422
        assert len(answer.json()["errors"]) == 1
        assert "30000 fields" in answer.json()["errors"][0]["message"]
