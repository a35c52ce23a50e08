"""Diagnoses as rows: table `diagnosis`."""

import datetime as dt
import json
from collections.abc import Mapping
from uuid import UUID

from answerlens_common.db.database import Transaction


async def insert(tx: Transaction, user_id: UUID, payload: Mapping[str, object], priority: int) -> UUID:
    """Store a new diagnosis, which runs at once; its id."""
    found: UUID = await tx.value(
        "INSERT INTO diagnosis (user_id, payload, priority, status, started_at)"
        " VALUES (:user, CAST(:payload AS jsonb), :priority, 'running', clock_timestamp()) RETURNING id",
        user=user_id,
        payload=json.dumps(payload, ensure_ascii=False),
        priority=priority,
    )
    return found


async def cancel(tx: Transaction, user_id: UUID, diagnosis_id: UUID) -> bool:
    """Cancel a user's diagnosis that has not ended; False when there is none."""
    return bool(
        await tx.execute(
            "UPDATE diagnosis SET status = 'cancelled', completed_at = clock_timestamp(),"
            " updated_at = clock_timestamp()"
            " WHERE id = :id AND user_id = :user AND status IN ('queued', 'running')",
            id=diagnosis_id,
            user=user_id,
        )
    )


async def forget_old(tx: Transaction, before: dt.date) -> int:
    """Delete those from before a date of which no collection is left; how many there were.

    Their questions and answers went with the days of their collections, which are kept while one is in work.
    """
    return await tx.execute(
        "DELETE FROM diagnosis d WHERE created_at < CAST(:before AS date)"
        " AND NOT EXISTS (SELECT FROM collection c WHERE c.owner_id = d.id)",
        before=before,
    )
