"""What of a keyword's shared work a client may read: that of days on which a measurement of theirs was completed."""

import datetime as dt
from typing import Any

import pytest

from answerlens_common.db import Database
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.measured import complete
from tests.integration.order_api.test_questions import banked
from tests.integration.order_api.test_sources import answered

KEYWORD = "蓝牙耳机"
PATHS = (f"/api/keywords/{KEYWORD}/sources", f"/api/keywords/{KEYWORD}/questions")
DAY = dt.timedelta(days=1)


@pytest.fixture
async def today(db: Database, clients: Clients) -> dt.date:
    """The first date of an order of acme's that has been completed; two days before it were others'."""
    order = await clients.place()
    first = dt.date.fromisoformat(order["first_date"])
    await complete(db, order)
    for days, bank in ((2, 1), (1, 2), (0, 3)):
        await answered(db, "chat-a", first - days * DAY, (f"https://day{days}.com/", True))
        await banked(db, bank, (f"{bank}-0-01", 0, f"问题{bank}？", False))
        async with db.transaction() as tx:
            await tx.execute(
                "INSERT INTO keyword_day (keyword, date, bank_version) VALUES (:keyword, :date, :bank)"
                " ON CONFLICT (keyword, date) DO UPDATE SET bank_version = excluded.bank_version",
                keyword=KEYWORD,
                date=first - days * DAY,
                bank=bank,
            )
    return first


async def statuses(clients: Clients) -> list[int]:
    return [(await clients.rival.get(path)).status_code for path in PATHS]


async def rivals_order(clients: Clients) -> dict[str, Any]:
    placed = await clients.rival.post("/api/orders", json={"keyword": KEYWORD, "brand": {"name": "Bose"}})
    assert placed.status_code == 202
    order: dict[str, Any] = placed.json()
    return order


@pytest.mark.case("a9")
@pytest.mark.usefixtures("today")
async def test_neither_ordering_nor_cancelling_opens_a_keyword(clients: Clients) -> None:
    assert await statuses(clients) == [404, 404]
    order = await rivals_order(clients)
    assert await statuses(clients) == [404, 404]
    assert (await clients.rival.get(PATHS[0], params={"order": order["id"]})).status_code == 404
    await clients.rival.post(f"/api/orders/{order['id']}/cancel")
    assert await statuses(clients) == [404, 404]
    for path in PATHS:
        assert (await clients.acme.get(path)).status_code == 200


@pytest.mark.case("a9")
@pytest.mark.parametrize("status", ["queued", "running", "failed", "cancelled"])
@pytest.mark.usefixtures("today")
async def test_what_has_not_been_completed_opens_nothing(db: Database, clients: Clients, status: str) -> None:
    order = await rivals_order(clients)
    async with db.transaction() as tx:
        error = "chat-a: no" if status == "running" else None
        await tx.execute(
            "UPDATE measurement SET status = :status, last_error = :error,"
            " completed_at = CASE WHEN :ended THEN now() END WHERE order_id = :id",
            status=status,
            ended=status != "queued",
            error=error,
            id=order["id"],
        )
    assert await statuses(clients) == [404, 404]
    await complete(db, order)
    assert await statuses(clients) == [200, 200]


@pytest.mark.case("a9")
async def test_a_completed_day_opens_itself_alone(db: Database, clients: Clients, today: dt.date) -> None:
    order = await rivals_order(clients)
    for days in (0, 1, 2):
        async with db.transaction() as tx:
            await tx.execute(
                "INSERT INTO measurement (order_id, date, keyword, status) VALUES (:id, :date, :keyword, :status)"
                " ON CONFLICT (order_id, date) DO UPDATE SET status = excluded.status",
                id=order["id"],
                date=today - days * DAY,
                keyword=KEYWORD,
                status="completed" if days == 1 else "failed",
            )
    yesterday = today - DAY
    sources = (await clients.rival.get(PATHS[0])).json()
    assert (sources["date"], [source["domain"] for source in sources["sources"]]) == (str(yesterday), ["day1.com"])
    questions = (await clients.rival.get(PATHS[1])).json()
    assert (questions["versions"], [item["question_id"] for item in questions["items"]]) == ([2], ["2-0-01"])
    for date in (today, yesterday - DAY):
        assert (await clients.rival.get(PATHS[0], params={"date": str(date)})).status_code == 404
    for version in (1, 3):
        assert (await clients.rival.get(PATHS[1], params={"version": version})).status_code == 404
    # an admin reads all days that were measured
    assert (await clients.admin.get(PATHS[0], params={"date": str(today)})).json()["date"] == str(today)
    assert (await clients.admin.get(PATHS[1])).json()["versions"] == [3, 2, 1]


@pytest.mark.usefixtures("today")
async def test_a_day_stays_open_while_it_is_analysed_again(db: Database, clients: Clients) -> None:
    order = await rivals_order(clients)
    await complete(db, order)
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE measurement SET status = 'running', reanalysing = true WHERE order_id = :id", id=order["id"]
        )
    assert await statuses(clients) == [200, 200]


async def test_an_older_order_serves_while_the_newest_is_under_way(
    db: Database, clients: Clients, today: dt.date
) -> None:
    first = await rivals_order(clients)
    await complete(db, first)
    await rivals_order(clients)
    sources = (await clients.rival.get(PATHS[0])).json()
    assert (sources["order_id"], sources["date"]) == (first["id"], str(today))
