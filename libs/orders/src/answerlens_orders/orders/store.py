"""Orders as they are read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from answerlens_common.contracts.statuses import OrderStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_orders.accounts.store import User, scope

RECENT_DAYS = 7
# Of the names in a page. One order has less than half of it.
MOST_CHARACTERS: Final = 1_500_000

# An order runs from the first claim on its keyword's day: its row is not written for that.
_WORK = (
    " FROM claim WHERE stage IN ('search', 'bank', 'plan', 'score', 'analyse')"
    " AND keyword = o.keyword AND date = o.first_date"
)


def _shown(source: str) -> str:
    """Orders as they are shown, of a table or a part of it."""
    return f"""
SELECT o.id, u.name AS user, o.keyword, CAST(o.brand AS text) AS brand, CAST(o.competitors AS text) AS competitors,
    o.engines, o.priority,
    CASE WHEN o.status = 'queued' AND work.begun THEN 'running' ELSE o.status END AS status,
    o.is_cached, o.last_error, o.error_code, work.retry_count, o.track_days, o.live, o.first_date, o.created_at,
    o.completed_at
FROM {source} o JOIN users u ON u.id = o.user_id
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS begun, COALESCE(sum(attempts - 1), 0)::int AS retry_count {_WORK}
) work
WHERE (CAST(:user_id AS uuid) IS NULL OR o.user_id = :user_id)
"""  # noqa: S608 - constants


_ORDERS = _shown("orders")
_COLUMNS = """id, user_id, keyword, CAST(brand AS text) AS brand, CAST(competitors AS text) AS competitors, engines,
    priority, status, is_cached, last_error, error_code, track_days, live, first_date, created_at, completed_at"""
# The conditions of a page, each in the words that its index knows; those that are not asked for are left out.
_FILTERS = {
    "user_id": "o.user_id = :user_id",
    "keyword": "o.keyword = :keyword",
    "before": "(o.created_at, o.id) < (CAST(:before AS timestamptz), :before_id)",
}
_STATUSES: dict[str, str] = {
    OrderStatus.QUEUED: f"o.status = 'queued' AND NOT EXISTS (SELECT{_WORK})",
    OrderStatus.RUNNING: f"o.status IN ('queued', 'running') AND (o.status = 'running' OR EXISTS (SELECT{_WORK}))",
    OrderStatus.COMPLETED: "o.status = 'completed'",
    OrderStatus.FAILED: "o.status = 'failed'",
    OrderStatus.CANCELLED: "o.status = 'cancelled'",
}


@dataclass(frozen=True)
class StoredOrder:
    """An order as it is read; `begun` work makes a queued one running.

    Attributes:
        user: the name of the one who placed it.
        brand: JSON, as the form of the order gave it; `brands.kept` reads it, and the competitors.
        retry_count: attempts of its keyword's stages that had to be repeated.
        live: it is measured again on further days.
    """

    id: UUID
    user: str
    keyword: str
    brand: str
    competitors: str
    engines: list[str]
    priority: int
    status: str
    is_cached: bool
    last_error: str | None
    error_code: str | None
    retry_count: int
    track_days: int
    live: bool
    first_date: dt.date
    created_at: dt.datetime
    completed_at: dt.datetime | None


@dataclass(frozen=True)
class StoredDay:
    """A measurement of an order.

    Attributes:
        first: it is the order's first one.
        engines: how many the order has.
        order_status: of the order.
    """

    order_id: UUID
    date: dt.date
    status: str
    is_cached: bool
    last_error: str | None
    error_code: str | None
    first: bool
    engines: int
    order_status: str

    @property
    def key(self) -> tuple[UUID, dt.date]:
        """Order and date."""
        return self.order_id, self.date


@dataclass(frozen=True)
class OrderFilter:
    """Which orders a page shows: those after (`before`, `before_id`), newest first."""

    status: str | None
    keyword: str | None
    before: dt.datetime | None
    before_id: UUID | None
    limit: int


async def find(tx: Transaction, user: User, order_id: UUID) -> StoredOrder | None:
    """An order that the user may see."""
    return await tx.row(f"{_ORDERS} AND o.id = :order_id", StoredOrder, user_id=scope(user), order_id=order_id)


async def sees(db: Database, user: User, order_id: UUID) -> bool:
    """Whether there is an order that the user may see."""
    found = await db.value(
        "SELECT true FROM orders WHERE id = :order_id AND (CAST(:user_id AS uuid) IS NULL OR user_id = :user_id)",
        order_id=order_id,
        user_id=scope(user),
    )
    return found is not None


async def found(tx: Transaction, order_ids: Sequence[UUID]) -> list[StoredOrder]:
    """These orders, for those of whom it is known that they may see them."""
    return await tx.rows(
        f"{_ORDERS} AND o.id = ANY(CAST(:orders AS uuid[]))", StoredOrder, user_id=None, orders=list(order_ids)
    )


async def page(tx: Transaction, user: User, wanted: OrderFilter) -> tuple[list[StoredOrder], bool]:
    """Orders that the user may see, newest first, and whether there are more.

    They are fewer than wanted where they have so many names that the page would hold others up.
    """
    values = {name: value for name, value in vars(wanted).items() if name != "status" and value is not None}
    if not user.is_admin:
        values["user_id"] = user.id
    filters = [sql for name, sql in _FILTERS.items() if name in values]
    if wanted.status is not None:
        filters.append(_STATUSES[wanted.status])
    # the page first: what is shown of an order is looked up for no more than that
    part = (
        "(SELECT *, COALESCE(sum(length(brand) + length(competitors)) OVER (ORDER BY created_at DESC, id DESC"  # noqa: S608 - constants
        " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS characters_before FROM ("
        # OFFSET: written as text once, and only what is on the page
        f"SELECT {_COLUMNS} FROM (SELECT * FROM orders o WHERE {' AND '.join(filters) or 'true'}"
        " ORDER BY o.created_at DESC, o.id DESC LIMIT :limit) o OFFSET 0) o)"
    )
    rows = await tx.rows(
        f"{_shown(part)} AND o.characters_before < :characters ORDER BY o.created_at DESC, o.id DESC",
        StoredOrder,
        **{"user_id": None, "characters": MOST_CHARACTERS, **values, "limit": wanted.limit + 1},
    )
    # the one over the limit, or with which it is reached, is the first of the next page
    is_more = len(rows) > wanted.limit or sum(len(row.brand) + len(row.competitors) for row in rows) >= MOST_CHARACTERS
    return (rows[:-1] if is_more and len(rows) > 1 else rows), is_more


@dataclass(frozen=True)
class Begun:
    """How many live orders had begun by a date, how many began later, and when the first of these did."""

    by_then: int
    later: int
    first_later: dt.date | None


async def begun_by(tx: Transaction, date: dt.date) -> Begun:
    """The live orders by whether they had begun by a date."""
    found = await tx.row(
        "SELECT count(*) FILTER (WHERE first_date <= :date) AS by_then, count(*) FILTER (WHERE first_date > :date)"
        " AS later, min(first_date) FILTER (WHERE first_date > :date) AS first_later FROM orders WHERE live",
        Begun,
        date=date,
    )
    return found or Begun(0, 0, None)


async def has_measurements(tx: Transaction, date: dt.date) -> bool:
    """Whether anything is or was measured for a date."""
    return bool(await tx.value("SELECT EXISTS (SELECT FROM measurement_engine WHERE date = :date)", date=date))


async def measurements(tx: Transaction, wanted: Sequence[tuple[UUID, dt.date]]) -> list[StoredDay]:
    """These measurements, those that there are."""
    return await tx.rows(
        "SELECT order_id, date, m.status, m.is_cached, m.last_error, m.error_code, date = first_date AS first,"
        " cardinality(o.engines) AS engines, o.status AS order_status"
        " FROM unnest(CAST(:orders AS uuid[]), CAST(:dates AS date[])) AS wanted (order_id, date)"
        " JOIN measurement m USING (order_id, date) JOIN orders o ON o.id = order_id",
        StoredDay,
        orders=[order_id for order_id, _ in wanted],
        dates=[date for _, date in wanted],
    )


async def recent_measurements(tx: Transaction, order_ids: Sequence[UUID]) -> list[StoredDay]:
    """The first measurement of each order and those of its last days, oldest first."""
    return await tx.rows(
        "SELECT m.order_id, m.date, m.status, m.is_cached, m.last_error, m.error_code,"
        " m.date = o.first_date AS first,"
        " cardinality(o.engines) AS engines, o.status AS order_status FROM orders o CROSS JOIN LATERAL ("
        " (SELECT * FROM measurement WHERE order_id = o.id ORDER BY date DESC LIMIT :days)"
        " UNION SELECT * FROM measurement WHERE order_id = o.id AND date = o.first_date) m"
        " WHERE o.id = ANY(CAST(:orders AS uuid[])) ORDER BY m.order_id, m.date",
        StoredDay,
        orders=list(order_ids),
        days=RECENT_DAYS,
    )
