"""Questions that were not asked before the time was over: the report says how many, and that the day is degraded."""

import datetime as dt

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.test_reports import analysed, measured


async def test_a_report_says_how_many_questions_were_not_asked(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place(engines=["chat-a"])
    date = order["first_date"]
    await measured(db, order, date, ("chat-a", "browser", True))
    await db.execute(
        "UPDATE mention_percentage SET versions = versions || jsonb_build_object('not_asked', 12)"
        " WHERE engine = 'chat-a' AND date = :date",
        date=dt.date.fromisoformat(date),
    )
    await analysed(handlers, order, date, "chat-a")
    report = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()
    assert report["engines"]["chat-a"]["degraded"]
    (note,) = [note for note in report["notes"] if "degraded" in note]
    assert "chat-a 当日有 12 题在规定时间内未能提问" in note
    assert "the time was over before 12 questions could be asked" in note
