"""`/api/notifications`: what a user is told of orders that ended."""

from http import HTTPStatus

from fastapi import APIRouter

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.language import Reader
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.notices.read import list_notices, mark_read
from answerlens_orders.notices.views import NotificationView
from answerlens_orders.paging import Page, RowId

router = APIRouter(prefix="/api/notifications", tags=["notifications"])


@router.get("", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_notifications(
    ctx: Ctx, user: SignedIn, language: Reader, limit: Limit = 20, cursor: Cursor = None
) -> Page[NotificationView]:
    """Your notifications, unread ones first."""
    return await list_notices(ctx.db, user.id, language, limit=limit, cursor=cursor)


@router.post("/{notification_id}/read", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND))
async def read_notification(notification_id: RowId, ctx: Ctx, user: SignedIn) -> None:
    """Mark a notification as read."""
    await mark_read(ctx.db, user.id, notification_id)
