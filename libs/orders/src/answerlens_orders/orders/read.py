"""Orders that a user may see: one, a page of them, a day of one; and the engines that orders may name."""

import datetime as dt
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.errors import NotFoundError
from answerlens_orders.accounts.store import User
from answerlens_orders.orders import engines, store
from answerlens_orders.orders.store import OrderFilter
from answerlens_orders.orders.views import DayView, EngineView, OrderView, day_shown, order_facts, order_views
from answerlens_orders.paging import Moment, Page, after, cursor_of
from answerlens_orders.settings import OrdersSettings

_LIST = "orders"


async def get_order_view(db: Database, settings: OrdersSettings, user: User, order_id: UUID) -> OrderView:
    """An order that the user may see.

    Raises:
        NotFoundError: there is none, as far as this user may know.
    """
    async with db.transaction() as tx:
        row = await store.find(tx, user, order_id)
        facts = await order_facts(tx, settings, [row]) if row else None
    if facts is None:
        raise _no_order(order_id)
    return (await order_views(facts))[0]


async def check_sees(db: Database, user: User, order_id: UUID) -> None:
    """Refuse an order that the user may not see, where the order itself is not shown.

    Raises:
        NotFoundError: there is none, as far as this user may know.
    """
    if not await store.sees(db, user, order_id):
        raise _no_order(order_id)


async def list_orders(
    db: Database,
    settings: OrdersSettings,
    user: User,
    *,
    status: str | None,
    keyword: str | None,
    limit: int,
    cursor: str | None,
) -> Page[OrderView]:
    """One page of the orders that the user may see, newest first.

    Raises:
        BadCursorError: the cursor is not one of this list.
    """
    before, before_id = after(cursor, _LIST, tuple[Moment, UUID]) or (None, None)
    wanted = OrderFilter(status, keyword, before, before_id, limit)
    async with db.transaction() as tx:
        rows, is_more = await store.page(tx, user, wanted)
        facts = await order_facts(tx, settings, rows)
    items = await order_views(facts)
    following = cursor_of(_LIST, (items[-1].created_at.isoformat(), items[-1].id)) if is_more else None
    return Page(items=items, next=following)


async def get_day_view(db: Database, settings: OrdersSettings, order_id: UUID, date: dt.date) -> DayView:
    """The measurement of a date, of an order that the user may see.

    Raises:
        NotFoundError: the order is not measured on that date.
    """
    async with db.transaction() as tx:
        day = await day_shown(tx, settings, order_id, date)
    if day is None:
        listed = f"GET /api/orders/{order_id}/measurements lists the days"
        detail = f"the order is not measured on {date}; {listed}"
        raise NotFoundError(detail)
    return day


async def list_engines(db: Database) -> list[EngineView]:
    """Every engine of this installation, by name."""
    return [EngineView(**vars(engine)) for engine in await engines.every(db)]


def _no_order(order_id: UUID) -> NotFoundError:
    return NotFoundError(f"there is no order {order_id}")
