"""`KeywordScored` in, `OrderAnalysed` out, one an order."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from answerlens_analyzer import cache
from answerlens_analyzer.analyse import outcomes_of
from answerlens_analyzer.day import day_status
from answerlens_analyzer.outcomes import Outcomes, pool
from answerlens_analyzer.rates import compute_rates
from answerlens_common.claims import Lease
from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordScored, OrderAnalysed


@dataclass(frozen=True)
class Handlers:
    """The analyse stage, with what it needs."""

    db: Database
    degraded_below: float

    async def cached(self, event: KeywordScored) -> list[Event] | None:
        """When every order that waits has its rates already, that is passed on."""
        if await cache.unanalysed(self.db, event):
            return None
        return await self._analysed(event)

    async def on_keyword_scored(self, event: KeywordScored, lease: Lease) -> list[Event]:
        """Compute the rates of every order that waits for this engine."""
        orders = await cache.unanalysed(self.db, event)
        run = await cache.load_run(self.db, event)
        answers = await cache.load_answers(self.db, event)
        outcomes = await asyncio.to_thread(outcomes_of, answers, orders, run.surface)
        for order in orders:
            await self._store(event, lease, order, run, outcomes[order.order_id])
        return await self._analysed(event)

    async def _store(
        self, event: KeywordScored, lease: Lease, order: cache.Order, run: cache.Run, outcomes: Outcomes
    ) -> None:
        rates = await asyncio.to_thread(rates_as_json, outcomes)
        async with lease.write() as tx:
            await cache.lock_measurement(tx, order.order_id, event.date)
            await cache.store_outcomes(tx, order.order_id, event, outcomes.columns())
            degraded = self._is_degraded(outcomes)
            await cache.store_rates(tx, order, event, engine=event.engine, run=run, rates=rates, degraded=degraded)
            engines = await cache.outcomes_of_surface(tx, order.order_id, event.date, run.surface)
            tables = [Outcomes.from_columns(columns) for columns in engines.values()]
            # quick, and under the lock: whichever engine is stored last pools them all
            overall = rates_as_json(pool(tables))
            await cache.store_rates(
                tx,
                order,
                event,
                engine=cache.OVERALL,
                run=run,
                rates=overall,
                degraded=any(map(self._is_degraded, tables)),
            )

    def _is_degraded(self, outcomes: Outcomes) -> bool:
        ok, total = int(outcomes.ok.sum()), len(outcomes.ok)
        return day_status(ok, total, degraded_below=self.degraded_below) != "ok"

    async def _analysed(self, event: KeywordScored) -> list[Event]:
        waiting = await cache.analysed(self.db, event)
        return [OrderAnalysed(order_id=order, date=event.date, engine=event.engine) for order in waiting]


def rates_as_json(outcomes: Outcomes) -> Mapping[str, Any]:
    """The rates of a table, ready to be stored."""
    return {name: asdict(rate) for name, rate in compute_rates(outcomes).items()}
