"""`/api/orders`: place, list, look up, cancel."""

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders import lifecycle
from answerlens_orders.fields import Keyword
from answerlens_orders.orders import read
from answerlens_orders.orders.form import OrderForm
from answerlens_orders.orders.name_trial import tried
from answerlens_orders.orders.place import place
from answerlens_orders.orders.read import check_sees, get_order_view
from answerlens_orders.orders.views import NamesView, OrderView
from answerlens_orders.paging import Page

IdempotencyKey = Annotated[
    str | None, Header(pattern=r"^[\x21-\x7e]{1,255}$", description="the same key and body give the same order")
]
Status = Literal["queued", "running", "completed", "failed", "cancelled"]

router = APIRouter(prefix="/api/orders", tags=["orders"])


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
    form: OrderForm, ctx: Ctx, user: SignedIn, response: Response, idempotency_key: IdempotencyKey = None
) -> OrderView:
    """Order a measurement. It joins what is being done for its keyword, and repeats nothing that was done today."""
    placed = await place(ctx.db, ctx.settings, ctx.heavy, user.id, form, idempotency_key)
    response.headers["Location"] = f"/api/orders/{placed.order_id}"
    if placed.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return await get_order_view(ctx.db, ctx.settings, user, placed.order_id)


@router.get("", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_orders(
    ctx: Ctx,
    user: SignedIn,
    status: Annotated[Status | None, Query()] = None,
    keyword: Annotated[Keyword | None, Query()] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[OrderView]:
    """Your orders, newest first; an admin sees everybody's."""
    return await read.list_orders(
        ctx.db, ctx.settings, user, status=status, keyword=keyword, limit=limit, cursor=cursor
    )


@router.get("/{order_id}", responses=responses(HTTPStatus.NOT_FOUND))
async def show_order(order_id: UUID, ctx: Ctx, user: SignedIn) -> OrderView:
    """An order with its progress."""
    return await get_order_view(ctx.db, ctx.settings, user, order_id)


@router.get("/{order_id}/names", responses=responses(HTTPStatus.NOT_FOUND))
async def check_names(order_id: UUID, ctx: Ctx, user: SignedIn) -> NamesView:
    """Names that are ordinary words, with what they find in the newest answers and the context words to try."""
    order = await get_order_view(ctx.db, ctx.settings, user, order_id)
    return NamesView(warnings=await tried(ctx.db, ctx.heavy, user, order))


@router.post("/{order_id}/cancel", responses=responses(HTTPStatus.NOT_FOUND))
async def cancel_order(order_id: UUID, ctx: Ctx, user: SignedIn) -> OrderView:
    """Stop measuring an order. One that has ended keeps its status, and is not measured again."""
    await check_sees(ctx.db, user, order_id)
    await lifecycle.cancel(ctx.db, order_id)
    return await get_order_view(ctx.db, ctx.settings, user, order_id)
