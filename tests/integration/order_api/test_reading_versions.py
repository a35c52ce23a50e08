"""Versions of reports as they are found and listed; and those of days from before there were any."""

from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.documents import (
    measured_order,
    reanalyse,
    version,
    versions,
)
from tests.integration.order_api.lineage import first_date, path, run


@pytest.fixture
async def order(db: Database, clients: Clients, handlers: Handlers) -> dict[str, Any]:
    return await measured_order(db, clients, handlers)


@pytest.mark.parametrize("reader", ["report", "report/versions", "measurements"])
async def test_days_from_before_there_were_reports_have_one(
    db: Database, clients: Clients, order: dict[str, Any], reader: str
) -> None:
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM report_version")
        await tx.execute("UPDATE measurement SET report_version = 0")
    assert (await clients.acme.get(path(order, reader))).status_code == 200
    (only,) = await versions(clients, order)
    assert (only["version"], only["why"]) == (1, "upgraded")
    series = (await clients.acme.get(path(order, "measurements"))).json()["items"]
    overall = (await version(clients, order, 1)).json()["overall"]["rates"]
    assert {rates["engine"]: rates["rates"] for rates in series[0]["rates"]}["overall"] == overall


async def test_days_from_before_are_filed_without_being_read_and_one_that_cannot_be_holds_up_no_other(
    db: Database, order: dict[str, Any]
) -> None:
    from answerlens_orders.reports.filing import Filing  # noqa: PLC0415 - was not there before
    from answerlens_orders.reports.versions import Reports  # noqa: PLC0415

    async with db.transaction() as tx:
        await tx.execute("DELETE FROM report_version")
        await tx.execute("UPDATE measurement SET report_version = 0")
        # two days that were never finished: one without an engine
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword, status) SELECT id, first_date - n, keyword, 'failed'"
            " FROM orders CROSS JOIN generate_series(1, 2) AS n"
        )
    await Filing(db, Reports(sandbox=False)).file_all()
    rows = await db.rows("SELECT date, report_version FROM measurement ORDER BY date DESC")
    assert [row["report_version"] for row in rows] == [1, 0, 0]
    assert rows[0]["date"] == first_date(order)


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({"version": "2"}, 404, "report/versions?date="),
        ({"version": "0"}, 422, ""),
        ({"version": "1.5"}, 422, ""),
        ({"version": str(2**31)}, 422, ""),
        ({"version": "1", "date": "2001-01-01"}, 404, "measurements"),
    ],
)
async def test_versions_that_are_not_there(
    clients: Clients, order: dict[str, Any], query: dict[str, str], status: int, word: str
) -> None:
    response = await clients.acme.get(path(order, "report"), params=query)
    assert response.status_code == status
    assert word in response.json()["detail"]


async def test_versions_come_in_pages_and_are_for_the_owner(
    db: Database, clients: Clients, handlers: Handlers, order: dict[str, Any]
) -> None:
    for alias in ("漫步者", "Sony"):
        await reanalyse(clients, order, alias)
        await run(db, handlers, first_date(order))
    seen, cursor = [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await clients.acme.get(path(order, "report/versions"), params=params)).json()
        seen += [each["version"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [3, 2, 1]
    assert (await clients.rival.get(path(order, "report/versions"))).status_code == 404
    assert (await clients.nobody.get(path(order, "report/versions"))).status_code == 401
    assert (await clients.acme.get(path(order, "report/versions"), params={"cursor": "x"})).status_code == 422
