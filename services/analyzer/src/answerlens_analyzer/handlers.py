"""`CollectionScored` in, `OrderAnalysed` out, one an order; `CollectionAnalysed` when answers are still to be judged.

Of a private collection `SubjectAnalysed` is out, one a brand (`subjects`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Final
from uuid import UUID

from answerlens_analyzer import store
from answerlens_analyzer.analyse import Analysed, each_by_itself, names_version
from answerlens_analyzer.comparing import compare
from answerlens_analyzer.errors import AnswersDroppedError
from answerlens_analyzer.history import RatesKey
from answerlens_analyzer.keyword_day import KeywordDay
from answerlens_analyzer.relinking import Relinking
from answerlens_analyzer.sentiment import store as sentiment
from answerlens_analyzer.subjects.analysing import SubjectAnalysis
from answerlens_collection.messages import collection_of
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import TransientError, describe, failure_from
from answerlens_common.events import CollectionAnalysed, CollectionScored, Event, OrderAnalysed, StageFailed
from answerlens_common.observing import metrics
from answerlens_common.observing.logs import get_logger
from answerlens_common.stage_names import StageName
from answerlens_common.work.claims import Lease, LeaseLostError
from answerlens_common.work.errors import public_text
from answerlens_rates.day import DayStatus, day_status
from answerlens_rates.definitions import OVERALL
from answerlens_rates.headline import headline
from answerlens_rates.outcomes import Outcomes, pool
from answerlens_rates.rates import compute_rates
from answerlens_rates.resting import with_engines

# Orders that are looked for together, in one pass over the answers: the first of each client before any second.
ORDERS_A_TURN: Final = 20
# After so many a message follows itself, behind those of other collections that wait.
MOST_TURNS: Final = 3


@dataclass(frozen=True)
class Handlers:
    """The analyse stage, with what it needs."""

    db: Database
    degraded_below: float

    async def cached(self, event: CollectionScored) -> list[Event] | None:
        """When every order, or subject, that waits has its rates already, that is passed on.

        A message that comes before its scores is left: it comes with them again.
        """
        collection = await collection_of(self.db, event)
        if collection is None or collection.status is not CollectionStatus.SCORED:
            return []
        day = KeywordDay.of(collection)
        if day is None:
            return await self._subjects.cached(collection)
        if await store.waits(self.db, day):
            return None
        return await self._analysed(event, day)

    async def on_collection_scored(self, event: CollectionScored, lease: Lease) -> list[Event]:
        """Compute the rates of every order that waits for this engine, or of a private collection's subjects."""
        collection = await collection_of(self.db, event)
        if collection is None:
            return []  # it was dropped since it was looked up
        day = KeywordDay.of(collection)
        if day is None:
            return await self._subjects.analyse(collection, lease)
        return await self._analyse_day(event, day, lease)

    @property
    def _subjects(self) -> SubjectAnalysis:
        return SubjectAnalysis(self.db, self.degraded_below)

    async def _analyse_day(self, event: CollectionScored, day: KeywordDay, lease: Lease) -> list[Event]:
        measured = await store.load_measured(self.db, day)
        answers = await store.load_answers(self.db, day)
        if not answers:
            raise AnswersDroppedError(day.engine, day.date)
        relinking = Relinking(self.db, day, measured)
        # whose rates were stored by a process that could not tell it
        untold = await store.analysed(self.db, day)
        failed: dict[UUID, Exception] = {}
        analysed = len(untold)
        for _ in range(MOST_TURNS):
            # an order whose names were changed while the old ones were looked for comes again
            orders = await store.unanalysed(self.db, day, failed, ORDERS_A_TURN)
            if not orders:
                again: list[Event] = []
                break
            errors = await self._turn(day, lease, orders, measured, answers, relinking)
            failed |= errors
            analysed += len(orders) - len(errors)
            if await sentiment.has_unjudged(self.db, day):
                async with lease.write() as tx:
                    await enqueue(tx, [CollectionAnalysed.following(event)])
        else:
            again = [event]
        if failed and not analysed:
            # there is no one whom it spares: the stage has failed, and its message is kept
            raise next(iter(failed.values()))
        for order_id, own in failed.items():
            await store.log_failure(lease, day, order_id, describe(own))
            metrics.stage_runs.labels("analyse", "failed").inc()
        return [
            *(OrderAnalysed(order_id=order_id, date=day.date, engine=day.engine) for order_id in untold),
            *(_failure(event, day, order_id, own) for order_id, own in failed.items()),
            *again,
        ]

    async def _turn(
        self,
        day: KeywordDay,
        lease: Lease,
        orders: Sequence[store.Order],
        measured: store.Measured,
        answers: Sequence[store.StoredAnswer],
        relinking: Relinking,
    ) -> dict[UUID, Exception]:
        """Analyse some orders together and store each by itself; those that cannot be analysed, with what kept them."""
        analysed = await asyncio.to_thread(each_by_itself, answers, orders, measured.surface, day.keyword)
        failed: dict[UUID, Exception] = {}
        for order in orders:
            try:
                await relinking.analyse_again(lease, order)
                await self._judge_and_store(day, lease, order, measured, analysed[order.order_id], answers)
            except (TransientError, LeaseLostError):
                raise
            except Exception as error:  # noqa: BLE001 - it is this order's own: the others go on
                get_logger().exception("an order cannot be analysed", order=str(order.order_id))
                failed[order.order_id] = error
        return failed

    async def _judge_and_store(
        self,
        day: KeywordDay,
        lease: Lease,
        order: store.Order,
        measured: store.Measured,
        analysed: Analysed | Exception,
        answers: Sequence[store.StoredAnswer],
    ) -> None:
        if isinstance(analysed, Exception):
            raise analysed
        digests = [sentiment.digest(answer.text, order.brand) for answer in answers]
        known = await sentiment.known(self.db, order.brand["name"], digests)
        labels = [known[digest].sentiment if digest in known else None for digest in digests]
        models = sorted({label.model for label in known.values()})
        judged = replace(measured, versions={**measured.versions, "sentiment_models": models})
        await self._store(day, lease, order, judged, analysed.judged_by(labels))

    async def _store(
        self, day: KeywordDay, lease: Lease, order: store.Order, measured: store.Measured, analysed: Analysed
    ) -> None:
        outcomes = analysed.outcomes
        store_rates = partial(store.store_rates, order=order, day=day, measured=measured, names=names_version(order))
        rates = await asyncio.to_thread(compute_rates, outcomes)
        rated = store.Rated(rates, headline(outcomes, analysed.in_keyword), degraded=self._is_degraded(outcomes))
        async with lease.write() as tx:
            days = await store.lock_days(tx, order.order_id, day.date)
            # its client may have changed the names meanwhile, or an admin withdrawn the measurement
            if day.date not in days or not await store.has_its_names(tx, order):
                return
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
                degraded=any(map(self._is_degraded, tables.values())),
            )
            await store_rates(tx, engine=OVERALL, measured=all_runs, rated=all_rated)
            for date, engine in product(days, (day.engine, OVERALL)):
                await compare(tx, RatesKey(order.order_id, date, engine, measured.surface))
            # told at once: the order waits for none of those that are analysed after it
            await enqueue(tx, [OrderAnalysed(order_id=order.order_id, date=day.date, engine=day.engine)])

    def _is_degraded(self, outcomes: Outcomes) -> bool:
        ok, total = int(outcomes.ok.sum()), len(outcomes.ok)
        return day_status(ok, total, degraded_below=self.degraded_below) is not DayStatus.OK

    async def _analysed(self, event: CollectionScored, day: KeywordDay) -> list[Event]:
        waiting = await store.analysed(self.db, day)
        following: list[Event] = [OrderAnalysed(order_id=order, date=day.date, engine=day.engine) for order in waiting]
        if await sentiment.has_unjudged(self.db, day):
            following.append(CollectionAnalysed.following(event))
        return following


def _failure(event: CollectionScored, day: KeywordDay, order_id: UUID, error: Exception) -> StageFailed:
    return StageFailed(
        stage=StageName.ANALYSE,
        keyword=day.keyword,
        date=day.date,
        engine=day.engine,
        collection_id=event.collection_id,
        error=public_text(error),
        code=failure_from(error),
        order_id=order_id,
    )
