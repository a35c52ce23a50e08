"""The task log, the day's figures and the leading scheduler: tables `task_log`, `orders`, `leader`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from answerlens_common.contracts.statuses import TaskStatus
from answerlens_common.db import Database
from answerlens_orders.accounts.store import User
from answerlens_orders.orders.views import OrderView

# By status, in the words that the index knows.
_KINDS: dict[str, str] = {
    TaskStatus.RUNNING: "status IN ('running', 'retrying')",
    TaskStatus.FAILED: "status = 'failed'",
}

# What a task has done is counted in the rows it leaves: a collection's answers, a scoring's scores, a bank's clusters;
# any other task is one item.
_SELECT = """
SELECT t.id AS task_id, t.keyword, t.date, t.engine, t.task_type, t.status, t.retry_count, t.error_message,
    t.started_at, t.completed_at, t.duration, c.current AS current_item,
    CASE WHEN c.total > 0 THEN c.ended WHEN t.total_items > 0 THEN t.processed_items
        ELSE (t.status = 'completed')::int END::int AS progress,
    COALESCE(NULLIF(c.total, 0), NULLIF(t.total_items, 0), 1)::int AS total,
    COALESCE(c.moved, t.completed_at, t.started_at) AS last_updated,
    json_build_object('stage', t.task_type, 'keyword', t.keyword,
        'completed_questions', COALESCE(c.completed, '{}'), 'current_question', c.current,
        'question_count', COALESCE(c.questions, 0), 'started_at', t.started_at) AS progress_checkpoint
"""
_COUNTED = """ LEFT JOIN LATERAL (
    SELECT run.total, count(a.id) AS ended, run.total AS questions, max(a.created_at) AS moved,
        array_agg(a.question_id || '#' || a.replicate ORDER BY a.id) FILTER (WHERE a.id IS NOT NULL) AS completed,
        (SELECT q.question_id || '#' || split_part(claim.item, '#', 2) FROM claim JOIN collection_question q
            ON q.collection_id = run.id AND q.retention = 'shared' AND q.date = run.date
            AND q.number = split_part(claim.item, '#', 1)::int
            WHERE stage = 'ask' AND scope = 'collection:' || run.id AND lease_until > clock_timestamp()
            AND status = 'held' ORDER BY claim.id DESC LIMIT 1) AS current
    FROM keyword_collection run
    LEFT JOIN keyword_answer a ON a.collection_id = run.id AND a.answer_date = run.date
    WHERE t.task_type = 'collect' AND run.keyword = t.keyword AND run.engine = t.engine AND run.date = t.date
        AND run.task_id = t.id
    GROUP BY run.id, run.keyword, run.date, run.engine, run.total
    UNION ALL
    SELECT count(*)::int, count(s.score), count(*)::int, max(s.created_at),
        array_agg(a.question_id || '#' || a.replicate ORDER BY a.id) FILTER (WHERE s.score IS NOT NULL), NULL
    FROM keyword_answer a LEFT JOIN keyword_score s USING (collection_id, number, replicate, answer_date)
    WHERE t.task_type = 'score' AND a.keyword = t.keyword AND a.engine = t.engine AND a.answer_date = t.date
        AND a.status = 'ok'
    HAVING count(*) > 0
    UNION ALL
    SELECT COALESCE(NULLIF(b.clusters, 0), :clusters)::int, count(DISTINCT q.cluster_id), count(q.id)::int,
        max(q.created_at), array_agg(q.question_id ORDER BY q.id) FILTER (WHERE q.id IS NOT NULL), NULL
    FROM keyword_day d JOIN bank b ON b.keyword = d.keyword AND b.version = d.bank_version
    LEFT JOIN question_bank q ON q.keyword = b.keyword AND q.bank_version = b.version
    WHERE t.task_type = 'bank' AND d.keyword = t.keyword AND d.date = t.date
    GROUP BY b.keyword, b.version
) c ON true
"""
_WORKS_FOR_USER = """
EXISTS (SELECT 1 FROM orders o JOIN measurement m ON m.order_id = o.id
    WHERE o.user_id = :user_id AND m.keyword = t.keyword AND m.date = t.date
        AND (t.order_id IS NULL OR t.order_id = o.id))
"""


@dataclass(frozen=True)
class Task:
    """A task of the log, with what it has done: `progress` of `total` items.

    Attributes:
        engine: empty for work that is done once for all engines.
        progress_checkpoint: where it would go on.
    """

    task_id: int
    keyword: str
    date: dt.date
    engine: str
    task_type: str
    status: str
    retry_count: int
    error_message: str | None
    started_at: dt.datetime
    completed_at: dt.datetime | None
    duration: float | None
    current_item: str | None
    progress: int
    total: int
    last_updated: dt.datetime
    progress_checkpoint: dict[str, Any]

    @property
    def percentage(self) -> int:
        """How far it is."""
        return min(100, 100 * self.progress // self.total)


@dataclass(frozen=True)
class OrderCounts:
    """Orders by how they stand; `mean_seconds` from placed to completed."""

    total: int
    completed: int
    failed: int
    cancelled: int
    cached: int
    mean_seconds: float | None


@dataclass(frozen=True)
class TaskCounts:
    """Tasks of one type by how they stand, and their times in seconds."""

    task_type: str
    total: int
    completed: int
    failed: int
    min_seconds: float | None
    mean_seconds: float | None
    max_seconds: float | None


@dataclass(frozen=True)
class Leadership:
    """Which scheduler leads, or led last; `alive` while its lease lasts."""

    leader: str
    since: dt.datetime
    until: dt.datetime
    token: int
    alive: bool


@dataclass(frozen=True)
class LlmDay:
    """What a date's requests to the language model cost; `reserved` is put aside for those under way."""

    spent: Decimal
    budget: Decimal | None
    reserved: Decimal


