"""Orders as they are read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping

from answerlens_common.db.database import Transaction
from answerlens_order_api.cache.users import User

RECENT_DAYS = 7

# An order runs from the first claim on its keyword's day; nobody has to remember to say so.
_ORDERS = """
SELECT o.id, u.name AS user, o.keyword, o.brand, o.competitors, o.engines, o.priority, shown.status,
    o.is_cached, o.last_error, work.retry_count, o.track_days, o.live, o.first_date, o.created_at, o.completed_at
FROM orders o JOIN users u ON u.id = o.user_id
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS begun, COALESCE(sum(attempts - 1), 0)::int AS retry_count FROM claim
    WHERE stage IN ('search', 'bank', 'plan', 'score', 'analyse') AND keyword = o.keyword AND date = o.first_date
) work
CROSS JOIN LATERAL (
    SELECT CASE WHEN o.status = 'queued' AND work.begun THEN 'running' ELSE o.status END AS status
) shown
WHERE (CAST(:user_id AS uuid) IS NULL OR o.user_id = :user_id)
"""


@dataclass(frozen=True)
class Wanted:
    """Which orders a page shows: those after (`before`, `before_id`), newest first."""

    status: str | None
    keyword: str | None
    before: dt.datetime | None
    before_id: UUID | None
    limit: int


def scope(user: User) -> UUID | None:
    """Everybody sees their own orders; admins see all."""
    return None if user.is_admin else user.id


async def find(tx: Transaction, user: User, order_id: UUID) -> RowMapping | None:
    """An order that the user may see."""
    return await tx.row(f"{_ORDERS} AND o.id = :order_id", user_id=scope(user), order_id=order_id)


async def page(tx: Transaction, user: User, wanted: Wanted) -> Sequence[RowMapping]:
    """Orders that the user may see, newest first."""
    return await tx.rows(
        f"{_ORDERS} AND (CAST(:keyword AS text) IS NULL OR o.keyword = :keyword)"
        " AND (CAST(:status AS text) IS NULL OR shown.status = :status)"
        " AND (CAST(:before AS timestamptz) IS NULL OR (o.created_at, o.id) < (:before, :before_id))"
        " ORDER BY o.created_at DESC, o.id DESC LIMIT :limit",
        user_id=scope(user),
        **vars(wanted),
    )


async def has_measurements(tx: Transaction, date: dt.date) -> bool:
    """Whether anything is or was measured for a date."""
    return bool(await tx.value("SELECT EXISTS (SELECT FROM measurement WHERE date = :date)", date=date))


async def recent_measurements(tx: Transaction, order_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """The first measurement of each order and those of its last days, oldest first."""
    return await tx.rows(
        "SELECT order_id, date, status, is_cached, last_error, date = first_date AS first, engines FROM ("
        " SELECT m.*, o.first_date, cardinality(o.engines) AS engines,"
        " row_number() OVER (PARTITION BY m.order_id ORDER BY m.date DESC) AS newness"
        " FROM measurement m JOIN orders o ON o.id = m.order_id WHERE m.order_id = ANY(CAST(:orders AS uuid[]))) m"
        " WHERE newness <= :days OR date = first_date ORDER BY order_id, date",
        orders=list(order_ids),
        days=RECENT_DAYS,
    )
