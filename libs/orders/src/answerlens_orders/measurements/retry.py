"""An admin tries a keyword's day again: what has failed of it is opened, and enters the pipeline where it stopped.

Failed questions, and those that met a captcha, a login wall or an empty page, are forgotten and asked again, with
attempts of their own; answers and refusals stay. This is the only way in which a failed run is asked again on its day:
a new order does not do it, since it knows no better than the one before whether the account is logged in again.

Locks are taken as the stages take them: run, measurement, order.
"""

import datetime as dt

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import Lane
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.outbox import enqueue
from answerlens_orders.measurements.entry import WANTED_ENGINES, first_events
from answerlens_orders.measurements.reopen import NobodyWaitsError, check_waited_for, wait_again

_RUNS = " WHERE keyword = :keyword AND date = :date AND (CAST(:engine AS text) IS NULL OR engine = :engine)"


async def retry(
    db: Database, keyword: str, date: dt.date, engine: str | None, lane: Lane, freshness: FreshnessSettings
) -> bool:
    """Try again what has failed of a keyword's day, on one engine or (None) on all; False when nobody wants it."""
    try:
        async with db.transaction() as tx:
            await _ask_again(tx, keyword, date, engine)
            await wait_again(tx, keyword, date, engine, None)
            await check_waited_for(tx, keyword, date, engine)
            wanted = [row["engine"] for row in await tx.rows(WANTED_ENGINES, keyword=keyword, date=date)]
            await enqueue(tx, await first_events(tx, keyword, date, wanted, lane, freshness))
            await tx.notify(PROGRESS, keyword)
    except NobodyWaitsError:
        return False
    return True


async def retry_date(db: Database, date: dt.date, freshness: FreshnessSettings) -> list[str]:
    """Try again what has failed of a date for live orders; the keywords."""
    rows = await db.rows(
        "SELECT DISTINCT m.keyword FROM measurement_engine e JOIN measurement m USING (order_id, date)"
        " JOIN orders o ON o.id = m.order_id"
        " WHERE e.date = :date AND o.live AND m.status <> 'cancelled' AND e.status = 'failed' ORDER BY m.keyword",
        date=date,
    )
    return [row["keyword"] for row in rows if await retry(db, row["keyword"], date, None, Lane.BULK, freshness)]


async def _ask_again(tx: Transaction, keyword: str, date: dt.date, engine: str | None) -> None:
    """Take failed runs up again, without what they had failed for."""
    values = {"keyword": keyword, "date": date, "engine": engine}
    runs = await tx.rows(
        f"SELECT engine, task_id FROM collection_run{_RUNS}"  # noqa: S608 - a constant
        " AND status = 'failed' ORDER BY engine FOR UPDATE",
        **values,
    )
    engines = [row["engine"] for row in runs]
    await tx.execute(
        "DELETE FROM ai_answer WHERE keyword = :keyword AND answer_date = :date"
        " AND engine = ANY(CAST(:engines AS text[])) AND status NOT IN ('ok', 'refused')",
        keyword=keyword,
        date=date,
        engines=engines,
    )
    # a paused run has its questions published again
    await tx.execute(
        "UPDATE collection_run SET status = 'paused', ok_share = NULL, asked_at = NULL, completed_at = NULL"
        " WHERE keyword = :keyword AND date = :date AND engine = ANY(CAST(:engines AS text[]))",
        keyword=keyword,
        date=date,
        engines=engines,
    )
    await tx.execute(
        "UPDATE task_log SET status = 'running', retry_count = retry_count + 1, completed_at = NULL, duration = NULL"
        " WHERE id = ANY(CAST(:tasks AS bigint[]))",
        tasks=[row["task_id"] for row in runs],
    )