@dataclass(frozen=True)
class LlmUse:
    """What the language model was asked for one task on one keyword; `order_id` is None for work that orders share."""

    stage: str
    task: str
    keyword: str
    order_id: str | None
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal


async def tasks(
    db: Database, kind: Literal["running", "failed"], after: tuple[dt.datetime, int] | None, limit: int, clusters: int
) -> list[Task]:
    """Tasks, newest first, from the one after (started, id); a bank that is being built will have `clusters`."""
    values = {} if after is None else {"before": after[0], "before_id": after[1]}
    follows = " AND (started_at, id) < (CAST(:before AS timestamptz), :before_id)" if after else ""
    return await db.rows(_newest(f"{_KINDS[kind]}{follows}"), Task, **values, limit=limit, clusters=clusters)


async def tasks_of(db: Database, order: OrderView, dates: Sequence[dt.date], clusters: int) -> list[Task]:
    """The tasks that work for an order on these dates, or for all on its keyword; the newest 100."""
    return await db.rows(
        _newest(
            "keyword = :keyword AND date = ANY(CAST(:dates AS date[]))"
            " AND (engine = '' OR engine = ANY(CAST(:engines AS text[])))"
            " AND (order_id IS NULL OR order_id = :order)"
        ),
        Task,
        order=order.id,
        keyword=order.keyword,
        dates=list(dates),
        engines=order.engines,
        limit=100,
        clusters=clusters,
    )


def _newest(where: str) -> str:
    """The newest tasks of some; the page comes first, and what a task has done is counted for no more than that."""
    page = f"(SELECT * FROM task_log WHERE {where} ORDER BY started_at DESC, id DESC LIMIT :limit)"  # noqa: S608
    return f"{_SELECT} FROM {page} t{_COUNTED} ORDER BY t.started_at DESC, t.id DESC"


async def task(db: Database, user: User, task_id: int, clusters: int) -> Task | None:
    """A task that works for an order of the user's; any task for an admin."""
    return await db.row(
        f"{_SELECT} FROM task_log t{_COUNTED} WHERE t.id = :task_id AND (:is_admin OR {_WORKS_FOR_USER})",
        Task,
        task_id=task_id,
        is_admin=user.is_admin,
        user_id=user.id,
        clusters=clusters,
    )


async def order_figures(db: Database, since: dt.datetime) -> OrderCounts:
    """Orders placed since a moment."""
    found = await db.row(
        "SELECT count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed,"
        " count(*) FILTER (WHERE status = 'failed') AS failed,"
        " count(*) FILTER (WHERE status = 'cancelled') AS cancelled,"
        " count(*) FILTER (WHERE is_cached) AS cached,"
        " avg(EXTRACT(EPOCH FROM completed_at - created_at)) FILTER (WHERE status = 'completed')::float"
        " AS mean_seconds FROM orders WHERE created_at >= :since",
        OrderCounts,
        since=since,
    )
    return found or OrderCounts(0, 0, 0, 0, 0, None)


async def task_figures(db: Database, since: dt.datetime) -> list[TaskCounts]:
    """Tasks started since a moment, by type."""
    return await db.rows(
        "SELECT task_type, count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed,"
        " count(*) FILTER (WHERE status = 'failed') AS failed, min(duration) AS min_seconds,"
        " avg(duration) AS mean_seconds, max(duration) AS max_seconds"
        " FROM task_log WHERE started_at >= :since GROUP BY task_type ORDER BY task_type",
        TaskCounts,
        since=since,
    )


async def leader(db: Database) -> Leadership | None:
    """Who leads the schedulers, or led them last."""
    return await db.row(
        "SELECT holder AS leader, since, lease_until AS until, token, lease_until > clock_timestamp() AS alive"
        " FROM leader ORDER BY lease_until DESC LIMIT 1",
        Leadership,
    )


async def llm_day(db: Database, date: dt.date) -> LlmDay | None:
    """What a date's requests to the language model cost, and what is put aside for those under way."""
    return await db.row(
        "SELECT spent, budget, (SELECT COALESCE(sum(amount), 0) FROM llm_reservation"
        " WHERE date = llm_day.date AND expires_at > clock_timestamp()) AS reserved FROM llm_day WHERE date = :date",
        LlmDay,
        date=date,
    )


async def llm_usage(db: Database, date: dt.date, limit: int) -> list[LlmUse]:
    """What they were for, the dearest first."""
    return await db.rows(
        "SELECT stage, task, keyword, NULLIF(order_id, '') AS order_id, requests, prompt_tokens, completion_tokens,"
        " cost FROM llm_usage WHERE date = :date"
        " ORDER BY cost DESC, prompt_tokens DESC, stage, task, keyword, order_id LIMIT :limit",
        LlmUse,
        date=date,
        limit=limit,
    )
