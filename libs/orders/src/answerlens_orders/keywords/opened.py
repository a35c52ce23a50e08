"""What of a keyword's shared work a user may read: that of the days on which a measurement of theirs was completed.

Placing an order opens nothing, and cancelling it neither. Admins read all.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_orders.accounts.store import User, scope

COMPLETED = "(m.status = 'completed' OR (m.reanalysing AND m.last_error IS NULL))"
"""Whether a measurement `m` reached its end: also while it is analysed again, unless it had failed before that."""


@dataclass(frozen=True)
class OpenOrder:
    """An order that opens a day; brands as the form of the order gave them."""

    id: UUID
    brand: dict[str, Any]
    competitors: list[dict[str, Any]]


async def order(tx: Transaction, user: User, keyword: str, order_id: UUID | None) -> OpenOrder | None:
    """An order of the user's on a keyword, the newest unless one is named, that opens a day of it."""
    return await tx.row(
        "SELECT id, brand, competitors FROM orders o WHERE keyword = :keyword"  # noqa: S608 - a constant
        " AND (CAST(:user_id AS uuid) IS NULL OR user_id = :user_id)"
        " AND (CAST(:order_id AS uuid) IS NULL OR id = :order_id)"
        f" AND (:is_admin OR EXISTS (SELECT FROM measurement m WHERE m.order_id = o.id AND {COMPLETED}))"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        OpenOrder,
        keyword=keyword,
        user_id=scope(user),
        order_id=order_id,
        is_admin=user.is_admin,
    )
