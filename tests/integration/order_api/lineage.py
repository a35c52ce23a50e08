"""Answers whose every character is known, and what the tests read of their lineage."""

import datetime as dt
from typing import Any

from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed, RefreshRequested
from answerlens_common.settings import FreshnessSettings
from answerlens_order_api.handlers import Handlers
from answerlens_scheduler.handlers import Handlers as Scheduler
from tests.integration.order_api.conftest import Clients
from tests.support.answered import Given, analyse

ENGINES = ("chat-a", "chat-b")
QUESTIONS = {
    "q1": (0, "通勤耳机怎么选？"),
    "q2": (0, "降噪耳机哪款好？"),
    "q3": (1, "千元耳机推荐？"),
    "q4": (1, "Bose耳机值得买吗？"),
    "q5": (1, "耳机的蓝牙版本有什么用？"),
    "q6": (1, "耳机怎么清洁？"),
}
ANSWERS = {
    "q1": Given(
        "先看Bose，再看ＳＯＮＹ，最后还是索尼。", score=4, links=[("https://www.sony.com.cn/a?utm_source=x", True)]
    ),
    "q2": Given("漫步者就很好。", score=3, links=[("https://bose.cn/", True), ("https://notsony.com.cn/", False)]),
    "q3": Given("索尼。", score=2),
    "q4": Given("值得，索尼也行。"),
    "q5": Given("版本越新越省电。", score=0, told=False),
    "q6": Given("", status="captcha", score=None),
}
RIVALS = [{"name": "Bose", "domains": ["bose.cn"]}]


async def run(db: Database, handlers: Handlers, date: dt.date) -> None:
    """Let the analyzer do what is waiting on a date, and hear of it."""
    for engine in ENGINES:
        for event in await analyse(db, engine, date):
            if isinstance(event, OrderAnalysed):
                await handlers.on_order_analysed(event, "1")


def path(order: dict[str, Any], name: str) -> str:
    return f"/api/orders/{order['id']}/{name}"


def first_date(order: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(order["first_date"])


async def rates(clients: Clients, order: dict[str, Any], **query: str) -> dict[str, Any]:
    report = await clients.acme.get(path(order, "report"), params=query)
    assert report.status_code == 200, report.text
    found: dict[str, Any] = report.json()["overall"]["rates"]
    return found


async def evidence(clients: Clients, order: dict[str, Any], **query: str | int) -> dict[str, Any]:
    response = await clients.acme.get(path(order, "evidence"), params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def everything(clients: Clients, order: dict[str, Any], **query: str | int) -> list[dict[str, Any]]:
    page = await evidence(clients, order, **query)
    items: list[dict[str, Any]] = page["items"]
    while page["next"]:
        page = await evidence(clients, order, **query, cursor=page["next"])
        items += page["items"]
    return items


async def refreshed(db: Database, clients: Clients, date: dt.date, *, backdate: bool = False) -> None:
    """An admin refreshes a date, and the scheduler hears of it."""
    form: dict[str, Any] = {"date": str(date)} | ({"backdate": True} if backdate else {})
    response = await clients.admin.post("/api/refresh", json=form)
    assert response.status_code == 202, response.text
    scheduler = Scheduler(db, FreshnessSettings())
    await scheduler.on_refresh_requested(RefreshRequested.model_validate(form), "1")


async def settle(db: Database, handlers: Handlers) -> None:
    """Let the analyzer hear of what was withdrawn, and the API of what was compared anew."""
    from answerlens_analyzer.comparing import Comparing  # noqa: PLC0415 - was not there before
    from answerlens_common.events import MeasurementWithdrawn, OrderCompared  # noqa: PLC0415

    for body in await _published(db, "measurement.withdrawn"):
        await Comparing(db).on_measurement_withdrawn(MeasurementWithdrawn.model_validate_json(body))
    for body in await _published(db, "order.compared"):
        await handlers.on_order_compared(OrderCompared.model_validate_json(body), "1")


async def _published(db: Database, routing_key: str) -> list[str]:
    async with db.transaction() as tx:
        rows = await tx.rows("DELETE FROM outbox WHERE routing_key = :key RETURNING body", key=routing_key)
    return [row["body"] for row in rows]
