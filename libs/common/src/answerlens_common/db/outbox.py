"""Events that follow no message, or cannot wait for one to be acked: written with the rows they speak of.

The relays of `work.outbox` publish them afterwards, whichever process has written them.
"""

from collections.abc import Sequence

from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import OUTBOX
from answerlens_common.events import Event


async def enqueue(tx: Transaction, events: Sequence[Event], *, priority: int = 5) -> None:
    """Publish these events once the transaction has committed; higher priority (0–9) first."""
    if not events:
        return
    await tx.execute(
        "INSERT INTO outbox (routing_key, body, priority) SELECT key, body, :priority"
        " FROM unnest(CAST(:keys AS text[]), CAST(:bodies AS text[])) AS event (key, body)",
        keys=[event.routing_key() for event in events],
        bodies=[event.model_dump_json() for event in events],
        priority=priority,
    )
    await tx.notify(OUTBOX, "")
