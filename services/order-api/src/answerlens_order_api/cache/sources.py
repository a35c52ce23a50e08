"""The links of a keyword's answers: tables `ai_answer`, `ai_link`, on the days that an order opens."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_order_api.cache.opened import COMPLETED
from answerlens_order_api.cache.users import User
from answerlens_order_api.sources import Link


@dataclass(frozen=True)
class Day:
    """A day of an order with answers that are still kept, on one surface."""

    date: dt.date
    surface: str
    engines: list[str]
    answers: int


async def day(tx: Transaction, user: User, order_id: UUID, date: dt.date | None, surface: str | None) -> Day | None:
    """The day asked for, or the newest one, of those that are open; without a surface that with the most answers.

    Only `ok` answers of the order's engines count.
    """
    row = await tx.row(
        "SELECT a.answer_date AS date, a.surface,"  # noqa: S608 - a constant
        " array_agg(DISTINCT a.engine) AS engines, count(*) AS answers"
        " FROM orders o JOIN measurement m ON m.order_id = o.id JOIN ai_answer a ON a.keyword = o.keyword"
        " AND a.answer_date = m.date AND a.engine = ANY(o.engines) AND a.status = 'ok'"
        " WHERE o.id = :order_id AND (CAST(:date AS date) IS NULL OR m.date = :date)"
        " AND (CAST(:surface AS text) IS NULL OR a.surface = :surface)"
        f" AND (:is_admin OR {COMPLETED})"
        " GROUP BY 1, 2 ORDER BY date DESC, answers DESC, a.surface LIMIT 1",
        order_id=order_id,
        date=date,
        surface=surface,
        is_admin=user.is_admin,
    )
    return Day(**row) if row else None


async def links(tx: Transaction, keyword: str, day: Day) -> list[Link]:
    """Every link of the day's answers."""
    rows = await tx.rows(
        "SELECT l.answer_id, l.link_url AS url, l.title, l.cited FROM ai_answer a"
        " JOIN ai_link l ON l.answer_id = a.id AND l.answer_date = a.answer_date"
        " WHERE a.keyword = :keyword AND a.answer_date = :date AND a.surface = :surface"
        " AND a.engine = ANY(CAST(:engines AS text[])) AND a.status = 'ok' ORDER BY l.answer_id, l.position",
        keyword=keyword,
        date=day.date,
        surface=day.surface,
        engines=day.engines,
    )
    return [Link(**row) for row in rows]
