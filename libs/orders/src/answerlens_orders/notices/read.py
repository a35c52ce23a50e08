"""A user reads what there is to know of orders that ended."""

from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.errors import NotFoundError
from answerlens_orders.notices import store
from answerlens_orders.notices.views import NotificationView
from answerlens_orders.paging import Page, RowId, after, cursor_of

_LIST = "notifications"


async def list_notices(db: Database, user_id: UUID, limit: int, cursor: str | None) -> Page[NotificationView]:
    """One page of a user's notifications, unread ones first.

    Raises:
        BadCursorError: the cursor is not one of this list.
    """
    rows = await store.page(db, user_id, after(cursor, _LIST, tuple[bool, RowId]), limit + 1)
    items = [NotificationView(**vars(row)) for row in rows[:limit]]
    following = cursor_of(_LIST, (items[-1].read, items[-1].id)) if len(rows) > limit else None
    return Page(items=items, next=following)


async def mark_read(db: Database, user_id: UUID, notification_id: int) -> None:
    """Mark a user's notification as read.

    Raises:
        NotFoundError: the user has no such notification.
    """
    if not await store.mark_read(db, user_id, notification_id):
        detail = f"there is no notification {notification_id}"
        raise NotFoundError(detail)
