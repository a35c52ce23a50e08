"""What is said of a day's changes: when it is stored, and again when a day before it changes or is withdrawn."""

import asyncio
from dataclasses import dataclass

from answerlens_analyzer import history, store
from answerlens_analyzer.history import RatesKey
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import MeasurementWithdrawn, OrderCompared
from answerlens_rates.chain import with_links
from answerlens_rates.changes import WINDOW_DAYS, with_changes
from answerlens_rates.headline import without_visibility_verdict


@dataclass(frozen=True)
class Comparing:
    """Compares an order's days anew."""

    db: Database

    async def on_measurement_withdrawn(self, event: MeasurementWithdrawn, *_: object) -> None:
        """Its rates are gone: the days after it are compared with others, and their chains run without it."""
        async with self.db.transaction() as tx:
            await store.lock_days(tx, event.order_id, event.date)
            for key in await history.later(tx, event.order_id, event.date):
                await compare(tx, key)
            await enqueue(tx, [OrderCompared(order_id=event.order_id, date=event.date)])


async def compare(tx: Transaction, key: RatesKey) -> None:
    """Say what has changed on a day since those before it; later days too, when an earlier one is analysed again."""
    rates = await history.stored_rates(tx, key)
    if rates is not None:
        days = await history.comparable_days(tx, key, limit=2 * WINDOW_DAYS)
        before = await history.days_before(tx, key, limit=WINDOW_DAYS)
        rules_before = await history.rules_before(tx, key)
        compared = await asyncio.to_thread(with_changes, rates, days)
        linked = await asyncio.to_thread(with_links, compared, days, before, rules_before)
        if await history.keyword_names_brand(tx, key):
            linked = without_visibility_verdict(linked)
        await history.update_rates(tx, key, linked)
