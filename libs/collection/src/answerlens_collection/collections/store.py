"""Collections and their questions: tables `collection`, `collection_question`, view `awaited_collection`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from answerlens_common.contracts.collections import Purpose, Retention
from answerlens_common.contracts.statuses import CollectionStatus, TaskStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane

Reader = Database | Transaction
OPEN = (CollectionStatus.COLLECTING, CollectionStatus.PAUSED)
"""The statuses in which a question may still be answered."""


@dataclass(frozen=True)
class Collection:
    """Questions that are put to one engine for one purpose.

    Attributes:
        keyword: Whose day it is; None for a private collection.
        owner_id: The diagnosis or import it belongs to; None for a keyword's day.
        total: How many answers it has when every question has ended: its questions times its replicates.
        asked_at: When its first question was asked: its time limit counts from there.
        completed_at: When its last question ended.
        task_id: Its row in the task log.
    """

    id: int
    purpose: Purpose
    keyword: str | None
    owner_id: UUID | None
    engine: str
    surface: str
    date: dt.date
    bank_version: int | None
    retention: Retention
    replicates: int
    total: int
    lane: Lane
    status: CollectionStatus
    asked_at: dt.datetime | None
    completed_at: dt.datetime | None
    task_id: int | None

    def __post_init__(self) -> None:
        """Give the columns that hold a value of an enumeration its type."""
        for name, kind in (
            ("purpose", Purpose),
            ("retention", Retention),
            ("lane", Lane),
            ("status", CollectionStatus),
        ):
            object.__setattr__(self, name, kind(getattr(self, name)))

    @property
    def failed_at(self) -> dt.datetime | None:
        """When it failed; None when it has not, or has been taken up again since."""
        return self.completed_at if self.status is CollectionStatus.FAILED else None


_COLUMNS = ", ".join(field.name for field in fields(Collection))


async def get(reader: Reader, collection_id: int) -> Collection | None:
    """One collection."""
    row = await reader.row(f"SELECT {_COLUMNS} FROM collection WHERE id = :id", id=collection_id)  # noqa: S608
    return Collection(**row) if row else None


async def lock(tx: Transaction, collection_id: int) -> Collection | None:
    """One collection, locked until the transaction ends."""
    row = await tx.row(
        f"SELECT {_COLUMNS} FROM collection WHERE id = :id FOR UPDATE",  # noqa: S608 - a constant
        id=collection_id,
    )
    return Collection(**row) if row else None


async def find(reader: Reader, keyword: str, date: dt.date, engine: str) -> Collection | None:
    """The collection of a keyword's day on an engine."""
    row = await reader.row(
        f"SELECT {_COLUMNS} FROM collection WHERE purpose = 'keyword_day'"  # noqa: S608 - a constant
        " AND keyword = :keyword AND date = :date AND engine = :engine AND owner_id IS NULL",
        keyword=keyword,
        date=date,
        engine=engine,
    )
    return Collection(**row) if row else None


async def of_keyword_day(reader: Reader, keyword: str, date: dt.date) -> dict[str, Collection]:
    """The collections of a keyword's day, by engine."""
    rows = await reader.rows(
        f"SELECT {_COLUMNS} FROM collection WHERE purpose = 'keyword_day'"  # noqa: S608 - a constant
        " AND keyword = :keyword AND date = :date",
        keyword=keyword,
        date=date,
    )
    return {row["engine"]: Collection(**row) for row in rows}


async def lock_failed(tx: Transaction, keyword: str, date: dt.date, engine: str | None) -> list[Collection]:
    """The failed collections of a keyword's day, locked: on an engine, or (None) on all."""
    rows = await tx.rows(
        f"SELECT {_COLUMNS} FROM collection WHERE purpose = 'keyword_day' AND keyword = :keyword"  # noqa: S608
        " AND date = :date AND (CAST(:engine AS text) IS NULL OR engine = :engine) AND status = 'failed'"
        " ORDER BY engine FOR UPDATE",
        keyword=keyword,
        date=date,
        engine=engine,
    )
    return [Collection(**row) for row in rows]


