"""How much of what orders needed was there already, read from the rows that the stages have left."""

import datetime as dt
from dataclasses import dataclass

from answerlens_common.db import Database

# A stage was there when its newest row is older than the order: a bank's questions, a collection's answers, its scores.
_HITS = """
WITH placed AS (
    SELECT o.id, o.keyword, o.first_date AS date, o.created_at FROM orders o WHERE o.created_at >= :since
), days AS (
    SELECT d.keyword, d.date, (SELECT max(q.created_at) FROM question_bank q JOIN bank b
        ON b.keyword = q.keyword AND b.version = q.bank_version AND b.status = 'ready'
        WHERE q.keyword = d.keyword AND q.bank_version = k.bank_version) AS bank_at,
        (SELECT min(z.created_at) FROM zhihu_question z WHERE z.keyword = d.keyword AND z.search_date <= d.date
            AND z.search_date > d.date - CAST(:fresh_days AS int)) AS search_at
    FROM (SELECT DISTINCT keyword, date FROM placed) d LEFT JOIN keyword_day k USING (keyword, date)
), runs AS (
    SELECT r.keyword, r.date, r.engine, c.completed_at AS collected_at,
        CASE WHEN c.status = 'scored' THEN GREATEST(c.completed_at, (SELECT max(s.created_at) FROM keyword_score s
            WHERE s.collection_id = c.id AND s.answer_date = r.date)) END AS scored_at
    FROM (SELECT DISTINCT p.keyword, p.date, e.engine FROM placed p
        JOIN measurement_engine e ON e.order_id = p.id AND e.date = p.date) r
    JOIN keyword_collection c USING (keyword, date, engine) WHERE c.status IN ('collected', 'scored')
), wants AS (
    SELECT 1 AS place, 'search' AS stage, LEAST(search_at, bank_at) <= created_at AS hit
    FROM placed LEFT JOIN days USING (keyword, date)
    UNION ALL SELECT 2, 'bank', bank_at <= created_at FROM placed LEFT JOIN days USING (keyword, date)
    UNION ALL SELECT made.place, made.stage, made.at <= p.created_at
    FROM placed p JOIN measurement_engine e ON e.order_id = p.id AND e.date = p.date
    LEFT JOIN runs r ON r.keyword = p.keyword AND r.date = p.date AND r.engine = e.engine
    CROSS JOIN LATERAL (VALUES (3, 'collect', r.collected_at), (4, 'score', r.scored_at)) made (place, stage, at)
)
SELECT stages.stage, count(wants.stage) AS wanted, count(*) FILTER (WHERE wants.hit) AS hits
FROM (VALUES (1, 'search'), (2, 'bank'), (3, 'collect'), (4, 'score')) stages (place, stage)
LEFT JOIN wants USING (place, stage) GROUP BY stages.place, stages.stage ORDER BY stages.place
"""


@dataclass(frozen=True)
class Hits:
    """How many orders needed a stage (`wanted`), and for how many of them its result was there (`hits`)."""

    stage: str
    wanted: int
    hits: int


async def hits(db: Database, since: dt.datetime, search_fresh_days: int) -> list[Hits]:
    """For each stage that orders share, how many of those placed since a moment needed it, and found it done."""
    return await db.rows(_HITS, Hits, since=since, fresh_days=search_fresh_days)
