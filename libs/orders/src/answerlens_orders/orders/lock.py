"""Takes an order for a change of what it has measured."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.db.database import Transaction


@dataclass(frozen=True)
class LockedOrder:
    """An order whose row is locked; brands as the form of the order gave them."""

    id: UUID
    keyword: str
    brand: dict[str, Any]
    competitors: list[dict[str, Any]]
    priority: int
    live: bool
    first_date: dt.date


async def lock(tx: Transaction, order_id: UUID) -> LockedOrder:
    """Lock an order with its measurements: an analyzer that stores rates waits, and then sees the new names."""
    await tx.rows("SELECT 1 FROM measurement WHERE order_id = :order ORDER BY date FOR UPDATE", order=order_id)
    row = await tx.row(
        "SELECT id, keyword, brand, competitors, priority, live, first_date FROM orders WHERE id = :order FOR UPDATE",
        LockedOrder,
        order=order_id,
    )
    if row is None:
        raise LookupError(order_id)
    return row
