"""The task log, the day's figures and the leading scheduler: tables `task_log`, `orders`, `leader`."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import RowMapping

from answerlens_common.db import Database
from answerlens_order_api.cache.users import User

TASKS = {"running": ["running", "retrying"], "failed": ["failed"]}

# A collection's items are its questions, counted in the answers themselves; another task is one item.
_TASKS = """
SELECT t.id AS task_id, t.keyword, t.date, t.engine, t.task_type, t.status, t.retry_count, t.error_message,
    t.started_at, t.completed_at, t.duration, t.progress_checkpoint ->> 'current_question' AS current_item,
    CASE WHEN c.total IS NOT NULL THEN c.ended WHEN t.total_items > 0 THEN t.processed_items
        ELSE (t.status = 'completed')::int END::int AS progress,
    COALESCE(c.total, NULLIF(t.total_items, 0), 1) AS total,
    COALESCE(c.last_ended, t.last_checkpoint_time, t.completed_at, t.started_at) AS last_updated
FROM task_log t LEFT JOIN LATERAL (
    SELECT run.total, count(a.id) AS ended, max(a.created_at) AS last_ended FROM collection_run run
    LEFT JOIN ai_answer a ON a.keyword = run.keyword AND a.engine = run.engine AND a.answer_date = run.date
    WHERE t.task_type = 'collect' AND run.keyword = t.keyword AND run.engine = t.engine AND run.date = t.date
        AND run.task_id = t.id
    GROUP BY run.id
) c ON true
"""
_WORKS_FOR_USER = """
EXISTS (SELECT 1 FROM orders o JOIN measurement m ON m.order_id = o.id
    WHERE o.user_id = :user_id AND m.keyword = t.keyword AND m.date = t.date)
"""


async def tasks(
    db: Database, kind: Literal["running", "failed"], after: tuple[dt.datetime, int] | None, limit: int
) -> Sequence[RowMapping]:
    """Tasks, newest first, from the one after (started, id)."""
    before, before_id = after or (None, None)
    return await db.rows(
        f"{_TASKS} WHERE t.status = ANY(CAST(:statuses AS text[]))"
        " AND (CAST(:before AS timestamptz) IS NULL OR (t.started_at, t.id) < (:before, :before_id))"
        " ORDER BY t.started_at DESC, t.id DESC LIMIT :limit",
        statuses=TASKS[kind],
        before=before,
        before_id=before_id,
        limit=limit,
    )


async def task(db: Database, user: User, task_id: int) -> RowMapping | None:
    """A task that works for an order of the user's; any task for an admin."""
    return await db.row(
        f"{_TASKS} WHERE t.id = :task_id AND (:is_admin OR {_WORKS_FOR_USER})",
        task_id=task_id,
        is_admin=user.is_admin,
        user_id=user.id,
    )


async def order_figures(db: Database, since: dt.datetime) -> RowMapping | None:
    """Orders placed since a moment."""
    return await db.row(
        "SELECT count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed,"
        " count(*) FILTER (WHERE status = 'failed') AS failed,"
        " count(*) FILTER (WHERE status = 'cancelled') AS cancelled,"
        " count(*) FILTER (WHERE is_cached) AS cached,"
        " avg(EXTRACT(EPOCH FROM completed_at - created_at)) FILTER (WHERE status = 'completed')::float"
        " AS mean_seconds FROM orders WHERE created_at >= :since",
        since=since,
    )


async def task_figures(db: Database, since: dt.datetime) -> Sequence[RowMapping]:
    """Tasks started since a moment, by type."""
    return await db.rows(
        "SELECT task_type, count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed,"
        " count(*) FILTER (WHERE status = 'failed') AS failed, min(duration) AS min_seconds,"
        " avg(duration) AS mean_seconds, max(duration) AS max_seconds"
        " FROM task_log WHERE started_at >= :since GROUP BY task_type ORDER BY task_type",
        since=since,
    )


async def leader(db: Database) -> RowMapping | None:
    """Who leads the schedulers, or led them last."""
    return await db.row(
        "SELECT holder AS leader, since, lease_until AS until, token, lease_until > clock_timestamp() AS alive"
        " FROM leader ORDER BY lease_until DESC LIMIT 1"
    )


async def llm_day(db: Database, date: dt.date) -> RowMapping | None:
    """What a date's requests to the language model cost, and what is put aside for those under way."""
    return await db.row(
        "SELECT spent, budget, (SELECT COALESCE(sum(amount), 0) FROM llm_reservation"
        " WHERE date = llm_day.date AND expires_at > clock_timestamp()) AS reserved FROM llm_day WHERE date = :date",
        date=date,
    )


async def llm_usage(db: Database, date: dt.date, limit: int) -> Sequence[RowMapping]:
    """What they were for, the dearest first."""
    return await db.rows(
        "SELECT stage, task, keyword, NULLIF(order_id, '') AS order_id, requests, prompt_tokens, completion_tokens,"
        " cost FROM llm_usage WHERE date = :date"
        " ORDER BY cost DESC, prompt_tokens DESC, stage, task, keyword, order_id LIMIT :limit",
        date=date,
        limit=limit,
    )
