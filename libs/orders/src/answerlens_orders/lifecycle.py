"""How measurements, and with the first of them their order, come to an end: once, whichever event ends them.

The measurement's row is locked first, then the order's: a late engine, a failed stage and a cancellation may arrive
together, in any order, twice. A measurement that is `reanalysing` (`evidence.reanalysis_store`) has ended before: its
end is no news, and it cannot be cancelled. Its report is made in the transaction that ends it (`reports.versions`), and
the same transaction says that it has ended (`measurement.ended`, `order.ended`).
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.contracts.notices import EngineFailure, MeasurementCompleted, MeasurementFailed, Notice
from answerlens_common.contracts.statuses import MeasurementStatus, OrderStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notices import tell
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import (
    Event,
    MeasurementEnded,
    OrderAnalysed,
    OrderCompared,
    OrderEnded,
    OrderJudged,
    StageFailed,
)
from answerlens_common.failures import SENTENCES, Failure, failure_of
from answerlens_orders.measurements.tracking import COUNTED_DAYS
from answerlens_orders.reports.versions import ENDED, Reports
from answerlens_orders.reports.why import Why

# A measurement ends with its last engine. Why engines failed is said once for all that failed for the same reason.
_END = """
UPDATE measurement m SET status = CASE WHEN e.analysed THEN 'completed' ELSE 'failed' END,
    last_error = why.sentences, error_code = why.code, completed_at = clock_timestamp(),
    reanalysing = false
FROM (
    SELECT order_id, bool_or(status = 'analysed') AS analysed, bool_or(status = 'pending') AS pending,
        (SELECT reanalysing FROM measurement before
            WHERE before.order_id = measurement_engine.order_id AND before.date = :date) AS reanalysed
    FROM measurement_engine WHERE date = :date AND order_id = ANY(:orders) GROUP BY order_id
) e CROSS JOIN LATERAL (
    SELECT string_agg(engines || '：' || sentence, ' ' ORDER BY engines) AS sentences,
        CASE WHEN count(*) > 1 THEN CAST(:several AS text) ELSE min(code) END AS code
    FROM (
        SELECT failure.code, failure.sentence, string_agg(engine, '、' ORDER BY engine) AS engines
        FROM measurement_engine failed JOIN unnest(CAST(:codes AS text[]), CAST(:sentences AS text[]))
            AS failure (code, sentence) ON failure.code = COALESCE(failed.error_code, :internal)
        WHERE failed.order_id = e.order_id AND failed.date = :date AND failed.status = 'failed'
        GROUP BY failure.code, failure.sentence
    ) reason
) why
WHERE m.order_id = e.order_id AND m.date = :date AND m.status IN ('queued', 'running') AND NOT e.pending
RETURNING m.order_id, m.status, e.reanalysed
"""


# A good day is no news, except the first.
_NEWS = """
SELECT o.user_id, o.id AS order_id, o.brand_name AS brand, o.keyword, m.date, m.status, COALESCE((
    SELECT jsonb_agg(jsonb_build_object('engine', e.engine, 'code', COALESCE(e.error_code, 'internal')))
    FROM measurement_engine e WHERE e.order_id = o.id AND e.date = m.date AND e.status = 'failed'), '[]') AS failures
FROM orders o JOIN measurement m ON m.order_id = o.id AND m.date = :date
WHERE o.id = ANY(:orders) AND NOT o.id = ANY(CAST(:again AS uuid[]))
    AND (m.date = o.first_date OR m.status = 'failed') AND o.status <> 'cancelled'
