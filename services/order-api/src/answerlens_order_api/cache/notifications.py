"""Table `notification`."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from answerlens_common.db import Database
from answerlens_order_api.cache.users import User


async def page(db: Database, user: User, after: tuple[bool, int] | None, limit: int) -> Sequence[RowMapping]:
    """A user's notifications, unread first, then newest first, from the one after (read, id)."""
    read, before = after or (False, None)
    return await db.rows(
        "SELECT id, order_id, message, severity, read, created_at FROM notification WHERE user_id = :user_id"
        " AND (CAST(:before AS bigint) IS NULL OR read > :read OR (read = :read AND id < :before))"
        " ORDER BY read, id DESC LIMIT :limit",
        user_id=user.id,
        read=read,
        before=before,
        limit=limit,
    )


async def mark_read(db: Database, user: User, notification_id: int) -> bool:
    """Mark one as read; False when it is not the user's."""
    async with db.transaction() as tx:
        return bool(
            await tx.execute(
                "UPDATE notification SET read = true WHERE id = :id AND user_id = :user_id",
                id=notification_id,
                user_id=user.id,
            )
        )
