"""How often a key may ask: counted for all replicas, refused with 429, and never a 5xx however many come."""

import asyncio
import collections
import json
from dataclasses import dataclass

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.accounts.limits import LimitSettings
from tests.integration.order_api.conftest import ORDER, Serve

FLOOD = 600
AT_ONCE = 60
ORDERS = 40


def limited(settings: OrderApiSettings, limits: LimitSettings) -> OrderApiSettings:
    return settings.model_copy(update={"limits": limits})


@dataclass
class Flood:
    """Many orders at once, over several replicas: what was answered, and which orders were accepted."""

    replicas: list[httpx.AsyncClient]

    async def place(self, number: int, slots: asyncio.Semaphore) -> httpx.Response:
        async with slots:
            replica = self.replicas[number % len(self.replicas)]
            return await replica.post("/api/orders", json=ORDER | {"keyword": f"耳机 {number}"}, timeout=60)

    async def run(self) -> list[httpx.Response]:
        slots = asyncio.Semaphore(AT_ONCE)
        return await asyncio.gather(*(self.place(number, slots) for number in range(FLOOD)))


@pytest.mark.fault("F44")
async def test_a_flood_of_orders_is_accepted_or_put_off(
    serve: Serve, settings: OrderApiSettings, database: Database
) -> None:
    tight = limited(settings, LimitSettings(orders_per_minute=ORDERS, requests_per_minute=FLOOD // 2))
    async with serve(tight) as (_, first), serve(tight) as (_, second):
        flood = asyncio.create_task(Flood([first.acme, second.acme]).run())
        calm: list[int] = []
        while not flood.done():
            calm += [(await first.rival.get("/api/orders")).status_code, (await second.nobody.get("/live")).status_code]
            await asyncio.sleep(0.1)
        responses = await flood

    statuses = collections.Counter(response.status_code for response in responses)
    assert statuses.keys() == {202, 429}
    # the replicas count together: one minute's worth, and what grew back meanwhile
    assert ORDERS <= statuses[202] < 2 * ORDERS
    assert set(calm) == {200}
    for response in responses:
        if response.status_code == 429:
            assert int(response.headers["retry-after"]) >= 1
            assert response.headers["content-type"] == "application/problem+json"
    accepted = {response.json()["id"]: response.json()["keyword"] for response in responses if response.is_success}
    rows = await database.rows(
        "SELECT id::text, m.keyword FROM orders JOIN measurement m ON m.order_id = id AND m.date = first_date"
    )
    assert {row["id"]: row["id"] in accepted and row["keyword"] for row in rows} == accepted
    events = [json.loads(row["body"])["keyword"] for row in await database.rows("SELECT body FROM outbox")]
    assert sorted(events) == sorted(accepted.values())


async def test_a_key_that_asks_too_often_waits_and_no_other_does(settings: OrderApiSettings, serve: Serve) -> None:
    async with serve(limited(settings, LimitSettings(requests_per_minute=3))) as (_, clients):
        answers = [await clients.acme.get("/api/engines") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert answers[3].json()["detail"] == "at most 3 requests with one key a minute; try again in 20 s"
        assert (await clients.rival.get("/api/engines")).status_code == 200


async def test_those_without_a_key_are_counted_by_their_address(settings: OrderApiSettings, serve: Serve) -> None:
    async with serve(limited(settings, LimitSettings(keyless_requests_per_minute=3))) as (_, clients):
        bad = {"Authorization": f"Bearer al_{'x' * 43}"}
        answers = [await clients.nobody.get("/api/orders", headers=headers) for headers in (bad, {}, bad, {}, bad)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
        # whoever has a key, and whoever watches over us, is not held up
        assert (await clients.acme.get("/api/orders")).status_code == 200
        watched = [(await clients.nobody.get(path)).status_code for path in ("/live", "/metrics", "/docs") * 3]
        assert set(watched) == {200}


async def test_orders_are_counted_apart_from_reading_them(settings: OrderApiSettings, serve: Serve) -> None:
    async with serve(limited(settings, LimitSettings(orders_per_minute=2))) as (_, clients):
        placed = [await clients.acme.post("/api/orders", json=ORDER) for _ in range(3)]
        assert [answer.status_code for answer in placed] == [202, 202, 429]
        assert (await clients.acme.get("/api/orders")).status_code == 200


@pytest.mark.fault("F54")
async def test_an_order_counts_for_its_names_also_when_it_is_analysed_again(
    settings: OrderApiSettings, serve: Serve
) -> None:
    """Looking for 441 names costs as much as some hundred orders of one."""
    rivals = [
        {"name": f"名{n}", "aliases": [f"名{n}之{m}" for m in range(5)]} for n in range(10)
    ]  # 60 and 2: two orders
    async with serve(limited(settings, LimitSettings(orders_per_minute=4))) as (_, clients):
        placed = await clients.acme.post("/api/orders", json=ORDER | {"competitors": rivals})
        assert placed.status_code == 202
        again = f"/api/orders/{placed.json()['id']}/reanalyse"
        answers = [await clients.acme.post(again), await clients.acme.post(again)]
        assert [answer.status_code for answer in answers] == [202, 429]
        assert answers[1].json()["detail"].startswith("at most 4 orders of 50 names with one key a minute")
        assert (await clients.acme.post("/api/orders", json=ORDER)).status_code == 429
        assert (await clients.rival.post("/api/orders", json=ORDER)).status_code == 202
