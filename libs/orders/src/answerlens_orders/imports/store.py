"""Imports as rows: table `answer_import`."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from answerlens_common.contracts.imports import FileFormat
from answerlens_common.contracts.statuses import ImportStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction

OPEN: Final = (ImportStatus.RECEIVING, ImportStatus.CHECKING, ImportStatus.ANALYSING)
_COLUMNS = (
    "id, user_id, status, format, date, batches, ignored, result, error_message, created_at, completed_at,"
    " EXTRACT(EPOCH FROM COALESCE(completed_at, clock_timestamp()) - created_at)::float AS seconds"
)


@dataclass(frozen=True)
class ImportRow:
    """An import.

    Attributes:
        date: when it was accepted: the day of its answers.
        batches: into how many its file was cut; None while it is being cut.
        ignored: the columns of its file that mean nothing here.
        result: what came of each engine, once its rows are joined.
        seconds: how long it has taken.
    """

    id: UUID
    user_id: UUID
    status: ImportStatus
    format: FileFormat
    date: dt.date
    batches: int | None
    ignored: Sequence[str]
    result: Mapping[str, Any] | None
    error_message: str | None
    created_at: dt.datetime
    completed_at: dt.datetime | None
    seconds: float

    def __post_init__(self) -> None:
        """Give the columns that hold a value of an enumeration its type."""
        object.__setattr__(self, "status", ImportStatus(self.status))
        object.__setattr__(self, "format", FileFormat(self.format))


async def insert(db: Database, user_id: UUID, form: FileFormat, date: dt.date) -> UUID:
    """Begin an import, whose file is being sent; its id."""
    found: UUID = await db.value(
        "INSERT INTO answer_import (user_id, format, date) VALUES (:user, :format, :date) RETURNING id",
        user=user_id,
        format=form.value,
        date=date,
    )
    return found


async def store_piece(db: Database, import_id: UUID, number: int, content: bytes) -> None:
    """Keep a piece of the file."""
    await db.execute(
        "INSERT INTO answer_import_piece (import_id, number, content) VALUES (:import_id, :number, :content)",
        import_id=import_id,
        number=number,
        content=content,
    )


async def earlier(tx: Transaction, user_id: UUID, request_sha256: str) -> UUID | None:
    """The user's import of the same request that stands, or will have ended well; waits for one being accepted."""
    await tx.value("SELECT pg_advisory_xact_lock(hashtext('answer_import'), hashtext(:user))", user=str(user_id))
    found: UUID | None = await tx.value(
        "SELECT id FROM answer_import WHERE user_id = :user AND request_sha256 = :sha"
        " AND status NOT IN ('failed', 'cancelled')",
        user=user_id,
        sha=request_sha256,
    )
    return found


async def accept(tx: Transaction, import_id: UUID, request_sha256: str) -> None:
    """All of the file is there."""
    await tx.execute(
        "UPDATE answer_import SET status = 'checking', request_sha256 = :sha WHERE id = :id AND status = 'receiving'",
        id=import_id,
        sha=request_sha256,
    )


async def forget(db: Database, import_id: UUID) -> None:
    """Forget an import whose file was not accepted."""
    await db.execute("DELETE FROM answer_import WHERE id = :id AND status = 'receiving'", id=import_id)


async def count_open(db: Database, user_id: UUID) -> int:
    """How many of a user's imports are in work."""
    count: int = await db.value(
        "SELECT count(*) FROM answer_import WHERE user_id = :user AND status IN ('checking', 'analysing')",
        user=user_id,
    )
    return count


async def get(reader: Database | Transaction, import_id: UUID) -> ImportRow | None:
    """An import."""
    return await reader.row(
        f"SELECT {_COLUMNS} FROM answer_import WHERE id = :id",  # noqa: S608 - a constant
        ImportRow,
        id=import_id,
    )


async def lock(tx: Transaction, import_id: UUID) -> ImportRow | None:
    """An import, locked until the transaction ends."""
    return await tx.row(
        f"SELECT {_COLUMNS} FROM answer_import WHERE id = :id FOR UPDATE",  # noqa: S608 - a constant
        ImportRow,
        id=import_id,
    )


async def keep_checking(tx: Transaction, import_id: UUID) -> bool:
    """Whether rows of the import are still checked; it stays so until the transaction ends."""
    return bool(
        await tx.value("SELECT 1 FROM answer_import WHERE id = :id AND status = 'checking' FOR SHARE", id=import_id)
    )


async def lock_of_collection(tx: Transaction, collection_id: int) -> ImportRow | None:
    """The import that a collection belongs to, locked until the transaction ends; None when it is of none."""
    return await tx.row(
        f"SELECT {_COLUMNS} FROM answer_import WHERE id = (SELECT owner_id FROM collection"  # noqa: S608 - a constant
        " WHERE id = :collection AND purpose = 'import') FOR UPDATE",
        ImportRow,
        collection=collection_id,
    )


async def set_status(
    tx: Transaction,
    import_id: UUID,
    status: ImportStatus,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Move a locked import on; a status that is not open ends it. What is left out stays as it is."""
    await tx.execute(
        "UPDATE answer_import SET status = :status, result = COALESCE(CAST(:result AS jsonb), result),"
        " error_message = COALESCE(CAST(:error AS text), error_message),"
        " completed_at = CASE WHEN :ends THEN clock_timestamp() END WHERE id = :id",
        id=import_id,
        status=status.value,
        result=None if result is None else json.dumps(result, ensure_ascii=False),
        error=error,
        ends=status not in OPEN,
    )


async def drop_file(tx: Transaction, import_id: UUID) -> None:
    """Drop what was on its way from the file to answers; how many rows there were stays."""
    await tx.execute("DELETE FROM answer_import_piece WHERE import_id = :id", id=import_id)
    await tx.execute(
        "UPDATE answer_import_batch SET rows = NULL WHERE import_id = :id AND rows IS NOT NULL", id=import_id
    )
    await tx.execute("DELETE FROM answer_import_row WHERE import_id = :id", id=import_id)


async def forget_old(tx: Transaction, before: dt.date) -> int:
    """Delete those from before a date of which no collection is left, and those whose file never came in a day.

    Their questions and answers went with the days of their collections; what was found of their brands goes with them.

    Returns:
        How many imports there were.
    """
    count: int = await tx.value(
        "WITH gone AS (DELETE FROM answer_import i WHERE"
        " created_at < CAST(:before AS date) AND NOT EXISTS (SELECT FROM collection c WHERE c.owner_id = i.id)"
        " OR status = 'receiving' AND created_at < clock_timestamp() - interval '1 day' RETURNING id),"
        " theirs AS (DELETE FROM subject s USING gone WHERE s.owner_id = gone.id)"
        " SELECT count(*) FROM gone",
        before=before,
    )
    return count
