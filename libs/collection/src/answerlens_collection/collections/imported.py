"""Opens the collections of an import: one for each engine that its checked rows name (table `answer_import_row`).

The surface is `imported` whatever the engine's own is: what was collected elsewhere is never pooled with what was asked
here.
"""

import datetime as dt
from uuid import UUID

from answerlens_collection.collections.store import Collection, get
from answerlens_common.contracts.engines import IMPORTED
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane


async def open_imported(tx: Transaction, import_id: UUID, date: dt.date) -> list[Collection]:
    """Open them, with their questions, on the bulk lane: no order that a client placed waits behind a file."""
    await tx.execute("SELECT ensure_answer_day(:date, 'private')", date=date)
    rows = await tx.rows(
        "INSERT INTO collection (purpose, owner_id, engine, date, surface, total, lane)"
        " SELECT 'import', CAST(:owner AS uuid), engine, CAST(:date AS date), CAST(:surface AS text), count(*),"
        " CAST(:lane AS text) FROM answer_import_row WHERE import_id = :owner GROUP BY engine ORDER BY engine"
        " RETURNING id",
        owner=import_id,
        date=date,
        surface=IMPORTED,
        lane=Lane.BULK.value,
    )
    await tx.execute(
        "INSERT INTO collection_question (collection_id, number, retention, date, text)"
        " SELECT c.id, r.number, 'private', c.date, min(r.question)"
        " FROM answer_import_row r JOIN collection c ON c.owner_id = r.import_id AND c.purpose = 'import'"
        " AND c.engine = r.engine WHERE r.import_id = :id GROUP BY c.id, r.number",
        id=import_id,
    )
    opened = [await get(tx, row["id"]) for row in rows]
    return [collection for collection in opened if collection is not None]
