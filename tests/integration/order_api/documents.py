"""What the tests of reports share: a measured day, and its versions as a client reads them."""

import datetime as dt
from typing import Any

import httpx

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.lineage import ANSWERS, ENGINES, QUESTIONS, RIVALS, first_date, path, run
from tests.support.answered import drop_day, store_bank, store_day

ONE = dt.timedelta(days=1)
REASON = "量错了日期 measured for a date long past"


async def measured_order(db: Database, clients: Clients, handlers: Handlers) -> dict[str, Any]:
    """An order whose first day has been measured."""
    placed = await clients.place(competitors=RIVALS)
    await store_bank(db, QUESTIONS)
    await measure(db, handlers, first_date(placed))
    return placed


async def measure(db: Database, handlers: Handlers, date: dt.date) -> None:
    """Give a day its answers, and analyse them for whoever waits."""
    for engine in ENGINES:
        await store_day(db, engine, date, ANSWERS)
    await run(db, handlers, date)


async def drop_everything(db: Database, date: dt.date) -> None:
    """What the cleanup leaves of a day, and of a bank that a newer one has replaced."""
    await drop_day(db, date)
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM collection WHERE date = :date", date=date)
        await tx.execute("DELETE FROM question_bank")
        await tx.execute("UPDATE bank SET status = 'dropped'")


async def version(clients: Clients, order: dict[str, Any], number: int, date: dt.date | None = None) -> httpx.Response:
    day = date or first_date(order)
    found = await clients.acme.get(path(order, "report"), params={"date": str(day), "version": number})
    assert found.status_code == 200, found.text
    return found


def pending(report: dict[str, Any]) -> list[str]:
    return [engine for engine, part in report["engines"].items() if part["sentiment_pending"]]


async def versions(clients: Clients, order: dict[str, Any], date: dt.date | None = None) -> list[dict[str, Any]]:
    """The versions of a day's report, the first one first."""
    day = date or first_date(order)
    page = await clients.acme.get(path(order, "report/versions"), params={"date": str(day)})
    assert page.status_code == 200, page.text
    items: list[dict[str, Any]] = page.json()["items"]
    return items[::-1]


async def reanalyse(clients: Clients, order: dict[str, Any], *aliases: str) -> httpx.Response:
    return await clients.acme.post(path(order, "reanalyse"), json={"brand": {"aliases": list(aliases)}})


async def withdraw(clients: Clients, order: dict[str, Any], date: dt.date) -> httpx.Response:
    return await clients.admin.post(path(order, "withdraw"), json={"date": str(date), "reason": REASON})


async def since(clients: Clients, order: dict[str, Any], date: str) -> list[str]:
    """What is said of a day's newest version since it was made, besides that its answers are gone."""
    path = f"/api/orders/{order['id']}/report/versions"
    newest = (await clients.acme.get(path, params={"date": date})).json()["items"][0]
    return [note for note in newest["notes"] if "dropped" not in note]