async def is_awaited(reader: Reader, collection_id: int) -> bool:
    """Whether an order or a diagnosis waits for the collection."""
    return bool(
        await reader.value("SELECT EXISTS (SELECT FROM awaited_collection WHERE collection_id = :id)", id=collection_id)
    )


async def open_keyword_day(
    tx: Transaction, keyword: str, date: dt.date, engine: str, *, bank_version: int, lane: Lane
) -> Collection | None:
    """Open the collection of a keyword's day, with the questions of a bank; None when there is no such engine."""
    await tx.execute("SELECT ensure_answer_day(:date)", date=date)
    task_id = await tx.value(
        "INSERT INTO task_log (keyword, date, engine, task_type) VALUES (:keyword, :date, :engine, 'collect')"
        " RETURNING id",
        keyword=keyword,
        date=date,
        engine=engine,
    )
    row = await tx.row(
        "INSERT INTO collection (purpose, keyword, engine, date, bank_version, surface, replicates, total, lane,"  # noqa: S608
        " task_id, profile_sha256)"
        " SELECT 'keyword_day', CAST(:keyword AS text), name, CAST(:date AS date), CAST(:version AS int), surface,"
        " replicates, replicates * (SELECT count(*) FROM question_bank"
        " WHERE keyword = :keyword AND bank_version = :version), CAST(:lane AS text), CAST(:task AS bigint),"
        " encode(sha256(convert_to(profile::text, 'UTF8')), 'hex')"
        f" FROM engine WHERE name = :engine RETURNING {_COLUMNS}",
        keyword=keyword,
        date=date,
        engine=engine,
        version=bank_version,
        lane=lane.value,
        task=task_id,
    )
    if row is None:
        return None
    await tx.execute(
        "INSERT INTO collection_question"
        " (collection_id, number, retention, date, question_id, text, cluster, intent, anchor)"
        " SELECT CAST(:id AS bigint), row_number() OVER (ORDER BY question_id), 'shared', CAST(:date AS date),"
        " question_id, generated_question, cluster_id, main_intent, anchor"
        " FROM question_bank WHERE keyword = :keyword AND bank_version = :version",
        id=row["id"],
        date=date,
        keyword=keyword,
        version=bank_version,
    )
    return Collection(**row)


async def open_private(
    tx: Transaction, purpose: Purpose, owner_id: UUID, date: dt.date, engine: str, questions: Sequence[str]
) -> Collection:
    """Open a client's own questions to an engine that there is, on the express lane.

    They are numbered in their order. No bank and no order stands behind them, and no other collection shares them.
    """
    await tx.execute("SELECT ensure_answer_day(:date, 'private')", date=date)
    row = await tx.row(
        "INSERT INTO collection (purpose, owner_id, engine, date, surface, replicates, total, lane, profile_sha256)"  # noqa: S608
        " SELECT CAST(:purpose AS text), CAST(:owner AS uuid), name, CAST(:date AS date), surface, replicates,"
        " replicates * CAST(:count AS int), 'express', encode(sha256(convert_to(profile::text, 'UTF8')), 'hex')"
        f" FROM engine WHERE name = :engine RETURNING {_COLUMNS}",
        purpose=purpose.value,
        owner=owner_id,
        date=date,
        engine=engine,
        count=len(questions),
    )
    if row is None:
        message = f"there is no engine {engine}"
        raise LookupError(message)
    await tx.execute(
        "INSERT INTO collection_question (collection_id, number, retention, date, text)"
        " SELECT CAST(:id AS bigint), number, 'private', CAST(:date AS date), question"
        " FROM unnest(CAST(:questions AS text[])) WITH ORDINALITY AS asked (question, number)",
        id=row["id"],
        date=date,
        questions=list(questions),
    )
    return Collection(**row)


