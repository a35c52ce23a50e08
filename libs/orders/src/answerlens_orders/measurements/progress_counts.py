"""What has been done so far for a measurement: counted in the rows it left, in one statement for any number of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_orders.settings import OrdersSettings


@dataclass(frozen=True)
class EngineCounts:
    """How far a measurement is on one engine. Seconds are since the step began; None when it has not.

    Attributes:
        status: pending, analysed, failed or cancelled.
        bank_total: the questions the bank has, or will have.
        questions: the questions it has so far.
        run_status: collecting, paused, collected, failed, scored, or None before the run is planned.
        run_total: the answers wanted.
        answers: those that have ended, however.
        ok: those that can be scored.
    """

    order_id: UUID
    date: dt.date
    engine: str
    status: str
    searched: bool
    bank_ready: bool
    bank_total: int
    questions: int
    bank_seconds: float | None
    run_status: str | None
    run_total: int
    answers: int
    ok: int
    scores: int
    collect_seconds: float | None
    score_seconds: float | None


_COUNTS = """
WITH wanted AS (
    SELECT e.order_id, e.date, m.keyword, e.engine, e.status
    FROM unnest(CAST(:orders AS uuid[]), CAST(:dates AS date[])) AS w (order_id, date)
    JOIN measurement m USING (order_id, date) JOIN measurement_engine e USING (order_id, date)
), days AS (
    SELECT d.keyword, d.date, b.status IS NOT DISTINCT FROM 'ready' AS bank_ready, b.clusters,
        EXTRACT(EPOCH FROM clock_timestamp() - b.created_at)::float AS bank_seconds,
        (SELECT count(*) FROM question_bank q WHERE q.keyword = d.keyword AND q.bank_version = k.bank_version)
            AS questions,
        EXISTS (SELECT 1 FROM zhihu_question z WHERE z.keyword = d.keyword AND z.search_date <= d.date
            AND z.search_date > d.date - CAST(:fresh_days AS int)) AS searched
    FROM (SELECT DISTINCT keyword, date FROM wanted) d
    LEFT JOIN keyword_day k USING (keyword, date)
    LEFT JOIN bank b ON b.keyword = d.keyword AND b.version = k.bank_version
), runs AS (
    SELECT r.keyword, r.date, r.engine, c.status AS run_status, c.total, n.replicates, a.answers, a.ok, s.scores,
        EXTRACT(EPOCH FROM clock_timestamp() - c.created_at)::float AS collect_seconds,
        EXTRACT(EPOCH FROM clock_timestamp() - c.completed_at)::float AS score_seconds
    FROM (SELECT DISTINCT keyword, date, engine FROM wanted) r
    LEFT JOIN engine n ON n.name = r.engine
    LEFT JOIN keyword_collection c USING (keyword, date, engine)
    CROSS JOIN LATERAL (SELECT count(*) AS answers, count(*) FILTER (WHERE status = 'ok') AS ok FROM keyword_answer
        WHERE collection_id = c.id AND answer_date = r.date) a
    CROSS JOIN LATERAL (SELECT count(*) AS scores FROM keyword_score
        WHERE collection_id = c.id AND answer_date = r.date) s
)
SELECT w.order_id, w.date, w.engine, w.status, d.searched, d.bank_ready, d.questions, d.bank_seconds,
    CASE WHEN d.bank_ready THEN d.questions
        ELSE COALESCE(NULLIF(d.clusters, 0), :clusters) * CAST(:per_cluster AS int) END AS bank_total,
    r.run_status, COALESCE(r.total, d.questions * COALESCE(r.replicates, 1)) AS run_total,
    r.answers, r.ok, r.scores, r.collect_seconds, r.score_seconds
FROM wanted w JOIN days d USING (keyword, date) JOIN runs r USING (keyword, date, engine)
ORDER BY w.order_id, w.date, w.engine
"""


async def of_measurements(
    tx: Transaction, settings: OrdersSettings, wanted: Sequence[tuple[UUID, dt.date]]
) -> list[EngineCounts]:
    """The counts of every engine of these measurements."""
    if not wanted:
        return []
    return await tx.rows(
        _COUNTS,
        EngineCounts,
        orders=[order_id for order_id, _ in wanted],
        dates=[date for _, date in wanted],
        fresh_days=settings.freshness.search_fresh_days,
        clusters=settings.bank.clusters,
        per_cluster=settings.bank.questions_per_cluster,
    )
