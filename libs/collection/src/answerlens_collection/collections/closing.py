"""Ends a collection: with its last question, when its time is over, or when nothing waits for it any more."""

from answerlens_collection.answers.store import count_ended, fail_unanswered
from answerlens_collection.collections import store
from answerlens_collection.collections.store import OPEN, Collection
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction


async def close_when_answered(tx: Transaction, collection_id: int, fail_below: float) -> Collection | None:
    """With the collection locked, count what has ended; the last question closes it. The collection after that.

    `fail_below` is the share of `ok` answers under which it fails.
    """
    collection = await store.lock(tx, collection_id)
    if collection is None or collection.status not in OPEN:
        return collection
    ended = await count_ended(tx, collection)
    if ended.all < collection.total:
        return collection
    share = ended.ok / collection.total
    await store.end(
        tx, collection, CollectionStatus.FAILED if share < fail_below else CollectionStatus.COLLECTED, share, ended.all
    )
    return await store.get(tx, collection_id)


async def close_overdue(
    tx: Transaction, collection_id: int, error: str, fail_below: float
) -> tuple[int, Collection | None]:
    """Fail what is unanswered, which closes the collection; how many questions that were, and the collection after it.

    0 when its last answer, or another collector, came first.
    """
    failed = await fail_unanswered(tx, collection_id, error)
    return failed, await close_when_answered(tx, collection_id, fail_below) if failed else None


async def pause_unless_awaited(db: Database, collection_id: int) -> bool:
    """Note that nothing waits for the collection any more; whatever comes later takes it up. False if something has."""
    async with db.transaction() as tx:
        # with the row locked, a second look: an order's plan locks it too, so one of the two sees the other
        await store.lock(tx, collection_id)
        if await store.is_awaited(tx, collection_id):
            return False
        await store.pause(tx, collection_id)
    return True
