"""`/api/orders/estimate`: what an order would take, before anything is spent."""

from http import HTTPStatus

from fastapi import APIRouter

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.estimates.estimate import estimate
from answerlens_orders.estimates.views import Estimate
from answerlens_orders.orders.form import OrderForm

router = APIRouter(prefix="/api/orders/estimate", tags=["orders"])


@router.post(
    "",
    responses=responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)
async def estimate_order(form: OrderForm, ctx: Ctx, user: SignedIn) -> Estimate:
    """What an order would take if it were placed now; nothing is stored, and nobody is asked."""
    return await estimate(ctx.db, ctx.settings, ctx.settings.prices, ctx.heavy, user.id, form)
