"""The nightly refresh: every live keyword is collected and scored again, every live order measured again."""

import datetime as dt

from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import Lane
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.outbox import enqueue
from answerlens_orders.measurements.entry import Day, first_events_of_days
from answerlens_orders.measurements.tracking import COUNTED_DAYS

BULK_PRIORITY = 0
# the orders that are measured for a date
_BEGUN = "live AND (first_date <= :date OR CAST(:backdate AS boolean))"


async def refresh(tx: Transaction, date: dt.date, freshness: FreshnessSettings, *, backdate: bool = False) -> int:
    """Open the measurements of a date and start their keywords, on the bulk lane; returns the number of keywords.

    Repeatable: what exists for the date already is left alone and passed on; what was withdrawn is measured anew.
    Orders that began later have no part in it, except with `backdate`.
    """
    values = {"date": date, "backdate": backdate}
    await tx.execute(
        f"UPDATE orders SET live = false WHERE live AND ({COUNTED_DAYS} AND date <> :date) > track_days",  # noqa: S608
        date=date,
    )
    await _measure_anew(tx, date, backdate=backdate)
    await tx.execute(
        "INSERT INTO measurement (order_id, date, keyword, why) SELECT id, CAST(:date AS date), keyword,"  # noqa: S608
        f" CASE WHEN first_date > :date THEN 'backdated' ELSE 'measured' END FROM orders WHERE {_BEGUN}"
        " ON CONFLICT (order_id, date) DO NOTHING",
        **values,
    )
    await tx.execute(
        "INSERT INTO measurement_engine (order_id, date, engine)"  # noqa: S608 - a constant
        f" SELECT id, CAST(:date AS date), unnest(engines) FROM orders WHERE {_BEGUN}"
        " ON CONFLICT (order_id, date, engine) DO NOTHING",
        **values,
    )
    keywords = await tx.rows(
        "SELECT keyword, array_agg(DISTINCT engine) AS engines FROM orders, unnest(engines) AS engine"  # noqa: S608
        f" WHERE {_BEGUN} GROUP BY keyword ORDER BY keyword",
        **values,
    )
    if keywords:
        days = [Day(row["keyword"], date, row["engines"], Lane.BULK) for row in keywords]
        await enqueue(tx, await first_events_of_days(tx, days, freshness), priority=BULK_PRIORITY)
        await tx.notify(PROGRESS, *(day.keyword for day in days))
    get_logger().info("refresh", date=str(date), keywords=len(keywords))
    return len(keywords)


async def _measure_anew(tx: Transaction, date: dt.date, *, backdate: bool) -> None:
    """Take up what was withdrawn of a date, as if it had never been measured."""
    # looked for first, by an index that holds nothing else: there mostly is none, and a plan for any values that joins
    # the orders may begin with all of them
    found = await tx.rows("SELECT order_id FROM measurement WHERE date = :date AND status = 'withdrawn'", date=date)
    if not found:
        return
    withdrawn = await tx.rows(
        "UPDATE measurement SET status = 'queued', why = 'remeasured', is_cached = false, completed_at = NULL,"  # noqa: S608
        " created_at = clock_timestamp() WHERE order_id = ANY(CAST(:orders AS uuid[])) AND date = :date"
        f" AND status = 'withdrawn' AND EXISTS (SELECT FROM orders WHERE orders.id = order_id AND {_BEGUN})"
        " RETURNING order_id",
        orders=[row["order_id"] for row in found],
        date=date,
        backdate=backdate,
    )
    await tx.execute(
        "DELETE FROM measurement_engine WHERE date = :date AND order_id = ANY(CAST(:orders AS uuid[]))",
        date=date,
        orders=[row["order_id"] for row in withdrawn],
    )
