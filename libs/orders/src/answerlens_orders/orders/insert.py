"""A new order and its first measurement."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_orders.orders.form import OrderForm


@dataclass(frozen=True)
class NewOrder:
    """An order about to be stored; `date` is that of its first measurement."""

    user_id: UUID
    form: OrderForm
    engines: Sequence[str]
    date: dt.date
    idempotency_key: str | None
    is_cached: bool


@dataclass(frozen=True)
class Earlier:
    """An order that an earlier request placed, and the hash of what that request said."""

    id: UUID
    request_sha256: str


async def by_idempotency_key(db: Database | Transaction, user_id: UUID, key: str) -> Earlier | None:
    """The order that a user placed with this key."""
    return await db.row(
        "SELECT id, request_sha256 FROM orders WHERE user_id = :user_id AND idempotency_key = :key",
        Earlier,
        user_id=user_id,
        key=key,
    )


async def insert_order(tx: Transaction, order: NewOrder) -> UUID | None:
    """Store an order with its first measurement; None when its idempotency key is taken."""
    form = order.form
    order_id: UUID | None = await tx.value(
        "INSERT INTO orders (user_id, keyword, brand_name, brand, competitors, engines, priority, track_days,"
        " first_date, is_cached, idempotency_key, request_sha256)"
        " VALUES (:user_id, :keyword, :brand_name, CAST(:brand AS jsonb), CAST(:competitors AS jsonb), :engines,"
        " :priority, :track_days, :date, :is_cached, :key, :sha256)"
        " ON CONFLICT (user_id, idempotency_key) DO NOTHING RETURNING id",
        user_id=order.user_id,
        keyword=form.keyword,
        brand_name=form.brand.name,
        brand=form.brand.model_dump_json(),
        competitors=json.dumps([competitor.model_dump() for competitor in form.competitors], ensure_ascii=False),
        engines=list(order.engines),
        priority=form.priority,
        track_days=form.track_days,
        date=order.date,
        is_cached=order.is_cached,
        key=order.idempotency_key,
        sha256=form.sha256(),
    )
    if order_id is None:
        return None
    await tx.execute(
        "INSERT INTO measurement (order_id, date, keyword, is_cached) VALUES (:order_id, :date, :keyword, :is_cached)",
        order_id=order_id,
        date=order.date,
        keyword=form.keyword,
        is_cached=order.is_cached,
    )
    await tx.execute(
        "INSERT INTO measurement_engine (order_id, date, engine)"
        " SELECT :order_id, :date, unnest(CAST(:engines AS text[]))",
        order_id=order_id,
        date=order.date,
        engines=list(order.engines),
    )
    return order_id
