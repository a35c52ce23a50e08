"""Runs that are past their time limit: what has not been answered by then has failed."""

from answerlens_collector.cache.answers import end_run, failed_at
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import EngineEvent, KeywordAnswersCollected, Lane, StageFailed
from answerlens_common.failures import Failure
from answerlens_common.observing.logs import get_logger
from answerlens_common.work.outbox import enqueue

# An account that may be asked once a minute needs hours for one bank, and longer when an order that somebody placed
# goes first: what its pace takes is no trouble of the run. An account without a pace answers much: it is not counted.
_OVERDUE = """
SELECT keyword, date, engine, bank_version, lane FROM collection_run run
WHERE engine = :engine AND status = 'collecting'
AND asked_at + make_interval(secs => :seconds + :spacing * total) < clock_timestamp()
AND (:spacing = 0 OR asked_at + make_interval(secs => :seconds + :spacing * (total + (
    SELECT count(*) FROM ai_answer other
    WHERE other.engine = run.engine AND other.keyword <> run.keyword AND other.created_at > run.asked_at
))) < clock_timestamp())
ORDER BY keyword, date
"""

# In a set order, and before the run is locked, as an answer is stored: nobody waits for one another in a ring.
_FAIL = """
INSERT INTO ai_answer (keyword, question_id, question_text, engine, surface, replicate, status, error, answer_date)
SELECT run.keyword, bank.question_id, bank.generated_question, run.engine, run.surface, turn.number, 'failed',
    CAST(:error AS text), run.date
FROM collection_run run
JOIN question_bank bank ON bank.keyword = run.keyword AND bank.bank_version = run.bank_version
CROSS JOIN LATERAL generate_series(1, run.replicates) AS turn (number)
WHERE run.keyword = :keyword AND run.engine = :engine AND run.date = :date AND run.status = 'collecting'
ORDER BY turn.number, bank.question_id
ON CONFLICT (keyword, question_id, engine, answer_date, replicate) DO NOTHING
"""


async def close_overdue(db: Database, engine: str, *, seconds: float, spacing: float, fail_below: float) -> int:
    """End the engine's runs that are past their time; how many there were.

    Every collector may do so at once, and a last answer may come meanwhile: whoever closes a run first has closed it.
    What follows goes out by the outbox, in the transaction that closes.
    """
    runs = await db.rows(_OVERDUE, engine=engine, seconds=seconds, spacing=spacing)
    for run in runs:
        event = EngineEvent(
            keyword=run["keyword"],
            date=run["date"],
            bank_version=run["bank_version"],
            lane=Lane(run["lane"]),
            engine=engine,
        )
        await _close(db, event, f"not answered within the run's time limit of {seconds:g} s", fail_below)
    return len(runs)


async def _close(db: Database, event: EngineEvent, error: str, fail_below: float) -> None:
    values = {"keyword": event.keyword, "engine": event.engine, "date": event.date}
    async with db.transaction() as tx:
        failed = await tx.execute(_FAIL, **values, error=error)
        if not failed:
            return  # its last answer, or another collector, came first
        status = await end_run(tx, event, fail_below)
        if status == "failed":
            too_few = f"too few answers from {event.engine}: {failed} questions {error}"
            await enqueue(
                tx,
                [
                    StageFailed(
                        stage="collect",
                        keyword=event.keyword,
                        date=event.date,
                        engine=event.engine,
                        error=too_few,
                        # a late copy must not fail those who come after it
                        failed_at=await failed_at(tx, event),
                        code=Failure.TOO_FEW_ANSWERS,
                    )
                ],
            )
        elif status == "collected":
            await enqueue(tx, [KeywordAnswersCollected.following(event)])
        await tx.notify(PROGRESS, event.keyword)
    get_logger().warning("run closed past its time", keyword=event.keyword, engine=event.engine, failed=failed)
