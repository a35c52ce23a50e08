"""Table `notification`."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.db import Database

LAST_ID = 2**63 - 1

# Each half is read off the index, newest first.
_PAGE = """
SELECT * FROM (
    (SELECT id, order_id, message, kind, params, severity, read, created_at FROM notification
        WHERE user_id = :user_id AND NOT read AND id < :unread_before ORDER BY id DESC LIMIT :limit)
    UNION ALL
    (SELECT id, order_id, message, kind, params, severity, read, created_at FROM notification
        WHERE user_id = :user_id AND read AND id < :read_before ORDER BY id DESC LIMIT :limit)
) both_halves ORDER BY read, id DESC LIMIT :limit
"""


@dataclass(frozen=True)
class StoredNotice:
    """A notice of a user's; one from before notices had a kind has a `message` instead, in finished words."""

    id: int
    order_id: UUID | None
    message: str | None
    kind: str | None
    params: dict[str, Any] | None
    severity: str
    read: bool
    created_at: dt.datetime


async def page(db: Database, user_id: UUID, after: tuple[bool, int] | None, limit: int) -> list[StoredNotice]:
    """A user's notifications, unread first, then newest first, from the one after (read, id)."""
    # after a read one there is nothing unread left to show
    unread_before, read_before = (
        (LAST_ID, LAST_ID) if after is None else (0, after[1]) if after[0] else (after[1], LAST_ID)
    )
    return await db.rows(
        _PAGE, StoredNotice, user_id=user_id, unread_before=unread_before, read_before=read_before, limit=limit
    )


async def mark_read(db: Database, user_id: UUID, notification_id: int) -> bool:
    """Mark one as read; False when it is not the user's."""
    async with db.transaction() as tx:
        return bool(
            await tx.execute(
                "UPDATE notification SET read = true WHERE id = :id AND user_id = :user_id",
                id=notification_id,
                user_id=user_id,
            )
        )
