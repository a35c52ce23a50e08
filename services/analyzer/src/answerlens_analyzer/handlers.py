"""`CollectionScored` in, `OrderAnalysed` out, one an order; `CollectionAnalysed` when answers are still to be judged.

Of a private collection `SubjectAnalysed` is out, one a brand (`subjects`).
"""

import datetime as dt
import time
from dataclasses import dataclass
from uuid import UUID

from answerlens_analyzer import store, waiting
from answerlens_analyzer.analysing import DayAnalysis
from answerlens_analyzer.errors import AnswersDroppedError
from answerlens_analyzer.keyword_day import KeywordDay
from answerlens_analyzer.relinking import Relinking
from answerlens_analyzer.sentiment import store as sentiment
from answerlens_analyzer.subjects.analysing import SubjectAnalysis
from answerlens_collection.messages import collection_of
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.errors import describe, failure_from
from answerlens_common.events import CollectionAnalysed, CollectionScored, Event, OrderAnalysed, StageFailed
from answerlens_common.observing import metrics
from answerlens_common.stage_names import StageName
from answerlens_common.work.claims import Lease
from answerlens_common.work.errors import public_text
from answerlens_common.work.stages import TURN_SECONDS


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
        if await waiting.waits(self.db, day):
            return None
        return [*await self._unheard(day), *await self._unjudged(event, day)]

    async def on_collection_scored(self, event: CollectionScored, lease: Lease) -> list[Event]:
        """Compute the rates of the orders that wait for this engine, or of a private collection's subjects."""
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
        analysis = DayAnalysis(self.db, day, lease, measured, answers, relinking, self.degraded_below)
        until = time.monotonic() + TURN_SECONDS
        stored: set[UUID] = set()
        failed: dict[UUID, Exception] = {}
        again: list[Event] = []
        # an order whose names were changed while the old ones were looked for comes again
        while orders := await analysis.waiting(list(failed)):
            if stored and time.monotonic() > until:
                again.append(event)
                break
            turn = await analysis.turn(orders)
            stored |= turn.stored
            failed |= turn.failed
        following = await self._unjudged(event, day)
        if not again:
            following += await self._unheard(day)
        if failed and not await waiting.has_rates(self.db, day):
            # the failure spares no order: it is the stage's, and its message is kept
            raise next(iter(failed.values()))
        for order_id, own in failed.items():
            failed_at = await store.log_failure(lease, day, order_id, describe(own))
            metrics.stage_runs.labels("analyse", "failed").inc()
            following.append(_failure(event, day, order_id, own, failed_at))
        return [*following, *again]

    async def _unheard(self, day: KeywordDay) -> list[Event]:
        """That orders have their rates, once more, where it has not been heard for a while."""
        unheard = await waiting.unheard(self.db, day)
        return [OrderAnalysed(order_id=order, date=day.date, engine=day.engine) for order in unheard]

    async def _unjudged(self, event: CollectionScored, day: KeywordDay) -> list[Event]:
        return [CollectionAnalysed.following(event)] if await sentiment.has_unjudged(self.db, day) else []


def _failure(
    event: CollectionScored, day: KeywordDay, order_id: UUID, error: Exception, failed_at: dt.datetime
) -> StageFailed:
    return StageFailed(
        stage=StageName.ANALYSE,
        keyword=day.keyword,
        date=day.date,
        engine=day.engine,
        collection_id=event.collection_id,
        error=public_text(error),
        failed_at=failed_at,
        code=failure_from(error),
        order_id=order_id,
    )
