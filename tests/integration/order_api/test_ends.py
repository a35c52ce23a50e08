"""That a measurement and an order have ended is published in the transaction that ends them."""

import json

from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.analysed import analysed, news
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.dead import failed
from tests.integration.order_api.lineage import ANSWERS, QUESTIONS, first_date, path, rates
from tests.support.answered import analyse, store_bank, store_day


async def ends(db: Database) -> list[tuple[str, str]]:
    """What was published of ends, and with which status."""
    rows = await db.rows(
        "SELECT routing_key, body FROM outbox WHERE routing_key IN ('measurement.ended', 'order.ended') ORDER BY id"
    )
    return [(row["routing_key"], json.loads(row["body"])["status"]) for row in rows]


async def test_the_last_engine_ends_both_once(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a", "chat-b"])
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"))
    assert await ends(db) == []
    for _ in range(2):
        await handlers.on_stage_failed(failed(order, "collect", "chat-b"))
        await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"))
    assert await ends(db) == [("measurement.ended", "completed"), ("order.ended", "completed")]
    row = await db.row("SELECT body FROM outbox WHERE routing_key = 'measurement.ended'")
    assert row is not None
    assert json.loads(row["body"]) == {
        "version": 1,
        "order_id": order["id"],
        "date": order["first_date"],
        "status": "completed",
        "reanalysed": False,
    }


async def test_what_fails_ends_too(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_stage_failed(failed(order, "search", None))
    assert await ends(db) == [("measurement.ended", "failed"), ("order.ended", "failed")]


async def test_a_cancellation_ends_what_had_not_ended(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    for _ in range(2):
        assert (await clients.acme.post(f"/api/orders/{order['id']}/cancel")).is_success
        await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"))
    assert await ends(db) == [("measurement.ended", "cancelled"), ("order.ended", "cancelled")]


async def test_what_is_analysed_anew_ends_again_and_says_so(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place(engines=["chat-a"])
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"))
    async with db.transaction() as tx:
        await tx.execute("UPDATE measurement SET status = 'running', reanalysing = true")
        await tx.execute("UPDATE measurement_engine SET status = 'pending'")
        await tx.execute("DELETE FROM mention_percentage")
    await handlers.on_order_analysed(news(order, "chat-a"))
    assert await db.value("SELECT status FROM measurement") == "running", "late news of the analysis before"
    await handlers.on_order_analysed(await analysed(handlers.db, order, "chat-a"))
    assert await db.value("SELECT status FROM measurement") == "completed"
    assert await ends(db) == [
        ("measurement.ended", "completed"),
        ("order.ended", "completed"),
        ("measurement.ended", "completed"),
    ]
    bodies = await db.rows("SELECT body FROM outbox WHERE routing_key = 'measurement.ended' ORDER BY id")
    assert [json.loads(row["body"])["reanalysed"] for row in bodies] == [False, True]


async def test_late_news_does_not_end_an_engine_whose_day_in_work_is_analysed_again(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    placed = await clients.place(engines=["chat-a"])
    await store_bank(db, QUESTIONS)
    await store_day(db, "chat-a", first_date(placed), ANSWERS)
    late = [event for event in await analyse(db, "chat-a", first_date(placed)) if isinstance(event, OrderAnalysed)]
    assert (await clients.acme.post(path(placed, "reanalyse"), json={"brand": {"aliases": ["漫步者"]}})).is_success
    for event in late * 2:
        await handlers.on_order_analysed(event, "1")
    assert await db.value("SELECT status FROM measurement_engine") == "pending", "its rates are gone"
    again = [event for event in await analyse(db, "chat-a", first_date(placed)) if isinstance(event, OrderAnalysed)]
    # the same news, whichever comes first: the rates are there now
    for event in (*late, *again):
        await handlers.on_order_analysed(event, "2")
    assert await db.value("SELECT status FROM measurement") == "completed"
    assert (await rates(clients, placed))["mention_rate"]["k"] == 3
