"""`/api/orders/{id}/withdraw`: an admin takes a measurement back."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from answerlens_order_api.auth import Admin
from answerlens_order_api.context import Here
from answerlens_order_api.problems import responses
from answerlens_order_api.routes.orders import shown
from answerlens_order_api.views import OrderView
from answerlens_order_api.withdrawing import WithdrawalForm, withdraw

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
async def withdraw_measurement(order_id: UUID, form: WithdrawalForm, here: Here, admin: Admin) -> OrderView:
    """Withdraw the measurement of a date, with a reason; the order as it stands then.

    It has no rates any more, is out of every comparison, pool and chain, and does not count in `track_days`. Its
    reports stay readable, with a new version that says so; a refresh of the date measures it anew.
    """
    await shown(here, admin, order_id)
    await withdraw(here.db, here.settings, order_id, admin.name, form)
    return await shown(here, admin, order_id)
