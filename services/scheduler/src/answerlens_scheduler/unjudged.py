"""Answers whose sentiment is still unknown: no measurement waits for it, so the stalled check does not see it lost."""

from answerlens_common.db.database import Transaction
from answerlens_common.events import KeywordAnalysed, Lane
from answerlens_common.outbox import enqueue

# While the answers are kept and nobody works on it or waits for a retry. What has failed for good is a dead letter,
# which an operator can replay: the model is not asked for it again and again.
_UNJUDGED = """
SELECT DISTINCT m.keyword, outcome.date, outcome.engine, run.bank_version
FROM measurement_outcome outcome JOIN measurement m USING (order_id, date)
JOIN collection_run run ON run.keyword = m.keyword AND run.engine = outcome.engine AND run.date = outcome.date
WHERE NOT outcome.judged AND run.status = 'scored'
AND outcome.created_at < clock_timestamp() - make_interval(secs => :seconds)
AND EXISTS (SELECT FROM ai_answer WHERE keyword = m.keyword AND engine = outcome.engine AND answer_date = outcome.date)
AND NOT EXISTS (
    SELECT FROM claim WHERE stage = 'sentiment' AND keyword = m.keyword AND date = outcome.date
    AND engine = outcome.engine AND lease_until > clock_timestamp()
)
AND NOT EXISTS (
    SELECT FROM task_log WHERE task_type = 'sentiment' AND keyword = m.keyword AND date = outcome.date
    AND engine = outcome.engine
    AND (status = 'failed' OR GREATEST(started_at, completed_at) > clock_timestamp() - make_interval(secs => :seconds))
)
AND NOT EXISTS (
    SELECT FROM outbox WHERE routing_key LIKE 'keyword.analysed.%' AND body::jsonb ->> 'keyword' = m.keyword
    AND body::jsonb ->> 'engine' = outcome.engine AND body::jsonb ->> 'date' = outcome.date::text
    HAVING count(*) >= :times OR max(created_at) > clock_timestamp() - make_interval(secs => :seconds)
)
ORDER BY m.keyword, outcome.date, outcome.engine
"""


async def judge_again(tx: Transaction, seconds: float, times: int) -> int:
    """Say once more of every run with such answers that it is analysed; how many there were.

    On the bulk lane: nobody waits. At most once in `seconds` for a run, and not often, since its message may only wait
    (for an open breaker, say) and is not seen from here.
    """
    runs = await tx.rows(_UNJUDGED, seconds=seconds, times=times)
    await enqueue(tx, [KeywordAnalysed.model_validate({**run, "lane": Lane.BULK}) for run in runs])
    return len(runs)
