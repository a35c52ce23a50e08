"""An admin tries a keyword's day again: what has failed of it is opened, and enters the pipeline where it stopped.

Failed questions, and those that met a captcha, a login wall or an empty page, are forgotten and asked again, with
attempts of their own; answers and refusals stay. This is the only way in which a failed collection is asked again on
its day: a new order does not do it, since it knows no better than the last whether the account can be used
again.

Locks are taken as the stages take them: collection, measurement, order.
"""

import datetime as dt

from answerlens_collection.answers import store as answers
from answerlens_collection.collections import store as collections
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import Lane
from answerlens_common.settings import FreshnessSettings
from answerlens_orders.measurements.entry import AWAITED_ENGINES, first_events
from answerlens_orders.measurements.reopen import NobodyWaitsError, check_waited_for, wait_again


async def retry(
    db: Database, keyword: str, date: dt.date, engine: str | None, lane: Lane, freshness: FreshnessSettings
) -> bool:
    """Try again what has failed of a keyword's day, on one engine or (None) all; False when no measurement needs it."""
    try:
        async with db.transaction() as tx:
            await _ask_again(tx, keyword, date, engine)
            await wait_again(tx, keyword, date, engine, None)
            await check_waited_for(tx, keyword, date, engine)
            wanted = [row["engine"] for row in await tx.rows(AWAITED_ENGINES, keyword=keyword, date=date)]
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
    """Take failed collections up again, without what they had failed for."""
    for collection in await collections.lock_failed(tx, keyword, date, engine):
        await answers.forget_unanswered(tx, collection)
        # a paused collection has its questions published again
        await collections.reopen(tx, collection, CollectionStatus.PAUSED)