async def take_up(tx: Transaction, collection_id: int, lane: Lane) -> None:
    """Go on with an open collection on this lane; its 24 hours count anew when it was paused."""
    await tx.execute(
        "UPDATE collection SET status = 'collecting', lane = :lane,"
        " taken_up_at = CASE status WHEN 'paused' THEN clock_timestamp() ELSE taken_up_at END WHERE id = :id",
        id=collection_id,
        lane=lane.value,
    )


async def begin(tx: Transaction, collection_id: int) -> None:
    """Note that its first question is asked now, unless one was before: its time limit counts from here."""
    await tx.execute(
        "UPDATE collection SET asked_at = clock_timestamp()"
        " WHERE id = :id AND status = 'collecting' AND asked_at IS NULL",
        id=collection_id,
    )


async def pause(tx: Transaction, collection_id: int) -> None:
    """Leave it until the next plan takes it up; the time limit counts anew from there."""
    await tx.execute(
        "UPDATE collection SET status = 'paused', asked_at = NULL WHERE id = :id AND status = 'collecting'",
        id=collection_id,
    )


async def pause_private(tx: Transaction, owner_id: UUID) -> None:
    """Leave the collections of a diagnosis that has ended: what has not been asked is not asked any more."""
    await tx.execute(
        "UPDATE collection SET status = 'paused', asked_at = NULL WHERE owner_id = :owner AND status = 'collecting'",
        owner=owner_id,
    )


async def pause_keyword_days(tx: Transaction, days: list[tuple[str, dt.date]]) -> None:
    """Leave the collections of these keywords' days as they are: the next plan publishes their questions again."""
    await tx.execute(
        "UPDATE collection SET status = 'paused'"
        " FROM unnest(CAST(:keywords AS text[]), CAST(:dates AS date[])) AS day (keyword, date)"
        " WHERE purpose = 'keyword_day' AND collection.keyword = day.keyword AND collection.date = day.date"
        " AND status = 'collecting'",
        keywords=[keyword for keyword, _ in days],
        dates=[date for _, date in days],
    )


async def end(tx: Transaction, collection: Collection, status: CollectionStatus, ok_share: float, ended: int) -> None:
    """End a locked collection with its last question, and its task with it."""
    await tx.execute(
        "UPDATE collection SET status = :status, ok_share = :share, completed_at = clock_timestamp() WHERE id = :id",
        id=collection.id,
        status=status.value,
        share=ok_share,
    )
    await tx.execute(
        "UPDATE task_log SET status = :status, processed_items = :ended, total_items = :total,"
        " completed_at = clock_timestamp(), duration = EXTRACT(EPOCH FROM clock_timestamp() - started_at)"
        " WHERE id = :task",
        status=(TaskStatus.FAILED if status is CollectionStatus.FAILED else TaskStatus.COMPLETED).value,
        ended=ended,
        total=collection.total,
        task=collection.task_id,
    )


async def mark_scored(tx: Transaction, collection_id: int) -> None:
    """Its answers have their scores."""
    await tx.execute(
        "UPDATE collection SET status = 'scored' WHERE id = :id AND status = 'collected'", id=collection_id
    )


async def reopen(tx: Transaction, collection: Collection, status: CollectionStatus) -> None:
    """Take a failed collection up again, as `collecting` or `paused`, and its task with it."""
    await tx.execute(
        "UPDATE collection SET status = :status, ok_share = NULL, asked_at = NULL, completed_at = NULL,"
        " taken_up_at = clock_timestamp() WHERE id = :id",
        id=collection.id,
        status=status.value,
    )
    await tx.execute(
        "UPDATE task_log SET status = 'running', retry_count = retry_count + 1, completed_at = NULL, duration = NULL"
        " WHERE id = :task",
        task=collection.task_id,
    )
