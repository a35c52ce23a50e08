"""Orders: what is accepted, what is refused, who sees them."""

import asyncio
import datetime as dt
import json
from typing import Any

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.orders import store
from tests.integration.order_api.conftest import ORDER, Clients
from tests.support.collected import store_collection

TABLES = ("orders", "measurement", "measurement_engine", "keyword_day", "outbox")


async def stored(db: Database) -> dict[str, int]:
    return {table: await db.value(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608 - our own names


async def outbox(db: Database) -> list[tuple[str, dict[str, Any], int]]:
    rows = await db.rows("SELECT routing_key, body, priority FROM outbox ORDER BY id")
    return [(row["routing_key"], json.loads(row["body"]), row["priority"]) for row in rows]


async def test_an_order_is_stored_with_its_measurement_and_its_first_event(
    db: Database, clients: Clients, settings: OrderApiSettings
) -> None:
    response = await clients.acme.post("/api/orders", json=ORDER | {"keyword": " ＡＮＣ　耳机 ", "priority": 8})
    assert response.status_code == 202
    order = response.json()
    today = dt.datetime.now(settings.calendar.zone).date().isoformat()
    assert response.headers["location"] == f"/api/orders/{order['id']}"
    assert {name: order[name] for name in ("keyword", "status", "stage", "progress", "is_cached", "live", "user")} == {
        "keyword": "ANC 耳机",
        "status": "queued",
        "stage": "search",
        "progress": 0,
        "is_cached": False,
        "live": True,
        "user": "acme",
    }
    assert order["engines"] == ["chat-a", "chat-b"]
    assert order["brand"]["aliases"] == ["Sony"]
    assert [day["date"] for day in order["measurements"]] == [today] == [order["first_date"]]
    assert await stored(db) == {"orders": 1, "measurement": 1, "measurement_engine": 2, "keyword_day": 1, "outbox": 1}
    (event,) = await outbox(db)
    body = {"version": 1, "keyword": "ANC 耳机", "date": today, "bank_version": 1, "lane": "express"}
    assert event == ("keyword.requested.express", body, 8)
    assert (await clients.acme.get(response.headers["location"])).json() == order


async def test_an_order_on_a_keyword_that_was_done_today_is_cached(db: Database, clients: Clients) -> None:
    today = (await clients.place())["first_date"]
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES ('蓝牙耳机', 1, :today, 'ready')",
            today=dt.date.fromisoformat(today),
        )
        for engine in ("chat-a", "chat-b"):
            await store_collection(tx, "蓝牙耳机", dt.date.fromisoformat(today), engine, total=200, status="scored")
    order = await clients.place(brand={"name": "Bose"}, competitors=[])
    assert order["is_cached"]
    assert order["measurements"][0]["is_cached"]
    keys = [(key, body.get("engine")) for key, body, _ in await outbox(db)][1:]
    assert keys == [("collection.scored.express", "chat-a"), ("collection.scored.express", "chat-b")]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"keyword": ""}, ["keyword"]),
        ({"keyword": "蓝" * 256}, ["keyword"]),
        ({"keyword": "蓝牙\u0007耳机"}, ["keyword"]),
        ({"keyword": "\u200b"}, ["keyword"]),
        ({"keyword": None}, ["keyword"]),
        ({"brand": None}, ["brand"]),
        ({"brand": {"name": ""}}, ["brand.name"]),
        ({"brand": {"name": "索尼", "domains": ["https://sony.com"]}}, ["brand.domains[0]"]),
        ({"competitors": [{"name": "Bose"}, {"name": "SONY"}]}, ["competitors[1].name"]),
        ({"engines": ["chat-a", "chat-z"]}, ["engines[1]"]),
        ({"engines": ["chat-old"]}, ["engines[0]"]),
        ({"engines": ["chat-a", "chat-a"]}, ["engines[1]"]),
        ({"engines": []}, ["engines"]),
        ({"engines": ["\ud800"]}, ["engines[0]"]),
        ({"priority": "high", "track_days": -1}, ["priority", "track_days"]),
        ({"colour": "black"}, ["colour"]),
    ],
)
async def test_bad_input_names_its_field_and_leaves_nothing(
    db: Database, clients: Clients, changes: dict[str, Any], fields: list[str]
) -> None:
    body = {name: value for name, value in (ORDER | changes).items() if value is not None}
    response = await clients.acme.post(
        "/api/orders", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == fields
    assert set((await stored(db)).values()) == {0}


async def test_without_a_valid_key_there_is_nothing(db: Database, clients: Clients, keys: dict[str, str]) -> None:
    order_id = (await clients.place())["id"]
    before = await stored(db)
    await clients.admin.delete("/api/users/rival")
    for headers in (
        {},
        {"Authorization": "Bearer al_" + "x" * 43},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Basic {keys['acme']}"},
        {"Authorization": f"Bearer {keys['acme']}x"},
        {"Authorization": f"Bearer {keys['rival']}"},
    ):
        for method, path in (("POST", "/api/orders"), ("GET", "/api/orders"), ("GET", f"/api/orders/{order_id}")):
            response = await clients.nobody.request(method, path, headers=headers, json=ORDER)
            assert response.status_code == 401
            assert response.headers["content-type"] == "application/problem+json"
            assert response.headers["www-authenticate"].startswith("Bearer")
    assert await stored(db) == before


async def test_nobody_sees_anothers_order(clients: Clients) -> None:
    order_id = (await clients.place())["id"]
    for path in ("", "/events", "/report", "/measurements"):
        assert (await clients.rival.get(f"/api/orders/{order_id}{path}")).status_code == 404
    assert (await clients.rival.post(f"/api/orders/{order_id}/cancel")).status_code == 404
    assert (await clients.rival.get("/api/orders")).json() == {"items": [], "next": None}
    assert (await clients.acme.get(f"/api/orders/{order_id}")).json()["status"] == "queued"
    assert (await clients.admin.get(f"/api/orders/{order_id}")).json()["user"] == "acme"
    assert len((await clients.admin.get("/api/orders")).json()["items"]) == 1
    assert (await clients.acme.get("/api/orders/not-an-id")).status_code == 404


async def test_pages_show_every_order_once_while_new_ones_come_in(clients: Clients) -> None:
    placed = [(await clients.place(keyword=f"词{n}"))["id"] for n in range(5)]
    seen, cursor = [], None
    while True:
        page = (
            await clients.acme.get("/api/orders", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [order["id"] for order in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        await clients.place(keyword="新词")
    assert seen == placed[::-1]


@pytest.mark.fault("F54")
async def test_a_page_ends_early_where_orders_have_many_names(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred orders may have megabytes of names."""
    few = [(await clients.place(keyword=f"词{n}", competitors=[]))["id"] for n in range(3)]
    rivals = [{"name": f"名{n}"} for n in range(20)]
    many = [(await clients.place(keyword=f"多{n}", competitors=rivals))["id"] for n in range(5)]
    monkeypatch.setattr(store, "MOST_CHARACTERS", 7000)
    pages: list[list[str]] = []
    cursor = None
    while cursor is not None or not pages:
        page = (await clients.acme.get("/api/orders", params={"cursor": cursor} if cursor else {})).json()
        pages.append([order["id"] for order in page["items"]])
        cursor = page["next"]
    assert [order for page in pages for order in page] == [*many[::-1], *few[::-1]]
    assert [len(page) for page in pages] == [2, 2, 4]


async def test_orders_are_found_by_status_and_keyword(clients: Clients) -> None:
    first, second = await clients.place(), await clients.place(keyword="手机")
    await clients.acme.post(f"/api/orders/{first['id']}/cancel")

    async def found(**wanted: str) -> list[str]:
        response = await clients.acme.get("/api/orders", params=wanted)
        return [order["id"] for order in response.json()["items"]]

    assert await found(status="cancelled") == [first["id"]]
    assert await found(status="queued") == [second["id"]]
    assert await found(keyword=" 手机 ") == [second["id"]]
    assert await found(status="failed") == []
    for wanted in ({"status": "broken"}, {"keyword": "\x00"}, {"limit": "0"}, {"limit": "101"}, {"cursor": "x"}):
        response = await clients.acme.get("/api/orders", params=wanted)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, next(iter(wanted)))


@pytest.mark.fault("F45")
async def test_one_key_is_one_order_however_often_it_is_posted_at_once(db: Database, clients: Clients) -> None:
    async def post(**changes: Any) -> httpx.Response:
        return await clients.acme.post("/api/orders", json=ORDER | changes, headers={"Idempotency-Key": "once"})

    responses = await asyncio.gather(*(post() for _ in range(100)))
    assert {response.status_code for response in responses} == {202}
    assert len({response.json()["id"] for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    assert await stored(db) == {"orders": 1, "measurement": 1, "measurement_engine": 2, "keyword_day": 1, "outbox": 1}

    other = await post(keyword="手机")
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    same = await post(keyword=" 蓝牙耳机 ")
    assert same.headers["idempotency-replayed"] == "true"
    assert await stored(db) == {"orders": 1, "measurement": 1, "measurement_engine": 2, "keyword_day": 1, "outbox": 1}


@pytest.mark.fault("F45")
async def test_a_key_lasts_as_long_as_its_order_whatever_was_pruned_meanwhile(db: Database, clients: Clients) -> None:
    async def post() -> httpx.Response:
        return await clients.acme.post("/api/orders", json=ORDER, headers={"Idempotency-Key": "once"})

    first = await post()
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
        await tx.execute("DELETE FROM keyword_day")
        await tx.execute("UPDATE orders SET status = 'completed', live = false, created_at = now() - interval '1 year'")
    again = await asyncio.gather(*(post() for _ in range(10)))
    assert {(answer.status_code, answer.json()["id"]) for answer in again} == {(202, first.json()["id"])}
    assert {answer.headers["idempotency-replayed"] for answer in again} == {"true"}
    assert ((await stored(db))["orders"], (await stored(db))["outbox"]) == (1, 0)


async def test_a_key_belongs_to_its_user(db: Database, clients: Clients) -> None:
    for client in (clients.acme, clients.rival):
        response = await client.post("/api/orders", json=ORDER, headers={"Idempotency-Key": "once"})
        assert response.status_code == 202
        assert "idempotency-replayed" not in response.headers
    assert (await stored(db))["orders"] == 2


async def test_an_accepted_order_is_replayed_though_its_engine_is_gone(db: Database, clients: Clients) -> None:
    async def post() -> httpx.Response:
        return await clients.acme.post(
            "/api/orders", json=ORDER | {"engines": ["chat-b"]}, headers={"Idempotency-Key": "once"}
        )

    first = await post()
    async with db.transaction() as tx:
        await tx.execute("UPDATE engine SET enabled = false WHERE name = 'chat-b'")
    again = await post()
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


async def test_an_accepted_order_is_replayed_though_its_client_has_ordered_all_it_may(clients: Clients) -> None:
    rivals = [{"name": f"竞品{n}号", "aliases": [f"别名{n}之{m}" for m in range(20)]} for n in range(20)]
    order = ORDER | {"competitors": rivals}
    headers = {"Idempotency-Key": "once"}
    first = await clients.acme.post("/api/orders", json=order, headers=headers)
    assert first.status_code == 202
    status = 202
    while status == 202:
        status = (await clients.acme.post("/api/orders", json=order)).status_code
    assert status == 429
    again = await clients.acme.post("/api/orders", json=order, headers=headers)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    other = await clients.acme.post("/api/orders", json=ORDER, headers=headers)
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "schlüssel"])
async def test_a_key_is_plain_text(db: Database, clients: Clients, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}
    response = await clients.acme.post("/api/orders", json=ORDER, headers=headers)  # type: ignore[arg-type]
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert (await stored(db))["orders"] == 0


async def test_many_orders_on_one_keyword_at_once_share_its_day(db: Database, clients: Clients) -> None:
    responses = await asyncio.gather(*(clients.acme.post("/api/orders", json=ORDER) for _ in range(20)))
    assert {response.status_code for response in responses} == {202}
    assert (await stored(db))["keyword_day"] == 1
    assert {key for key, _, _ in await outbox(db)} == {"keyword.requested.express"}
