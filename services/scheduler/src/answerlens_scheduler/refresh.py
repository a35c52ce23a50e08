"""The nightly refresh: every live keyword is collected and scored again, every live order measured again."""

import datetime as dt

from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import Lane
from answerlens_common.logs import get_logger
from answerlens_common.outbox import enqueue
from answerlens_common.pipeline import Day, first_events_of_days
from answerlens_common.settings import FreshnessSettings

BULK_PRIORITY = 0


async def refresh(tx: Transaction, date: dt.date, freshness: FreshnessSettings) -> int:
    """Open the measurements of a date and start their keywords, on the bulk lane; returns the number of keywords.

    Repeatable: what exists for the date already is left alone and passed on. Orders that begin later
    have no part in it.
    """
    # an order is measured once, and then on `track_days` further days
    await tx.execute(
        "UPDATE orders SET live = false WHERE live"
        " AND (SELECT count(*) FROM measurement WHERE order_id = orders.id AND date <> :date) > track_days",
        date=date,
    )
    await tx.execute(
        "INSERT INTO measurement (order_id, date, keyword)"
        " SELECT id, CAST(:date AS date), keyword FROM orders WHERE live"
        " ON CONFLICT (order_id, date) DO NOTHING",
        date=date,
    )
    await tx.execute(
        "INSERT INTO measurement_engine (order_id, date, engine)"
        " SELECT id, CAST(:date AS date), unnest(engines) FROM orders WHERE live"
        " ON CONFLICT (order_id, date, engine) DO NOTHING",
        date=date,
    )
    keywords = await tx.rows(
        "SELECT keyword, array_agg(DISTINCT engine) AS engines FROM orders, unnest(engines) AS engine"
        " WHERE live GROUP BY keyword ORDER BY keyword",
    )
    if keywords:
        days = [Day(row["keyword"], date, row["engines"], Lane.BULK) for row in keywords]
        await enqueue(tx, await first_events_of_days(tx, days, freshness), priority=BULK_PRIORITY)
        await tx.notify(PROGRESS, *(day.keyword for day in days))
    get_logger().info("refresh", date=str(date), keywords=len(keywords))
    return len(keywords)
