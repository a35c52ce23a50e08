"""Measurements that are withdrawn: their rates and outcomes move to table `withdrawal`, which no figure is of."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.contracts.notices import MeasurementWithdrawn
from answerlens_common.db.database import Transaction
from answerlens_common.db.notices import tell
from answerlens_common.db.notifications import PROGRESS
from answerlens_orders.measurements.tracking import COUNTED_DAYS

_TABLES = ("mention_percentage", "measurement_outcome", "outcome_again")
_KEEP = """
INSERT INTO withdrawal (order_id, date, reason, admin, measured)
SELECT :order, :date, :reason, :admin, jsonb_build_object(
    'rates', (SELECT COALESCE(jsonb_agg(to_jsonb(p)), '[]') FROM mention_percentage p
        WHERE p.order_id = :order AND p.date = :date),
    'outcomes', (SELECT COALESCE(jsonb_agg(to_jsonb(o)), '[]') FROM measurement_outcome o
        WHERE o.order_id = :order AND o.date = :date),
    'again', (SELECT COALESCE(jsonb_agg(to_jsonb(a)), '[]') FROM outcome_again a
        WHERE a.order_id = :order AND a.date = :date))
"""
# An order whose tracking had ended by its days has one day less now, and goes on; one that was cancelled does not.
_GO_ON = f"""
UPDATE orders SET live = true WHERE id = :order AND NOT live AND status <> 'cancelled'
    AND ({COUNTED_DAYS}) > track_days AND :date >= first_date
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class _Client:
    """The client of an order, and the order's brand."""

    user_id: UUID
    brand: str


async def take_out(tx: Transaction, order_id: UUID, date: dt.date, reason: str, admin: str) -> None:
    """Withdraw a measurement that has ended: nothing of it is left where figures are read."""
    values = {"order": order_id, "date": date}
    await tx.execute(_KEEP, **values, reason=reason, admin=admin)
    for table in _TABLES:
        await tx.execute(f"DELETE FROM {table} WHERE order_id = :order AND date = :date", **values)  # noqa: S608
    await tx.execute(_GO_ON, **values)
    await tx.execute(
        "UPDATE measurement SET status = 'withdrawn', why = 'withdrawn', last_error = NULL, error_code = NULL"
        " WHERE order_id = :order AND date = :date",
        **values,
    )
    await tx.execute(
        "UPDATE measurement_engine SET status = 'withdrawn', last_error = NULL, error_code = NULL, error_stage = NULL"
        " WHERE order_id = :order AND date = :date",
        **values,
    )


async def tell_client(tx: Transaction, order_id: UUID, date: dt.date, reason: str, keyword: str) -> None:
    """Tell the order's client, and the clients that watch it."""
    client = await tx.row("SELECT user_id, brand_name AS brand FROM orders WHERE id = :order", _Client, order=order_id)
    if client is not None:
        notice = MeasurementWithdrawn(brand=client.brand, keyword=keyword, date=date, reason=reason)
        await tell(tx, [(client.user_id, order_id, notice)])
    await tx.notify(PROGRESS, keyword)
