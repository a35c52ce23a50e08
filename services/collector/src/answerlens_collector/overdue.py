"""Ends collections whose time is over: what has not been asked by then is not asked, what was in hand has failed."""

import asyncio
from collections.abc import Mapping

from answerlens_collection.collections import closing
from answerlens_collection.collections.overdue import overdue, overdue_private
from answerlens_collector.engines.engine import Engine
from answerlens_collector.outcome import outcome
from answerlens_collector.settings import CollectionSettings
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import TransientError
from answerlens_common.observing.logs import get_logger


async def watch_collections(db: Database, engines: Mapping[str, Engine], settings: CollectionSettings) -> None:
    """Close them, every so often, until cancelled; with the database away, the next time."""
    while True:
        try:
            for name, engine in list(engines.items()):
                await close_overdue(
                    db,
                    name,
                    seconds=settings.run_seconds,
                    spacing=engine.seconds_between_asks,
                    fail_below=settings.fail_below,
                )
                await close_private(
                    db,
                    name,
                    seconds=settings.private_seconds,
                    spacing=engine.seconds_between_asks,
                    fail_below=settings.fail_below,
                )
        except TransientError as error:
            get_logger().warning("overdue collections wait", error=str(error))
        await asyncio.sleep(settings.overdue_check_seconds)


async def close_overdue(db: Database, engine: str, *, seconds: float, spacing: float, fail_below: float) -> int:
    """End the engine's collections that are past their time; how many there were.

    Every collector may do so at once, and a last answer may come meanwhile: the first to close a collection has closed
    it. What follows goes out by the outbox, in the transaction that closes.
    """
    found = await overdue(db, engine, seconds=seconds, spacing=spacing)
    for one in found:
        await _close(db, one.id, one.end_of.sentence.english, fail_below)
    return len(found)


async def close_private(db: Database, engine: str, *, seconds: float, spacing: float, fail_below: float) -> int:
    """End the engine's private collections whose clients wait too long; how many there were.

    What is answered is scored and analysed in what is left of the diagnosis's own time, which the scheduler watches.
    """
    found = await overdue_private(db, engine, seconds=seconds, spacing=spacing)
    for collection_id in found:
        await _close(db, collection_id, f"A diagnosis's time limit of {seconds:g} s was over.", fail_below)
    return len(found)


async def _close(db: Database, collection_id: int, over: str, fail_below: float) -> None:
    async with db.transaction() as tx:
        ended, collection = await closing.close_overdue(tx, collection_id, over, fail_below)
        if collection is None:
            return
        why = f": {ended} questions were not asked or not answered. {over}"
        # a late copy must not fail the orders that come after it
        await enqueue(tx, outcome(collection, collection.lane, collection.failed_at, why))
        if collection.keyword is not None:
            await tx.notify(PROGRESS, collection.keyword)
    get_logger().warning(
        "collection closed past its time", keyword=collection.keyword, engine=collection.engine, unanswered=ended
    )
