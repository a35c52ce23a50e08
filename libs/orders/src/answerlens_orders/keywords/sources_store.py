"""The links of a keyword's answers: views `keyword_answer`, `keyword_link`, on the days that an order opens."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_orders.accounts.store import User
from answerlens_orders.keywords.opened import COMPLETED


@dataclass(frozen=True)
class Day:
    """A day of an order with answers that are still kept, on one surface."""

    date: dt.date
    surface: str
    engines: list[str]
    answers: int


_OK = (
    " FROM keyword_answer WHERE keyword = o.keyword AND engine = ANY(o.engines) AND status = 'ok'"
    " AND (CAST(:surface AS text) IS NULL OR surface = :surface) AND answer_date ="
)


async def day(tx: Transaction, user: User, order_id: UUID, date: dt.date | None, surface: str | None) -> Day | None:
    """The day asked for, or the newest one, of those that are open; without a surface that with the most answers.

    Only `ok` answers of the order's engines count.
    """
    return await tx.row(
        "SELECT newest.date, found.surface, found.engines, found.answers FROM orders o"  # noqa: S608 - constants
        " CROSS JOIN LATERAL (SELECT m.date FROM measurement m"
        # day by day from the newest on: one answer tells that a day is kept
        f"  CROSS JOIN LATERAL (SELECT{_OK} m.date LIMIT 1) kept"
        f"  WHERE m.order_id = o.id AND (CAST(:date AS date) IS NULL OR m.date = :date) AND (:is_admin OR {COMPLETED})"
        "  ORDER BY m.date DESC LIMIT 1) newest"
        " CROSS JOIN LATERAL (SELECT surface, array_agg(DISTINCT engine) AS engines, count(*) AS answers"
        f" {_OK} newest.date GROUP BY surface) found"
        " WHERE o.id = :order_id ORDER BY found.answers DESC, found.surface LIMIT 1",
        Day,
        order_id=order_id,
        date=date,
        surface=surface,
        is_admin=user.is_admin,
    )


async def links(tx: Transaction, keyword: str, day: Day) -> str:
    """Every link of the day's answers, as JSON: a list of what `sources.Link` has. It is read where it is needed."""
    found: str = await tx.value(
        "SELECT CAST(COALESCE(json_agg(json_build_array(a.id, l.link_url, l.title, l.cited)"
        " ORDER BY a.id, l.position), '[]') AS text) FROM keyword_answer a"
        " JOIN keyword_link l USING (collection_id, number, replicate, answer_date)"
        " WHERE a.keyword = :keyword AND answer_date = :date AND a.surface = :surface"
        " AND a.engine = ANY(CAST(:engines AS text[])) AND a.status = 'ok'",
        keyword=keyword,
        date=day.date,
        surface=day.surface,
        engines=day.engines,
    )
    return found
