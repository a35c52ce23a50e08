"""Analyses some orders of a keyword's day together, and stores each by itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from uuid import UUID

from answerlens_analyzer import store, waiting
from answerlens_analyzer.analyse import Analysed, each_by_itself, names_version
from answerlens_analyzer.comparing import compare
from answerlens_analyzer.history import RatesKey
from answerlens_analyzer.keyword_day import KeywordDay
from answerlens_analyzer.relinking import Relinking
from answerlens_analyzer.sentiment import store as sentiment
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import TransientError
from answerlens_common.events import OrderAnalysed
from answerlens_common.observing.logs import get_logger
from answerlens_common.work.claims import Lease, LeaseLostError
from answerlens_rates.day import DayStatus, day_status
from answerlens_rates.definitions import OVERALL
from answerlens_rates.headline import headline
from answerlens_rates.outcomes import Outcomes, pool
from answerlens_rates.rates import compute_rates
from answerlens_rates.resting import with_engines


@dataclass(frozen=True)
class Turn:
    """What became of some orders: those that were stored, and those that cannot be analysed with what kept them."""

    stored: frozenset[UUID]
    failed: dict[UUID, Exception]


@dataclass(frozen=True)
class DayAnalysis:
    """The analysis of a keyword's day on an engine, under its claim; `answers` are those that are kept of it."""

    db: Database
    day: KeywordDay
    lease: Lease
    measured: store.Measured
    answers: Sequence[store.StoredAnswer]
    relinking: Relinking
    degraded_below: float

    async def waiting(self, besides: Sequence[UUID]) -> list[store.Order]:
        """The orders whose turn it is, without some."""
        return await waiting.unanalysed(self.db, self.day, besides)

    async def turn(self, orders: Sequence[store.Order]) -> Turn:
        """Look for the brands of these orders together, and store the rates of each."""
        analysed = await asyncio.to_thread(
            each_by_itself, self.answers, orders, self.measured.surface, self.day.keyword
        )
        stored: set[UUID] = set()
        failed: dict[UUID, Exception] = {}
        for order in orders:
            try:
                await self.relinking.analyse_again(self.lease, order)
                if await self._judge_and_store(order, analysed[order.order_id]):
                    stored.add(order.order_id)
            except (TransientError, LeaseLostError):
                raise
            except Exception as error:  # noqa: BLE001 - it is this order's own: the others go on
                get_logger().exception("an order cannot be analysed", order=str(order.order_id))
                failed[order.order_id] = error
        return Turn(frozenset(stored), failed)

    async def _judge_and_store(self, order: store.Order, analysed: Analysed | Exception) -> bool:
        if isinstance(analysed, Exception):
            raise analysed
        digests = [sentiment.digest(answer.text, order.brand) for answer in self.answers]
        known = await sentiment.known(self.db, order.brand["name"], digests)
        labels = [known[digest].sentiment if digest in known else None for digest in digests]
        models = sorted({label.model for label in known.values()})
        measured = replace(self.measured, versions={**self.measured.versions, "sentiment_models": models})
        return await self._store(order, measured, analysed.judged_by(labels))

    async def _store(self, order: store.Order, measured: store.Measured, analysed: Analysed) -> bool:
        day, outcomes = self.day, analysed.outcomes
        store_rates = partial(store.store_rates, order=order, day=day, measured=measured, names=names_version(order))
        rates = await asyncio.to_thread(compute_rates, outcomes)
        rated = store.Rated(
            rates,
            headline(outcomes, analysed.in_keyword),
            degraded=self._is_degraded(outcomes) or AnswerStatus.NOT_ASKED in measured.versions,
        )
        async with self.lease.write() as tx:
            days = await store.lock_days(tx, order.order_id, day.date)
            # its client may have changed the names meanwhile, or an admin withdrawn the measurement
            if day.date not in days or not await store.has_its_names(tx, order):
                return False
            await store.store_outcomes(tx, order.order_id, day, analysed.columns(), judged=not outcomes.unjudged.any())
            await store_rates(tx, engine=day.engine, rated=rated)
            engines = await store.outcomes_of_surface(tx, order.order_id, day.date, measured.surface)
            tables = {engine: Outcomes.from_columns(columns) for engine, columns in engines.items()}
            # quick, and under the lock: whichever engine is stored last pools them all
            pooled = pool(list(tables.values()))
            versions = await store.versions_of_surface(tx, order.order_id, day.date, engines)
            all_runs = replace(measured, versions={**measured.versions, **versions})
            all_rated = store.Rated(
                with_engines(await asyncio.to_thread(compute_rates, pooled), tables),
                headline(pooled, analysed.in_keyword),
                degraded=any(map(self._is_degraded, tables.values())) or AnswerStatus.NOT_ASKED in versions,
            )
            await store_rates(tx, engine=OVERALL, measured=all_runs, rated=all_rated)
            for date, engine in product(days, (day.engine, OVERALL)):
                await compare(tx, RatesKey(order.order_id, date, engine, measured.surface))
            # told at once: an order waits for none of those that are analysed after it
            await enqueue(tx, [OrderAnalysed(order_id=order.order_id, date=day.date, engine=day.engine)])
        return True

    def _is_degraded(self, outcomes: Outcomes) -> bool:
        ok, total = int(outcomes.ok.sum()), len(outcomes.ok)
        return day_status(ok, total, degraded_below=self.degraded_below) is not DayStatus.OK
