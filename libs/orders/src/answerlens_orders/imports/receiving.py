"""Takes a file of answers: kept piece by piece as it comes, accepted when all of it is there.

A file that breaks off leaves nothing but its pieces, which are dropped. The same file with the same wishes is one
import, however often it is sent.
"""

import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import FieldFault, LimitReachedError, RefusedError
from answerlens_common.events import ImportReceived, Lane
from answerlens_common.observing.failpoints import reach
from answerlens_orders.diagnoses.store import insert_subjects
from answerlens_orders.imports import store
from answerlens_orders.imports.form import ImportForm, check

PIECE_BYTES: Final = 1024 * 1024
MOST_OPEN: Final = 5
"""Imports of one user that are in work at once."""
_AGAIN_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Received:
    """An import that stands; `replayed` when an earlier request has sent the same."""

    import_id: UUID
    replayed: bool


async def receive(
    db: Database, user_id: UUID, form: ImportForm, date: dt.date, content: AsyncIterator[bytes]
) -> Received:
    """Take a file in.

    Raises:
        RefusedError: the file is empty, or the form says what cannot be looked for.
        LimitReachedError: too many imports of the user are in work.
    """
    brands = [brand.model_dump() for brand in check(form)]
    if await store.count_open(db, user_id) >= MOST_OPEN:
        detail = f"at most {MOST_OPEN} imports of yours may be in work at once; wait for one, or cancel it"
        raise LimitReachedError(detail, _AGAIN_SECONDS)
    import_id = await store.insert(db, user_id, form.format, date)
    accepted = False
    try:
        digest = form.digest(await _store_pieces(db, import_id, content))
        async with db.transaction() as tx:
            earlier = await store.earlier(tx, user_id, digest)
            if earlier is None:
                await _accept(tx, import_id, digest, brands)
                accepted = True
    finally:
        if not accepted:
            await store.forget(db, import_id)
    await reach("order-api.after_commit")
    return Received(import_id if earlier is None else earlier, replayed=earlier is not None)


async def _accept(tx: Transaction, import_id: UUID, digest: str, brands: list[dict[str, object]]) -> None:
    await store.accept(tx, import_id, digest)
    await insert_subjects(tx, import_id, brands)
    await enqueue(tx, [ImportReceived(import_id=import_id, lane=Lane.BULK)])


async def _store_pieces(db: Database, import_id: UUID, content: AsyncIterator[bytes]) -> str:
    """Keep what comes in pieces of one size; the digest of all of it."""
    digest = hashlib.sha256()
    number = 0
    waiting = bytearray()
    async for part in content:
        digest.update(part)
        waiting += part
        while len(waiting) >= PIECE_BYTES:
            number += 1
            await store.store_piece(db, import_id, number, bytes(waiting[:PIECE_BYTES]))
            del waiting[:PIECE_BYTES]
    if waiting:
        number += 1
        await store.store_piece(db, import_id, number, bytes(waiting))
    if not number:
        detail = "there is nothing to import"
        raise RefusedError(detail, FieldFault("body", "must not be empty"))
    return digest.hexdigest()
