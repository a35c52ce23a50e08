"""Refreshing a date: whose orders it is for, and what is said while it is under way."""

import datetime as dt
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from answerlens_order_api.settings import OrderApiSettings
from tests.integration.order_api.conftest import Clients, Serve
from tests.integration.order_api.lineage import ANSWERS, ENGINES, QUESTIONS, first_date, path, refreshed, run
from tests.support.answered import store_bank, store_day

ONE = dt.timedelta(days=1)


async def measured(db: Database, handlers: Handlers, date: dt.date) -> None:
    for engine in ENGINES:
        await store_day(db, engine, date, ANSWERS)
    await run(db, handlers, date)


async def refuse(clients: Clients, **form: Any) -> dict[str, Any]:
    """The problem that a refresh is refused with."""
    response = await clients.admin.post("/api/refresh", json=form)
    assert response.status_code == 422, response.text
    error: dict[str, Any]
    (error,) = response.json()["errors"]
    assert error["field"] == "date"
    return error


@pytest.mark.case("o3")
async def test_a_date_before_every_order_began_is_refused(db: Database, clients: Clients) -> None:
    order = await clients.place()
    error = await refuse(clients, date="2026-01-01")
    assert order["first_date"] in error["message"]
    assert "--backdate" in error["message"]
    assert await db.value("SELECT count(*) FROM outbox WHERE routing_key = 'refresh.requested'") == 0
    await refreshed(db, clients, dt.date(2026, 1, 1), backdate=True)  # the advice works
    assert await db.value("SELECT count(*) FROM measurement WHERE date = '2026-01-01'") == 1


@pytest.mark.case("o3")
async def test_an_order_that_had_begun_is_refreshed_and_the_others_are_left_out(db: Database, clients: Clients) -> None:
    old, new = await clients.place(), await clients.place(brand={"name": "华为"})
    async with db.transaction() as tx:
        await tx.execute("UPDATE orders SET first_date = '2026-01-01' WHERE brand_name = '索尼'")
        await tx.execute("UPDATE measurement SET date = '2026-01-01' WHERE order_id = :id", id=old["id"])
        await tx.execute("UPDATE measurement_engine SET date = '2026-01-01' WHERE order_id = :id", id=old["id"])
    await refreshed(db, clients, dt.date(2026, 1, 2))
    rows = await db.rows("SELECT order_id FROM measurement WHERE date = '2026-01-02'")
    assert [str(row["order_id"]) for row in rows] == [old["id"]]
    answer = (await clients.admin.post("/api/refresh", json={"date": "2026-01-03"})).json()
    assert "left out" in answer["message"]
    assert new["first_date"] not in answer["message"]


@pytest.mark.case("o3")
@pytest.mark.parametrize("date", ["2026-1-1", "2026-01-1", "20260101", "2026-W01-1", "２０２６-01-01", " 2026-01-01"])
async def test_a_date_is_written_in_one_way(clients: Clients, date: str) -> None:
    order = await clients.place()
    error = await refuse(clients, date=date, backdate=True)
    assert "is not a date, such as 2026-01-31" in error["message"]
    places = ["report", "evidence", "report/versions", "events"]
    for url in [*(path(order, place) for place in places), f"/api/keywords/{order['keyword']}/sources"]:
        response = await clients.acme.get(url, params={"date": date})
        assert (url, response.status_code) == (url, 422)
        assert response.json()["errors"][0]["field"] == "date"


async def test_a_backdate_waits_until_reports_of_before_are_filed(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place()
    await store_bank(db, QUESTIONS)
    await measured(db, handlers, first_date(order))
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM report_version")
        await tx.execute("UPDATE measurement SET report_version = 0")
    form = {"date": str(first_date(order) - ONE), "backdate": True}
    refused = await clients.admin.post("/api/refresh", json=form)
    assert (refused.status_code, refused.headers["Retry-After"]) == (409, "60")
    assert (await clients.acme.get(path(order, "report"))).status_code == 200
    assert (await clients.admin.post("/api/refresh", json=form)).status_code == 202


async def events(client: httpx.AsyncClient, url: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Each event of a stream, until it ends."""
    async with client.stream("GET", url, timeout=20) as response:
        assert response.status_code == 200
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            if line.startswith("data:"):
                yield name, json.loads(line.removeprefix("data:"))


@pytest.mark.case("o6")
@pytest.mark.timeout(120)
async def test_the_advice_for_a_date_in_work_leads_to_its_end(
    serve: Serve, settings: OrderApiSettings, db: Database, handlers: Handlers
) -> None:
    """The order's first day has ended; whoever follows the advice hears of the date that was asked for."""
    async with serve(settings) as (_, clients):
        order = await clients.place()
        await store_bank(db, QUESTIONS)
        await measured(db, handlers, first_date(order))
        date = first_date(order) + ONE
        await refreshed(db, clients, date)
        asked = {"date": str(date)}
        refused = await clients.acme.get(path(order, "report"), params=asked)
        assert refused.status_code == 409
        detail = refused.json()["detail"]
        advice = re.search(r"GET (/api/\S+)", detail)
        assert advice is not None
        stream = events(clients.acme, advice[1])
        name, said = await anext(stream)
        assert (name, said["date"], said["status"] in {"queued", "running"}) == ("progress", str(date), True)
        assert f"({said['progress']} %" in detail
        await measured(db, handlers, date)
        rest = [event async for event in stream]
        assert {said["date"] for _, said in rest} == {str(date)}
        assert (rest[-1][0], rest[-1][1]["progress"]) == ("completed", 100)
        assert (await clients.acme.get(path(order, "report"), params=asked)).status_code == 200
        # the same for a day that is analysed again: its order has ended long ago
        assert (await clients.acme.post(path(order, "reanalyse"))).status_code == 202
        stream = events(clients.acme, advice[1])
        assert (await anext(stream))[1]["status"] == "running"
        await run(db, handlers, date)
        assert [name async for name, _ in stream][-1] == "completed"


@pytest.mark.case("o6")
async def test_progress_is_told_of_a_date_that_is_no_longer_among_the_last(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    """The twelfth day from the newest is in work: what is told is its own progress, not none."""
    order = await clients.place(track_days=20)
    await store_bank(db, QUESTIONS)
    await measured(db, handlers, first_date(order))
    days = [first_date(order) + n * ONE for n in range(1, 12)]
    for date in days:
        await refreshed(db, clients, date)
    for engine in ENGINES:
        await store_day(db, engine, days[0], ANSWERS)
    refused = await clients.acme.get(path(order, "report"), params={"date": str(days[0])})
    assert refused.status_code == 409
    percent = re.search(r"\((\d+) %", refused.json()["detail"])
    assert percent is not None
    assert int(percent[1]) > 90


async def test_a_date_that_is_not_measured_cannot_be_followed(clients: Clients) -> None:
    order = await clients.place()
    url = path(order, "events")
    missing = await clients.acme.get(url, params={"date": "2001-01-01"})
    assert (missing.status_code, "/measurements lists" in missing.json()["detail"]) == (404, True)
    assert (await clients.rival.get(url, params={"date": order["first_date"]})).status_code == 404


async def test_a_cancelled_date_says_so_and_what_to_do(clients: Clients) -> None:
    order = await clients.place()
    await clients.acme.post(path(order, "cancel"))
    refused = await clients.acme.get(path(order, "report"))
    assert refused.status_code == 409
    for method, url in re.findall(r"(GET|POST) (/api/[^\s,;]+)", refused.json()["detail"]):
        answer = await clients.acme.request(method, url, json={} if method == "POST" else None)
        assert answer.status_code in {200, 422}
