"""Another model answers than on the day before: on the series and in the report."""

import datetime as dt

from answerlens_common.db import Database
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.test_reports import analysed, day_after, measured


async def test_another_model_that_answers_is_marked_on_the_series(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await clients.place(engines=["chat-a"])
    days = [day_after(order, days) for days in range(3)]
    for date, model in zip(days, ("m-1", "m-2", "m-2"), strict=True):
        await measured(db, order, date, ("chat-a", "browser", False))
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE mention_percentage SET versions = versions"
                " || jsonb_build_object('served_models', jsonb_build_array(CAST(:model AS text)))"
                " WHERE engine = 'chat-a' AND date = :date",
                model=model,
                date=dt.date.fromisoformat(date),
            )
        await analysed(handlers, order, date, "chat-a")
    change = {"was": ["m-1"], "is": ["m-2"], "was_on": days[0]}
    path = f"/api/orders/{order['id']}"
    series = (await clients.acme.get(f"{path}/measurements")).json()["items"]
    assert [day["rates"][0]["model_change"] for day in series] == [None, change, None]
    report = (await clients.acme.get(f"{path}/report", params={"date": days[1]})).json()
    assert report["engines"]["chat-a"]["versions"]["model_change"] == change
    assert [note for note in report["notes"] if f"Another model answers at chat-a: m-1 on {days[0]}, m-2" in note]
    unchanged = (await clients.acme.get(f"{path}/report", params={"date": days[2]})).json()
    assert "model_change" not in unchanged["engines"]["chat-a"]["versions"]
