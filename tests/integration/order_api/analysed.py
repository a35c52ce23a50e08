"""An engine of an order has its rates, as the analyzer leaves them, and the event that says so."""

import datetime as dt
from typing import Any
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.events import OrderAnalysed


def news(order: dict[str, Any], engine: str, date: str = "") -> OrderAnalysed:
    """The event alone."""
    return OrderAnalysed(
        order_id=UUID(order["id"]), date=dt.date.fromisoformat(date or order["first_date"]), engine=engine
    )


async def analysed(db: Database, order: dict[str, Any], engine: str, date: str = "") -> OrderAnalysed:
    """The event, of rates that are stored: those that a test has stored, or none in particular."""
    event = news(order, engine, date)
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO mention_percentage"
            " (order_id, brand_name, keyword_name, date, engine, surface, rates, versions)"
            " SELECT id, brand_name, keyword, :date, CAST(:engine AS varchar), 'browser', '{}', '{}'"
            " FROM orders WHERE id = :order"
            " AND NOT EXISTS (SELECT FROM mention_percentage"
            "  WHERE order_id = :order AND date = :date AND engine = CAST(:engine AS varchar))",
            order=event.order_id,
            date=event.date,
            engine=engine,
        )
    return event
