"""A user reads what there is to know of orders that ended."""

from uuid import UUID

from answerlens_common.contracts.notices import read_notice
from answerlens_common.db import Database
from answerlens_common.errors import NotFoundError
from answerlens_orders.notices import store
from answerlens_orders.notices.store import StoredNotice
from answerlens_orders.notices.views import NotificationView
from answerlens_orders.notices.words import Language, words_of
from answerlens_orders.paging import Page, RowId, after, cursor_of

_LIST = "notifications"


async def list_notices(
    db: Database, user_id: UUID, language: Language, *, limit: int, cursor: str | None
) -> Page[NotificationView]:
    """One page of a user's notifications, unread ones first, in the language of the reader.

    Raises:
        BadCursorError: the cursor is not one of this list.
    """
    rows = await store.page(db, user_id, after(cursor, _LIST, tuple[bool, RowId]), limit + 1)
    items = [_view(row, language) for row in rows[:limit]]
    following = cursor_of(_LIST, (items[-1].read, items[-1].id)) if len(rows) > limit else None
    return Page(items=items, next=following)


def _view(row: StoredNotice, language: Language) -> NotificationView:
    message = row.message or ""
    if row.kind is not None:
        message = language.of(words_of(read_notice(row.kind, row.params or {})))
    return NotificationView(
        id=row.id,
        order_id=row.order_id,
        message=message,
        severity=row.severity,
        read=row.read,
        created_at=row.created_at,
    )


async def mark_read(db: Database, user_id: UUID, notification_id: int) -> None:
    """Mark a user's notification as read.

    Raises:
        NotFoundError: the user has no such notification.
    """
    if not await store.mark_read(db, user_id, notification_id):
        detail = f"there is no notification {notification_id}"
        raise NotFoundError(detail)
