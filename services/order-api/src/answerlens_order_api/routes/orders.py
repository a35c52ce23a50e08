"""`/api/orders`: place, list, look up, cancel."""

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from answerlens_common.errors import NotFoundError
from answerlens_order_api.auth import SignedIn
from answerlens_order_api.cache import endings, orders
from answerlens_order_api.cache.users import User
from answerlens_order_api.context import Context, Here
from answerlens_order_api.name_trial import TriedName, tried
from answerlens_order_api.order_form import OrderForm
from answerlens_order_api.ordering import place
from answerlens_order_api.paging import Cursor, Limit, Moment, Page, after, cursor_of
from answerlens_order_api.problems import responses
from answerlens_order_api.text import Keyword
from answerlens_order_api.views import OrderView, orders_shown

IdempotencyKey = Annotated[
    str | None, Header(pattern=r"^[\x21-\x7e]{1,255}$", description="the same key and body give the same order")
]
Status = Literal["queued", "running", "completed", "failed", "cancelled"]

router = APIRouter(prefix="/api/orders", tags=["orders"])


class NamesView(BaseModel):
    """What to know about the names that an order looks for."""

    warnings: list[TriedName] = Field(description="names that are ordinary words and have no context words")


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)
async def place_order(
    form: OrderForm, here: Here, user: SignedIn, response: Response, idempotency_key: IdempotencyKey = None
) -> OrderView:
    """Order a measurement. It joins what is being done for its keyword, and repeats nothing that was done today."""
    await here.limits.order(user.id)
    placed = await place(here, user, form, idempotency_key)
    response.headers["Location"] = f"/api/orders/{placed.order_id}"
    if placed.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return await shown(here, user, placed.order_id)


@router.get("", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_orders(
    here: Here,
    user: SignedIn,
    status: Annotated[Status | None, Query()] = None,
    keyword: Annotated[Keyword | None, Query()] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[OrderView]:
    """Your orders, newest first; an admin sees everybody's."""
    before, before_id = after(cursor, "orders", tuple[Moment, UUID]) or (None, None)
    wanted = orders.Wanted(status, keyword, before, before_id, limit + 1)
    async with here.db.transaction() as tx:
        rows = await orders.page(tx, user, wanted)
        items = await orders_shown(tx, here.settings, rows[:limit])
    more = len(rows) > limit
    following = cursor_of("orders", (items[-1].created_at.isoformat(), items[-1].id)) if more else None
    return Page(items=items, next=following)


@router.get("/{order_id}", responses=responses(HTTPStatus.NOT_FOUND))
async def show_order(order_id: UUID, here: Here, user: SignedIn) -> OrderView:
    """An order with its progress."""
    return await shown(here, user, order_id)


@router.get("/{order_id}/names", responses=responses(HTTPStatus.NOT_FOUND))
async def check_names(order_id: UUID, here: Here, user: SignedIn) -> NamesView:
    """Names that are ordinary words, with what they find in the newest answers and the context words to try."""
    return NamesView(warnings=await tried(here, user, await shown(here, user, order_id)))


@router.post("/{order_id}/cancel", responses=responses(HTTPStatus.NOT_FOUND))
async def cancel_order(order_id: UUID, here: Here, user: SignedIn) -> OrderView:
    """Stop measuring an order. One that has ended keeps its status, and is not measured again."""
    await shown(here, user, order_id)
    await endings.cancel(here.db, order_id)
    return await shown(here, user, order_id)


async def shown(here: Context, user: User, order_id: UUID) -> OrderView:
    """An order that the user may see.

    Raises:
        NotFoundError: there is none, as far as this user may know.
    """
    async with here.db.transaction() as tx:
        row = await orders.find(tx, user, order_id)
        views = await orders_shown(tx, here.settings, [row]) if row else []
    if not views:
        detail = f"there is no order {order_id}"
        raise NotFoundError(detail)
    return views[0]
