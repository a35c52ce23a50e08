"""A message that finds its work done closes the claim that an earlier delivery of it left open.

A holder that was killed after its commit, or could not publish what follows, leaves its claim held or waiting and its
task running, while the next delivery only passes on what is stored.
"""

import asyncio

from answerlens_common.db import Database
from answerlens_common.work.claims import ClaimKey

# A claim that waits for this message, or whose lease has run out. A failure whose outcome is stored stays one.
_CLOSE = """
WITH left_open AS (
    UPDATE claim SET status = CASE WHEN status = 'failed' THEN status ELSE 'done' END, lease_until = NULL
    WHERE stage = :stage AND scope = :scope AND item = :item
        AND holder = :holder
        AND (status = 'waiting' OR status IN ('held', 'failed') AND lease_until < clock_timestamp())
    RETURNING status, task_id
), logged AS (
    UPDATE task_log SET status = 'completed', completed_at = clock_timestamp(),
        duration = EXTRACT(EPOCH FROM clock_timestamp() - started_at)
    FROM left_open WHERE id = task_id AND left_open.status = 'done'
)
SELECT count(*) FROM left_open
"""

_STILL_HELD = """
SELECT EXTRACT(EPOCH FROM lease_until - clock_timestamp())::float FROM claim
WHERE stage = :stage AND scope = :scope AND item = :item
    AND holder = :holder AND status IN ('held', 'failed')
"""
LOOK_AGAIN_SECONDS = 1.0


async def close_orphaned_claim(db: Database, key: ClaimKey, message_id: str) -> bool:
    """Close what an earlier delivery of this message left open; a holder that may still be at work is waited for.

    True when there was something: another message may have joined it meanwhile, so its work is to be looked at again.
    """
    values = {**key.columns, "holder": message_id}
    while True:
        async with db.transaction() as tx:
            closed = await tx.value(_CLOSE, **values)
            seconds = await tx.value(_STILL_HELD, **values)
        if seconds is None:
            return bool(closed)
        await asyncio.sleep(min(max(seconds, 0.05), LOOK_AGAIN_SECONDS))
