"""What an estimate is made of: how far today's collections are, and what was really used in the last days."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from answerlens_common.contracts.engine_terms import Terms
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db.database import Transaction
from answerlens_common.stage_names import StageName
from answerlens_orders.orders.pace import Paced

DAYS: Final = 7
"""What was used longer ago says little of today."""
NEWEST_ANSWERS: Final = 200
NEWEST_TASKS: Final = 1_000
NEWEST_USAGE: Final = 2_000


@dataclass(frozen=True)
class Counted:
    """An engine: how far its collection of the keyword's day is, and how its newest answers were.

    Attributes:
        status: of the collection; None before there is one.
        total: the answers that the collection has when it has ended.
        ended: those there are, failed ones too.
        ok: those that can be scored.
        scores: those that are scored.
        is_judged: whether the brand was measured on it today already, by another order.
        seconds: an answer's, on average; None when it has none of late.
        prompt_tokens: a question's, on average; None when no answer of late says.
        completion_tokens: likewise.
    """

    name: str
    kind: str
    surface: str
    replicates: int
    profile: dict[str, Any]
    status: str | None
    total: int | None
    ended: int
    ok: int
    scores: int
    is_judged: bool
    seconds: float | None
    prompt_tokens: float | None
    completion_tokens: float | None

    @property
    def terms(self) -> Terms:
        """Its pace and price."""
        return Terms.of(self.kind, self.profile)

    @property
    def paced(self) -> Paced:
        """The engine as its pace is judged."""
        return Paced(self.name, self.kind, self.replicates, self.profile)

    @property
    def collection(self) -> CollectionStatus | None:
        """How its collection stands."""
        return CollectionStatus(self.status) if self.status else None


_ENGINES = """
SELECT e.name, e.kind, e.surface, e.replicates, e.profile, c.status, c.total, a.ended, a.ok, s.scores,
    EXISTS (SELECT FROM mention_percentage m WHERE m.brand_name = :brand AND m.keyword_name = :keyword
        AND m.date = :date AND m.engine = e.name) AS is_judged,
    recent.seconds, recent.prompt_tokens, recent.completion_tokens
FROM engine e
LEFT JOIN keyword_collection c ON c.keyword = :keyword AND c.date = :date AND c.engine = e.name
CROSS JOIN LATERAL (SELECT count(*) AS ended, count(*) FILTER (WHERE status = 'ok') AS ok FROM keyword_answer
    WHERE collection_id = c.id AND answer_date = :date) a
CROSS JOIN LATERAL (SELECT count(*) AS scores FROM keyword_score
    WHERE collection_id = c.id AND answer_date = :date) s
CROSS JOIN LATERAL (
    SELECT avg(duration)::float AS seconds, avg(prompt_tokens)::float AS prompt_tokens,
        avg(completion_tokens)::float AS completion_tokens
    FROM (
        SELECT duration, prompt_tokens, completion_tokens FROM ai_answer
        WHERE engine = e.name AND surface = e.surface AND status = 'ok'
            AND created_at > clock_timestamp() - make_interval(days => CAST(:days AS int))
        ORDER BY created_at DESC LIMIT CAST(:newest AS int)
    ) newest
) recent
WHERE e.name = ANY(CAST(:engines AS text[])) ORDER BY e.name
"""


async def engines(tx: Transaction, keyword: str, date: dt.date, brand: str, names: Sequence[str]) -> list[Counted]:
    """Each of these engines."""
    return await tx.rows(
        _ENGINES,
        Counted,
        keyword=keyword,
        date=date,
        brand=brand,
        engines=list(names),
        days=DAYS,
        newest=NEWEST_ANSWERS,
    )


@dataclass(frozen=True)
class Used:
    """What the language model was asked of late for a stage: in all, and for how many keywords' days."""

    stage: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    keyword_days: int


async def used(tx: Transaction, date: dt.date) -> dict[str, Used]:
    """What each stage used of the language model in the days before this date, and on it."""
    rows = await tx.rows(
        "SELECT stage, sum(requests)::bigint AS requests, sum(prompt_tokens)::bigint AS prompt_tokens,"
        " sum(completion_tokens)::bigint AS completion_tokens, count(DISTINCT (date, keyword)) AS keyword_days"
        " FROM (SELECT * FROM llm_usage WHERE date > CAST(:date AS date) - CAST(:days AS int)"
        " ORDER BY date DESC LIMIT CAST(:newest AS int)) newest GROUP BY stage",
        Used,
        date=date,
        days=DAYS,
        newest=NEWEST_USAGE,
    )
    return {row.stage: row for row in rows}


@dataclass(frozen=True)
class _Took:
    task_type: str
    minutes: float


async def minutes(tx: Transaction) -> dict[str, float]:
    """How long each stage took of late, on average."""
    rows = await tx.rows(
        "SELECT task_type, avg(duration)::float / 60 AS minutes FROM (SELECT task_type, duration, status FROM task_log"
        " WHERE started_at > clock_timestamp() - make_interval(days => CAST(:days AS int))"
        " ORDER BY started_at DESC LIMIT CAST(:newest AS int)) newest"
        " WHERE status = 'completed' AND duration IS NOT NULL AND task_type = ANY(CAST(:stages AS text[]))"
        " GROUP BY task_type",
        _Took,
        days=DAYS,
        newest=NEWEST_TASKS,
        stages=[StageName.SEARCH, StageName.BANK, StageName.SCORE, StageName.SENTIMENT],
    )
    return {row.task_type: row.minutes for row in rows}
