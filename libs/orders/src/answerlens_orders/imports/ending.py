"""How an import comes to an end: with the last of its collections, or because it cannot go on.

The import's row is locked first. What is told twice, or after the client has cancelled, changes nothing.
"""

from typing import Final
from uuid import UUID

from answerlens_collection.collections.store import pause_private
from answerlens_common.contracts.statuses import ImportStatus, SubjectStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import ConflictError
from answerlens_common.events import StageFailed, SubjectAnalysed
from answerlens_common.failures import failure_of
from answerlens_orders.diagnoses.store import mark_analysed, mark_failed
from answerlens_orders.imports import standing, store
from answerlens_orders.imports.store import OPEN, ImportRow

NO_RATES: Final = "没有一个引擎的回答能够分析。 The answers of no engine could be analysed."


async def subject_analysed(db: Database, event: SubjectAnalysed) -> None:
    """A brand has its rates on a collection."""
    async with db.transaction() as tx:
        row = await store.lock_of_collection(tx, event.collection_id)
        if row is not None:
            await mark_analysed(tx, event.collection_id, event.subject_id)
            await _end(tx, row)


async def collection_failed(db: Database, event: StageFailed) -> None:
    """A stage has failed for good on a private collection: its brands get no rates there."""
    if event.collection_id is None:
        return
    async with db.transaction() as tx:
        row = await store.lock_of_collection(tx, event.collection_id)
        if row is not None:
            await mark_failed(tx, event.collection_id, event.stage, failure_of(event.stage, event.code))
            await _end(tx, row)


async def fail(tx: Transaction, import_id: UUID, error: str) -> None:
    """End an import whose file cannot be read or checked; one that has ended stays as it is."""
    row = await store.lock(tx, import_id)
    if row is not None and row.status in OPEN:
        await store.set_status(tx, import_id, ImportStatus.FAILED, error=error)
        await store.drop_file(tx, import_id)


async def cancel(tx: Transaction, row: ImportRow) -> None:
    """Cancel a locked import: what has not been taken is not taken, what has is not analysed.

    Raises:
        ConflictError: It has ended.
    """
    if row.status not in OPEN:
        detail = f"the import has ended: it is {row.status.value}"
        raise ConflictError(detail)
    await store.set_status(tx, row.id, ImportStatus.CANCELLED)
    await store.drop_file(tx, row.id)
    await pause_private(tx, row.id)
    await standing.cancel_waiting(tx, row.id)


async def _end(tx: Transaction, row: ImportRow) -> None:
    found = await standing.of_import(tx, row.id)
    if row.status is not ImportStatus.ANALYSING or any(one.status is SubjectStatus.PENDING for one in found):
        return
    if any(one.status is SubjectStatus.ANALYSED for one in found):
        await store.set_status(tx, row.id, ImportStatus.COMPLETED)
    else:
        await store.set_status(tx, row.id, ImportStatus.FAILED, error=NO_RATES)
