"""Measurements that have come to an end, without the pipeline."""

import datetime as dt
from typing import Any

from answerlens_common.db import Database

END = "UPDATE measurement SET status = :status, completed_at = now() WHERE order_id = :order AND date = :date"


async def complete(db: Database, order: dict[str, Any], status: str = "completed") -> None:
    """End an order's first measurement."""
    async with db.transaction() as tx:
        date = dt.date.fromisoformat(order["first_date"])
        await tx.execute(END, status=status, order=order["id"], date=date)
