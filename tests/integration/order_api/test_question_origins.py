"""How many of a report's source questions people really asked."""

import datetime as dt
import json

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.test_reports import analysed, measured


async def test_a_report_says_how_many_source_questions_people_asked(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place()
    date = order["first_date"]
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status, origins) VALUES (:keyword, 1, :date, 'ready',"
            " CAST(:origins AS jsonb))",
            keyword=order["keyword"],
            date=dt.date.fromisoformat(date),
            origins=json.dumps({"model": 30, "zhihu_api": 15, "list": 5}),
        )
    await measured(db, order, date, ("chat-a", "browser", False), ("chat-b", "browser", False))
    await analysed(handlers, order, date, "chat-a", "chat-b")
    report = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()
    assert report["question_sources"] == {"asked": 20, "of": 50, "origins": {"zhihu_api": 15, "list": 5, "model": 30}}
    assert [note for note in report["notes"] if "30 were proposed by the language model (synthetic)" in note]


async def test_a_report_of_before_origins_were_kept_does_not_change_for_them(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place(engines=["chat-a"])
    date = order["first_date"]
    await measured(db, order, date, ("chat-a", "browser", False))
    await analysed(handlers, order, date, "chat-a")
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE report_version SET bodies = (SELECT json_object_agg(surface, CAST(body AS jsonb)"
            " - 'question_sources') FROM json_each(bodies) AS one (surface, body))"
        )
        before = await tx.value("SELECT CAST(bodies AS text) FROM report_version")
        await tx.execute("UPDATE measurement SET status = 'running', completed_at = NULL")
        await tx.execute("UPDATE measurement_engine SET status = 'pending'")
    await analysed(handlers, order, date, "chat-a")
    rows = await db.rows("SELECT version, CAST(bodies AS text) AS bodies FROM report_version")
    assert [(row["version"], row["bodies"]) for row in rows] == [(1, before)]
