"""The stalled check: a keyword's day in which nothing has moved is entered again, at the first stage that is missing.

Whatever was lost on the way (a deleted queue, a dead worker nobody replaced), the rows say how far the work has come;
entering again repeats nothing that is stored. After a few times in vain the day fails, and those who wait are told.
"""

import datetime as dt
from dataclasses import dataclass

from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane, StageFailed
from answerlens_common.logs import get_logger
from answerlens_common.outbox import enqueue
from answerlens_common.pipeline import first_events
from answerlens_common.settings import FreshnessSettings

RESUME = "resume"

# Open days in which nothing has moved: no row has come, nobody holds a claim or waits for its retry, and no
# event is still to be published.
_STALLED = """
SELECT open.keyword, open.date, open.engines, resumed.times FROM (
    SELECT keyword, date, array_agg(DISTINCT wanted.engine) AS engines, max(measurement.created_at) AS moved
    FROM measurement JOIN measurement_engine wanted USING (order_id, date)
    WHERE measurement.status IN ('queued', 'running') AND wanted.status = 'pending'
    GROUP BY keyword, date
) open
CROSS JOIN LATERAL (
    SELECT count(*) AS times, max(started_at) AS last FROM task_log
    WHERE keyword = open.keyword AND date = open.date AND task_type = :resume
) resumed
WHERE GREATEST(
    open.moved,
    resumed.last,
    (SELECT max(created_at) FROM ai_answer WHERE keyword = open.keyword AND answer_date = open.date),
    (SELECT max(created_at) FROM question_score WHERE keyword = open.keyword AND answer_date = open.date),
    (SELECT max(created_at) FROM question_bank WHERE keyword = open.keyword),
    (SELECT max(GREATEST(started_at, completed_at)) FROM task_log WHERE keyword = open.keyword AND date = open.date)
) < clock_timestamp() - make_interval(secs => :seconds)
AND NOT EXISTS (
    SELECT FROM claim WHERE keyword = open.keyword AND date = open.date AND lease_until > clock_timestamp()
)
AND NOT EXISTS (SELECT FROM outbox WHERE published_at IS NULL)
ORDER BY open.keyword, open.date
"""


@dataclass(frozen=True)
class Stalled:
    """When a day counts as stalled, and how often it is entered again."""

    seconds: float
    resumes: int


async def resume_stalled(tx: Transaction, limits: Stalled, freshness: FreshnessSettings) -> int:
    """Enter every stalled day again, or fail it after the last time; returns how many there were."""
    days = await tx.rows(_STALLED, resume=RESUME, seconds=limits.seconds)
    for day in days:
        keyword, date = day["keyword"], day["date"]
        if day["times"] >= limits.resumes:
            error = f"nothing has moved for {limits.seconds:g} s, {limits.resumes} times"
            await enqueue(tx, [StageFailed(stage="stalled", keyword=keyword, date=date, error=error)])
            await _log(tx, keyword, date, "failed", error)
            continue
        # a paused run has its questions published again
        await tx.execute(
            "UPDATE collection_run SET status = 'paused'"
            " WHERE keyword = :keyword AND date = :date AND status = 'collecting'",
            keyword=keyword,
            date=date,
        )
        await enqueue(tx, await first_events(tx, keyword, date, day["engines"], Lane.EXPRESS, freshness))
        await _log(tx, keyword, date, "completed", None)
    if days:
        get_logger().warning("stalled work entered again", keywords=len(days))
    return len(days)


async def _log(tx: Transaction, keyword: str, date: dt.date, status: str, error: str | None) -> None:
    await tx.execute(
        "INSERT INTO task_log (keyword, date, task_type, status, error_message, completed_at)"
        " VALUES (:keyword, :date, :type, :status, :error, clock_timestamp())",
        keyword=keyword,
        date=date,
        type=RESUME,
        status=status,
        error=error,
    )
