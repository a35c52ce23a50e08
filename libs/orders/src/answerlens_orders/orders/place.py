"""Takes an order: checked, stored and started in one transaction."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import ConflictError, FieldFault, RefusedError
from answerlens_common.events import CollectionScored, Lane
from answerlens_common.observing.failpoints import reach
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.brands.contradictions import contradictions_of
from answerlens_orders.brands.form import names_in
from answerlens_orders.measurements.entry import first_events
from answerlens_orders.orders import engines, insert
from answerlens_orders.orders.form import OrderForm
from answerlens_orders.orders.pace import refused_for_pace
from answerlens_orders.settings import OrdersSettings


@dataclass(frozen=True)
class Placed:
    """An order that stands; `replayed` when an earlier request placed it."""

    order_id: UUID
    replayed: bool


async def place(
    db: Database, settings: OrdersSettings, heavy: HeavyWork, user_id: UUID, form: OrderForm, key: str | None
) -> Placed:
    """Store the order and its first measurement, with the events that start it or let it join its keyword's work.

    `key` is the request's `Idempotency-Key`: the same key and form give the same order.

    Raises:
        RefusedError: unknown or too slow engines, contradicting names, or a key that was used for another order;
            nothing is stored.
        ConflictError: another request with this key is under way.
        LimitReachedError: the user has ordered too much for now.
    """
    # first: what an earlier request placed is refused neither for a limit nor for an engine disabled since
    earlier = await _earlier(db, user_id, form, key)
    if earlier is not None:
        return earlier
    await heavy.order(user_id, names_in(form.brand, form.competitors))
    errors = await contradictions_of(heavy, user_id, form.brand, form.competitors)
    async with db.transaction() as tx:
        placed = await _place(tx, settings, user_id, form, key, contradicting=errors)
    await reach("order-api.after_commit")
    return placed


async def _place(
    tx: Transaction,
    settings: OrdersSettings,
    user_id: UUID,
    form: OrderForm,
    key: str | None,
    *,
    contradicting: list[FieldFault],
) -> Placed:
    known = await engines.enabled(tx)
    wanted = form.engines or known
    today = dt.datetime.now(settings.calendar.zone).date()
    errors = contradicting + engines.faults(form, known)
    if not errors:
        errors = await refused_for_pace(tx, settings, form.keyword, today, wanted)
    if errors:
        detail = "the order cannot be carried out as it is"
        raise RefusedError(detail, *errors)
    events = await first_events(tx, form.keyword, today, wanted, Lane.EXPRESS, settings.freshness)
    cached = all(isinstance(event, CollectionScored) for event in events)
    order = insert.NewOrder(user_id, form, wanted, today, key, is_cached=cached)
    order_id = await insert.insert_order(tx, order)
    if order_id is None:
        # another request with this key was faster; it has committed by now
        earlier = await _earlier(tx, user_id, form, key)
        if earlier is None:
            detail = "another request with this Idempotency-Key is under way"
            raise ConflictError(detail)
        return earlier
    await enqueue(tx, events, priority=form.priority)
    return Placed(order_id, replayed=False)


async def _earlier(db: Database | Transaction, user_id: UUID, form: OrderForm, key: str | None) -> Placed | None:
    found = await insert.by_idempotency_key(db, user_id, key) if key else None
    if found is None:
        return None
    if found.request_sha256 != form.sha256():
        message = "this key was used for a different order; use a new one"
        detail = "the Idempotency-Key does not belong to this order"
        raise RefusedError(detail, FieldFault("Idempotency-Key", message))
    return Placed(found.id, replayed=True)