"""


@dataclass(frozen=True)
class _Ended:
    """A measurement that has ended and is news; `failures` has the engine and the code of each that failed."""

    user_id: UUID
    order_id: UUID
    brand: str
    keyword: str
    date: dt.date
    status: str
    failures: list[dict[str, str]]


def _notice(ended: _Ended) -> tuple[UUID, UUID, Notice]:
    kind = MeasurementFailed if ended.status == MeasurementStatus.FAILED else MeasurementCompleted
    failures = tuple(EngineFailure.model_validate(failure) for failure in ended.failures)
    notice = kind(brand=ended.brand, keyword=ended.keyword, date=ended.date, failures=failures)
    return ended.user_id, ended.order_id, notice


@dataclass(frozen=True)
class Measurements:
    """Some measurements of one keyword, locked."""

    tx: Transaction
    order_ids: list[UUID]
    date: dt.date
    reports: Reports

    async def end(self) -> list[UUID]:
        """End those whose engines have all ended: completed, or failed if every engine has; which these were."""
        ended = await self.tx.rows(
            _END,
            date=self.date,
            orders=self.order_ids,
            codes=list(SENTENCES),
            sentences=[sentence.chinese for sentence in SENTENCES.values()],
            several=Failure.SEVERAL,
            internal=Failure.INTERNAL,
        )
        order_ids = [row["order_id"] for row in ended]
        if ended:
            await self.reports.ended(self.tx, order_ids, self.date)
            ends = [
                MeasurementEnded(
                    order_id=row["order_id"], date=self.date, status=row["status"], reanalysed=row["reanalysed"]
                )
                for row in ended
            ]
            await enqueue(self.tx, ends)
            # new rates in the place of others are no news
            again = [end.order_id for end in ends if end.reanalysed and end.status == MeasurementStatus.COMPLETED]
            await self._end_orders(order_ids, again)
        return order_ids

    async def _end_orders(self, order_ids: list[UUID], again: list[UUID]) -> None:
        """The order's status is the outcome of its first measurement; the last one ends its tracking."""
        values = {"date": self.date, "orders": order_ids}
        ended = await self.tx.rows(
            "UPDATE orders o SET status = m.status, last_error = m.last_error, error_code = m.error_code,"
            " completed_at = m.completed_at"
            " FROM measurement m WHERE m.order_id = o.id AND m.date = :date AND m.date = o.first_date"
            " AND o.id = ANY(:orders) AND o.status IN ('queued', 'running') RETURNING o.id, o.status",
            **values,
        )
        await enqueue(self.tx, [OrderEnded(order_id=row["id"], status=row["status"]) for row in ended])
        await self.tx.execute(
            "UPDATE orders SET live = false WHERE id = ANY(:orders) AND live"  # noqa: S608 - a constant
            f" AND ({COUNTED_DAYS}) > track_days",
            orders=order_ids,
        )
        await tell(self.tx, [_notice(each) for each in await self.tx.rows(_NEWS, _Ended, **values, again=again)])


async def engine_analysed(db: Database, event: OrderAnalysed, reports: Reports) -> None:
    """An engine of a measurement has its rates; the last one ends the measurement."""
    async with db.transaction() as tx:
        locked = await tx.row(
            "SELECT keyword, status FROM measurement WHERE order_id = :order AND date = :date FOR UPDATE",
            order=event.order_id,
            date=event.date,
        )
        if locked is None:
            return
        changed = await tx.execute(
            "UPDATE measurement_engine SET status = 'analysed', last_error = NULL, error_code = NULL,"
            " error_stage = NULL, completed_at = clock_timestamp()"
            " WHERE order_id = :order AND date = :date AND engine = :engine AND status IN ('pending', 'failed')"
            # late news of an earlier analysis: its rates are gone, and those of the one under way not there yet
            " AND EXISTS (SELECT FROM mention_percentage"
            "  WHERE order_id = :order AND date = :date AND engine = :engine)",
            order=event.order_id,
            date=event.date,
            engine=event.engine,
        )
        await Measurements(tx, [event.order_id], event.date, reports).end()
        if changed and locked["status"] in ENDED:
            # an engine that was given up has come after all
            await reports.write(tx, event.order_id, event.date, Why.RETRIED)
        await tx.notify(PROGRESS, locked["keyword"])


async def engine_judged(db: Database, event: OrderJudged, reports: Reports) -> None:
    """What an engine's answers think of the brand is known: the report that was made without it is completed."""
    async with db.transaction() as tx:
        if await _lock_day(tx, event.order_id, event.date):
            await reports.fill(tx, event.order_id, event.date)


