"""Cuts the file of an import into batches; what an earlier attempt has cut stays as it is."""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import IO
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import BatchCut, Lane
from answerlens_orders.imports import batches, store
from answerlens_orders.imports.raw import ImportFileError, RawRow
from answerlens_orders.imports.reading import in_batches, read
from answerlens_orders.imports.rows import CheckedRow, RefusedRow, check_row

Writing = Callable[[], AbstractAsyncContextManager[Transaction]]


async def cut(db: Database, import_id: UUID, write: Writing, most_rows: int) -> None:
    """Cut a file; each batch is told of as soon as it is stored, so that checking begins while cutting goes on.

    Raises:
        ImportFileError: it cannot be read, or has too many rows.
    """
    row = await store.get(db, import_id)
    if row is None:
        return
    with tempfile.TemporaryFile() as file:
        await _gather(db, import_id, file)
        opened = await asyncio.to_thread(read, file, row.format)
        cutting = in_batches(opened.rows)
        number = rows = 0
        while batch := await asyncio.to_thread(next, cutting, list[RawRow]()):
            number += 1
            rows += len(batch)
            if rows > most_rows:
                message = f"the file has more than {most_rows} rows: send it in parts"
                raise ImportFileError(message)
            async with write() as tx:
                if await batches.store_batch(tx, import_id, number, batch):
                    await enqueue(tx, [BatchCut(import_id=import_id, number=number, lane=Lane.BULK)])
        async with write() as tx:
            await batches.end_cut(tx, import_id, number, opened.ignored)


async def check_batch(db: Database, import_id: UUID, number: int, write: Writing, zone: dt.tzinfo) -> None:
    """Check the rows of a batch, unless that is done."""
    raw = await batches.unchecked(db, import_id, number)
    if raw is None:
        return
    checked = await asyncio.to_thread(lambda: [check_row(row, zone) for row in raw])
    taken = [row for row in checked if isinstance(row, CheckedRow)]
    refused = [row for row in checked if isinstance(row, RefusedRow)]
    async with write() as tx:
        if await store.keep_checking(tx, import_id):
            await batches.store_checked(tx, import_id, number, taken, refused)


async def _gather(db: Database, import_id: UUID, file: IO[bytes]) -> None:
    number = 1
    while (content := await batches.piece(db, import_id, number)) is not None:
        await asyncio.to_thread(file.write, content)
        number += 1
    await asyncio.to_thread(file.seek, 0)
