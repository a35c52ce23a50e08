"""`/api/notifications`: what a user is told of orders that ended."""

import datetime as dt
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_common.errors import NotFoundError
from answerlens_order_api.auth import SignedIn
from answerlens_order_api.cache import notifications
from answerlens_order_api.context import Here
from answerlens_order_api.paging import Cursor, Limit, Page, RowId, after, cursor_of
from answerlens_order_api.problems import responses

router = APIRouter(prefix="/api/notifications", tags=["notifications"])


class NotificationView(BaseModel):
    """A notification."""

    id: int
    order_id: UUID | None
    message: str = Field(examples=["索尼 × 蓝牙耳机 2026-01-31 测量完成"])
    severity: str = Field(examples=["info"])
    read: bool
    created_at: dt.datetime


@router.get("", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_notifications(
    here: Here, user: SignedIn, limit: Limit = 20, cursor: Cursor = None
) -> Page[NotificationView]:
    """Your notifications, unread ones first."""
    rows = await notifications.page(here.db, user, after(cursor, "notifications", tuple[bool, RowId]), limit + 1)
    items = [NotificationView(**row) for row in rows[:limit]]
    following = cursor_of("notifications", (items[-1].read, items[-1].id)) if len(rows) > limit else None
    return Page(items=items, next=following)


@router.post("/{notification_id}/read", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND))
async def read_notification(notification_id: RowId, here: Here, user: SignedIn) -> None:
    """Mark a notification as read."""
    if not await notifications.mark_read(here.db, user, notification_id):
        detail = f"there is no notification {notification_id}"
        raise NotFoundError(detail)
