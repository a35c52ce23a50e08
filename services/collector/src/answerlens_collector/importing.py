"""Two stages of an import: `ImportReceived` in, `BatchCut` out (cut); `BatchCut` in, checked rows stored (check).

Whichever of them comes last joins the rows to answers and puts `CollectionAnswered` out, one an engine. What follows
goes through the outbox: it is written with the rows it speaks of.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from answerlens_collector.outcome import outcome
from answerlens_collector.settings import ImportSettings
from answerlens_common.contracts.statuses import ImportStatus
from answerlens_common.db import Database
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import BatchCut, Event, ImportEvent, ImportReceived
from answerlens_common.stage_names import StageName
from answerlens_common.work.claims import Lease
from answerlens_common.work.stages import Stage
from answerlens_orders.imports import batches, cutting, ending, store
from answerlens_orders.imports.joining import join

E = TypeVar("E", bound=ImportEvent)


@dataclass(frozen=True)
class ImportHandlers:
    """What is done with a file of answers; `zone` is that of a moment that names none."""

    db: Database
    settings: ImportSettings
    fail_below: float
    zone: dt.tzinfo

    async def locate(self, event: E) -> tuple[E, dt.date] | None:
        """The event with its import's date; None when there is no such import."""
        row = await store.get(self.db, event.import_id)
        return None if row is None else (event, row.date)

    async def is_cut(self, event: ImportReceived) -> Sequence[Event] | None:
        """A file that is cut is not cut again; its batches say when it is to be joined, unless they were faster."""
        row = await store.get(self.db, event.import_id)
        if row is None or row.status is not ImportStatus.CHECKING:
            return []
        is_left = row.batches is not None and not await batches.are_all_checked(self.db, row.id)
        return [] if is_left else None

    async def on_import_received(self, event: ImportReceived, lease: Lease) -> Sequence[Event]:
        """Cut the file, and join its rows when all batches were checked meanwhile."""
        row = await store.get(self.db, event.import_id)
        if row is not None and row.batches is None:
            await cutting.cut(self.db, event.import_id, lease.write, self.settings.max_rows)
        return await self._join(event, lease)

    async def is_checked(self, event: BatchCut) -> Sequence[Event] | None:
        """A batch that is checked is not checked again; with the last one the rows are still to be joined."""
        row = await store.get(self.db, event.import_id)
        if row is None or row.status is not ImportStatus.CHECKING:
            return []
        if await batches.unchecked(self.db, row.id, event.number) is not None:
            return None
        return None if await batches.are_all_checked(self.db, row.id) else []

    async def on_batch_cut(self, event: BatchCut, lease: Lease) -> Sequence[Event]:
        """Check the rows of a batch, and join all rows when it was the last one."""
        await cutting.check_batch(self.db, event.import_id, event.number, lease.write, self.zone)
        return await self._join(event, lease)

    async def failed(self, event: ImportEvent, lease: Lease, error: str) -> Sequence[Event]:
        """The file cannot be read, or a batch cannot be checked: the import says so."""
        async with lease.write() as tx:
            await ending.fail(tx, event.import_id, error)
        return []

    async def _join(self, event: ImportEvent, lease: Lease) -> Sequence[Event]:
        if await batches.are_all_checked(self.db, event.import_id):
            async with lease.write() as tx:
                joined = await join(tx, event.import_id, self.fail_below)
                if joined.is_awaited:
                    told = [outcome(one, one.lane, one.failed_at) for one in joined.collections]
                    await enqueue(tx, [event for events in told for event in events])
        return []


def cut_stage(handlers: ImportHandlers) -> Stage[ImportReceived]:
    """The stage that cuts files into batches."""
    return Stage(
        name=StageName.CUT,
        event=ImportReceived,
        locate=handlers.locate,
        cached=handlers.is_cut,
        work=handlers.on_import_received,
        failed=handlers.failed,
        timeout=900,
        concurrency=1,
    )


def check_stage(handlers: ImportHandlers) -> Stage[BatchCut]:
    """The stage that checks batches, several at once."""
    return Stage(
        name=StageName.CHECK_ROWS,
        event=BatchCut,
        locate=handlers.locate,
        cached=handlers.is_checked,
        work=handlers.on_batch_cut,
        failed=handlers.failed,
        item=lambda event: str(event.number),
        timeout=600,
        concurrency=3,
    )
