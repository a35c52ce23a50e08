"""Answers whose sentiment is still unknown: no measurement waits for it, so the stalled check does not see it lost."""

from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import CollectionAnalysed, Lane

# While the answers are kept and no claim on it is held or waits for a retry. What has failed for good is a dead letter,
# which an operator can replay: the model is not asked for it again and again. Orders share a collection: it is seen
# once. Whether one answer is there is looked up for each collection: EXISTS would be joined with all answers.
_UNJUDGED = """
WITH unjudged AS MATERIALIZED (
    SELECT DISTINCT m.keyword, outcome.date, outcome.engine
    FROM measurement_outcome outcome JOIN measurement m USING (order_id, date)
    WHERE NOT outcome.judged AND outcome.date >= (SELECT min(answer_date) FROM keyword_answer)
    AND outcome.created_at < clock_timestamp() - make_interval(secs => :seconds)
), told AS MATERIALIZED (
    SELECT body::jsonb ->> 'collection_id' AS collection_id
    FROM outbox WHERE routing_key LIKE 'collection.analysed.%'
    GROUP BY 1
    HAVING count(*) >= :times OR max(created_at) > clock_timestamp() - make_interval(secs => :seconds)
)
SELECT run.id AS collection_id, run.keyword, run.engine FROM unjudged
JOIN keyword_collection run USING (keyword, date, engine)
WHERE run.status = 'scored'
AND (SELECT true FROM keyword_answer WHERE collection_id = run.id AND answer_date = run.date LIMIT 1)
AND NOT EXISTS (
    SELECT FROM claim WHERE stage = 'sentiment' AND scope = 'collection:' || run.id AND lease_until > clock_timestamp()
)
AND NOT EXISTS (
    SELECT FROM task_log WHERE task_type = 'sentiment' AND keyword = run.keyword AND date = run.date
    AND engine = run.engine
    AND (status = 'failed' OR GREATEST(started_at, completed_at) > clock_timestamp() - make_interval(secs => :seconds))
)
AND NOT EXISTS (
    SELECT FROM told WHERE collection_id = run.id::text
)
ORDER BY run.keyword, run.date, run.engine
"""


async def judge_again(tx: Transaction, seconds: float, times: int) -> int:
    """Say once more of every collection with such answers that it is analysed; how many there were.

    On the bulk lane: no order waits. At most once in `seconds` for a collection, and not often, since its message may
    only wait (for an open breaker, say) and is not seen from here.
    """
    runs = await tx.rows(_UNJUDGED, seconds=seconds, times=times)
    await enqueue(tx, [CollectionAnalysed.model_validate({**run, "lane": Lane.BULK}) for run in runs])
    return len(runs)
