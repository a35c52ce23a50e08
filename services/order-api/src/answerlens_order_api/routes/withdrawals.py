"""`/api/orders/{id}/withdraw`: an admin takes a measurement back."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from answerlens_order_api.rest.auth import Admin
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.orders.read import check_sees, get_order_view
from answerlens_orders.orders.views import OrderView
from answerlens_orders.reports.form import WithdrawalForm
from answerlens_orders.reports.withdraw import withdraw

router = APIRouter(prefix="/api/orders", tags=["admin"])


@router.post(
    "/{order_id}/withdraw",
    responses=responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)
async def withdraw_measurement(order_id: UUID, form: WithdrawalForm, ctx: Ctx, admin: Admin) -> OrderView:
    """Withdraw the measurement of a date, with a reason; the order as it stands then.

    It has no rates any more, is out of every comparison, pool and chain, and does not count in `track_days`. Its
    reports stay readable, with a new version that says so; a refresh of the date measures it anew.
    """
    await check_sees(ctx.db, admin, order_id)
    await withdraw(ctx.db, ctx.settings, order_id, admin.name, form)
    return await get_order_view(ctx.db, ctx.settings, admin, order_id)