async def order_compared(db: Database, event: OrderCompared, reports: Reports) -> None:
    """The days after a withdrawn one are compared with others now: their reports say so."""
    async with db.transaction() as tx:
        if await _lock_day(tx, event.order_id, event.date):
            await reports.compared(tx, event.order_id, event.date)


async def _lock_day(tx: Transaction, order_id: UUID, date: dt.date) -> bool:
    return bool(
        await tx.row(
            "SELECT 1 FROM measurement WHERE order_id = :order AND date = :date FOR UPDATE", order=order_id, date=date
        )
    )


async def stage_failed(db: Database, event: StageFailed, reports: Reports) -> None:
    """What waited for the stage, on its engine or on all, has failed; of an order alone where it is named."""
    async with db.transaction() as tx:
        locked = await tx.rows(
            "SELECT order_id FROM measurement WHERE keyword = :keyword AND date = :date"
            " AND status IN ('queued', 'running') AND (CAST(:order AS uuid) IS NULL OR order_id = :order)"
            # an order that came after the failure has an attempt of its own
            " AND created_at <= COALESCE(CAST(:failed_at AS timestamptz), clock_timestamp())"
            " ORDER BY order_id FOR UPDATE",
            keyword=event.keyword,
            date=event.date,
            failed_at=event.failed_at,
            order=event.order_id,
        )
        order_ids = [row["order_id"] for row in locked]
        await tx.execute(
            "UPDATE measurement_engine SET status = 'failed', last_error = :error, error_code = :code,"
            " error_stage = :stage, completed_at = clock_timestamp()"
            " WHERE order_id = ANY(:orders) AND date = :date AND status = 'pending'"
            " AND (CAST(:engine AS text) IS NULL OR engine = :engine)",
            orders=order_ids,
            date=event.date,
            engine=event.engine,
            error=f"{event.stage}: {event.error}",
            code=failure_of(event.stage, event.code),
            stage=event.stage,
        )
        await Measurements(tx, order_ids, event.date, reports).end()
        if event.keyword is not None:
            await tx.notify(PROGRESS, event.keyword)


async def cancel(db: Database, order_id: UUID) -> None:
    """Stop measuring an order. What has ended stays as it ended; cancelling twice is cancelling once."""
    async with db.transaction() as tx:
        await tx.rows(
            "SELECT 1 FROM measurement WHERE order_id = :order AND status IN ('queued', 'running')"
            " ORDER BY date FOR UPDATE",
            order=order_id,
        )
        order = await tx.row(
            "UPDATE orders SET live = false,"
            " completed_at = CASE WHEN open THEN clock_timestamp() ELSE completed_at END,"
            " status = CASE WHEN open THEN 'cancelled' ELSE status END"
            " FROM (SELECT id AS found, status IN ('queued', 'running') AS open FROM orders"
            " WHERE id = :order FOR UPDATE) before WHERE id = found RETURNING keyword, open AS ends",
            order=order_id,
        )
        cancelled = await tx.rows(
            "UPDATE measurement SET status = 'cancelled', completed_at = clock_timestamp()"
            " WHERE order_id = :order AND status IN ('queued', 'running') AND NOT reanalysing RETURNING date",
            order=order_id,
        )
        await tx.execute(
            "UPDATE measurement_engine SET status = 'cancelled', completed_at = clock_timestamp()"
            " WHERE order_id = :order AND date = ANY(:dates) AND status = 'pending'",
            order=order_id,
            dates=[row["date"] for row in cancelled],
        )
        if order is None:
            return
        status = MeasurementStatus.CANCELLED
        ends: list[Event] = [MeasurementEnded(order_id=order_id, date=row["date"], status=status) for row in cancelled]
        if order["ends"]:
            ends.append(OrderEnded(order_id=order_id, status=OrderStatus.CANCELLED))
        await enqueue(tx, ends)
        await tx.notify(PROGRESS, order["keyword"])
