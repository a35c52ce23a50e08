"""The refresh of a date: every live keyword is collected and scored again, every live order measured again.

Each keyword has a transaction of its own. What was interrupted is simply done again: what there is for the date stays.
"""

import datetime as dt
from collections.abc import AsyncIterator

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import Lane
from answerlens_common.settings import FreshnessSettings
from answerlens_orders.measurements.entry import first_events
from answerlens_orders.measurements.tracking import COUNTED_DAYS

BULK_PRIORITY = 0
# The keyword's orders that are measured for a date.
_BEGUN = "live AND orders.keyword = :keyword AND (first_date <= :date OR CAST(:backdate AS boolean))"

_OPEN = f"""
WITH begun AS (SELECT id, keyword, engines, first_date FROM orders WHERE {_BEGUN}),
opened AS (
    INSERT INTO measurement (order_id, date, keyword, why)
    SELECT id, CAST(:date AS date), keyword, CASE WHEN first_date > :date THEN 'backdated' ELSE 'measured' END
    FROM begun ON CONFLICT (order_id, date) DO NOTHING
), waited_for AS (
    INSERT INTO measurement_engine (order_id, date, engine)
    SELECT id, CAST(:date AS date), unnest(engines) FROM begun ON CONFLICT (order_id, date, engine) DO NOTHING
)
SELECT array_agg(DISTINCT engine) FROM begun, unnest(engines) AS engine
"""  # noqa: S608 - constants
# How many keywords are read at once.
AHEAD = 100


async def live_keywords(db: Database, *, after: str = "") -> AsyncIterator[str]:
    """The keywords of live orders that follow a keyword, in the database's order."""
    while True:
        rows = await db.rows(
            "SELECT DISTINCT keyword FROM orders WHERE live AND keyword > :after ORDER BY keyword LIMIT :ahead",
            after=after,
            ahead=AHEAD,
        )
        for row in rows:
            yield row["keyword"]
        if len(rows) < AHEAD:
            return
        after = rows[-1]["keyword"]


async def refresh_keyword(
    tx: Transaction, keyword: str, date: dt.date, freshness: FreshnessSettings, *, backdate: bool = False
) -> bool:
    """Open the measurements of a keyword's live orders for a date and start the keyword, on the bulk lane.

    Repeatable: what exists for the date already is left alone and passed on; what was withdrawn is measured anew.
    Orders that began later have no part in it, except with `backdate`.

    Returns:
        Whether any order is measured for the date.
    """
    values = {"keyword": keyword, "date": date, "backdate": backdate}
    await tx.execute(
        "UPDATE orders SET live = false"  # noqa: S608 - a constant
        f" WHERE live AND keyword = :keyword AND ({COUNTED_DAYS} AND date <> :date) > track_days",
        keyword=keyword,
        date=date,
    )
    await _measure_anew(tx, values)
    engines = await tx.value(_OPEN, **values)
    if engines is None:
        return False
    events = await first_events(tx, keyword, date, engines, Lane.BULK, freshness)
    await enqueue(tx, events, priority=BULK_PRIORITY)
    await tx.notify(PROGRESS, keyword)
    return True


async def _measure_anew(tx: Transaction, values: dict[str, object]) -> None:
    """Take up what was withdrawn of a keyword's date, as if it had never been measured."""
    # looked for first, by an index that holds nothing else: there mostly is none, and a plan for any values that joins
    # the orders may begin with all of them
    found = await tx.rows(
        "SELECT order_id FROM measurement WHERE date = :date AND keyword = :keyword AND status = 'withdrawn'",
        keyword=values["keyword"],
        date=values["date"],
    )
    if not found:
        return
    withdrawn = await tx.rows(
        "UPDATE measurement SET status = 'queued', why = 'remeasured', is_cached = false, completed_at = NULL,"  # noqa: S608
        " created_at = clock_timestamp() WHERE order_id = ANY(CAST(:orders AS uuid[])) AND date = :date"
        f" AND status = 'withdrawn' AND EXISTS (SELECT FROM orders WHERE orders.id = order_id AND {_BEGUN})"
        " RETURNING order_id",
        orders=[row["order_id"] for row in found],
        **values,
    )
    await tx.execute(
        "DELETE FROM measurement_engine WHERE date = :date AND order_id = ANY(CAST(:orders AS uuid[]))",
        date=values["date"],
        orders=[row["order_id"] for row in withdrawn],
    )
