"""Ends a collection: with its last question, when its time is over, or when nothing waits for it any more."""

from answerlens_collection.answers.store import count_ended, end_unanswered
from answerlens_collection.collections import store
from answerlens_collection.collections.store import OPEN, Collection
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction


async def close_when_answered(tx: Transaction, collection_id: int, fail_below: float) -> Collection | None:
    """With the collection locked, count what has ended; the last question closes it. The collection after that.

    `fail_below` is the share of `ok` answers, among the questions that were asked, under which it fails; it fails too
    when none was.
    """
    collection = await store.lock(tx, collection_id)
    if collection is None or collection.status not in OPEN:
        return collection
    ended = await count_ended(tx, collection)
    if ended.all < collection.total:
        return collection
    asked = ended.all - ended.not_asked
    fails = not asked or ended.ok / asked < fail_below
    status = CollectionStatus.FAILED if fails else CollectionStatus.COLLECTED
    await store.end(tx, collection, status, ended.ok / collection.total, ended.all)
    return await store.get(tx, collection_id)


async def close_overdue(
    tx: Transaction, collection_id: int, why: str, fail_below: float
) -> tuple[int, Collection | None]:
    """End what is unanswered, which closes the collection; how many questions that were, and the collection after it.

    0 when its last answer, or another collector, came first.
    """
    ended = await end_unanswered(tx, collection_id, why)
    return ended, await close_when_answered(tx, collection_id, fail_below) if ended else None


async def pause_unless_awaited(db: Database, collection_id: int) -> bool:
    """Note that nothing waits for the collection any more; whatever comes later takes it up. False if something has."""
    async with db.transaction() as tx:
        # with the row locked, a second look: an order's plan locks it too, so one of the two sees the other
        await store.lock(tx, collection_id)
        if await store.is_awaited(tx, collection_id):
            return False
        await store.pause(tx, collection_id)
    return True
