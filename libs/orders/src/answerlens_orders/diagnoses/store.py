"""Diagnoses as rows: tables `diagnosis`, `subject`, `collection_subject`."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_collection.collections.overdue import QUESTIONS_IN_TIME, SECONDS_A_QUESTION
from answerlens_common.contracts.statuses import CollectionStatus, DiagnosisStatus, SubjectStatus
from answerlens_common.db.database import Transaction
from answerlens_common.failures import Failure
from answerlens_common.stage_names import StageName

_COLUMNS = "id, task_type, status, result, error_message, created_at, started_at, completed_at"
_COLLECTIONS = "SELECT id FROM collection WHERE owner_id = :id AND purpose = 'diagnosis'"
# All brands of a collection wait for one result: while one is pending, so is the collection. A diagnosis from before
# brands were checked may have none.
_STANDING = """
SELECT c.id AS collection_id, c.engine, c.status AS collection_status, c.total, w.status, w.error_code, a.ended, a.ok,
    (SELECT count(*) FROM question_score s
        WHERE s.collection_id = c.id AND s.retention = 'private' AND s.answer_date = c.date) AS scored
FROM collection c
CROSS JOIN LATERAL (
    SELECT COALESCE(max(status), 'failed') AS status, max(error_code) AS error_code FROM collection_subject
    WHERE collection_id = c.id
) w
CROSS JOIN LATERAL (
    SELECT count(*) AS ended, count(*) FILTER (WHERE status = 'ok') AS ok FROM ai_answer
    WHERE collection_id = c.id AND retention = 'private' AND answer_date = c.date
) a
WHERE c.owner_id = :id AND c.purpose = 'diagnosis' ORDER BY c.id
"""

_OVERDUE = """
SELECT d.id FROM diagnosis d
CROSS JOIN LATERAL (
    SELECT COALESCE(max(
        :question * GREATEST(0, c.total - CAST(:questions AS int)) + pace.spacing * (c.total + CASE
            WHEN pace.spacing = 0 THEN 0
            ELSE (SELECT count(*) FROM ai_answer other WHERE other.engine = c.engine
                AND other.collection_id <> c.id AND other.created_at > c.created_at) END)
    ), 0) AS seconds
    FROM collection c LEFT JOIN engine e ON e.name = c.engine
    CROSS JOIN LATERAL (
        SELECT COALESCE((e.profile #>> '{pacing,min_seconds_between_asks}')::float, 0) AS spacing
    ) pace
    WHERE c.owner_id = d.id AND c.purpose = 'diagnosis'
) needed
WHERE d.status IN ('queued', 'running') AND d.created_at + make_interval(secs => :seconds) < clock_timestamp()
    AND d.created_at + make_interval(secs => :seconds + needed.seconds) < clock_timestamp()
ORDER BY d.id
"""


@dataclass(frozen=True)
class DiagnosisRow:
    """A diagnosis; `result` is what was said of it when it ended."""

    id: UUID
    task_type: str
    status: DiagnosisStatus
    result: Mapping[str, Any] | None
    error_message: str | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    completed_at: dt.datetime | None

    def __post_init__(self) -> None:
        """Give the status its type."""
        object.__setattr__(self, "status", DiagnosisStatus(self.status))


@dataclass(frozen=True)
class Standing:
    """How far a collection of a diagnosis is.

    Attributes:
        status: Of its brands: pending while one of them is.
        total: How many answers it has when every question has ended.
        ended: How many questions have ended, `ok` of them with an answer, `scored` of these with a score.
    """

    collection_id: int
    engine: str
    collection_status: CollectionStatus
    total: int
    status: SubjectStatus
    error_code: str | None
    ended: int
    ok: int
    scored: int

    def __post_init__(self) -> None:
        """Give the statuses their types."""
        object.__setattr__(self, "collection_status", CollectionStatus(self.collection_status))
        object.__setattr__(self, "status", SubjectStatus(self.status))


async def insert(tx: Transaction, user_id: UUID, payload: Mapping[str, object], priority: int) -> UUID:
    """Store a new diagnosis, which runs at once; its id."""
    found: UUID = await tx.value(
        "INSERT INTO diagnosis (user_id, payload, priority, status, started_at)"
        " VALUES (:user, CAST(:payload AS jsonb), :priority, 'running', clock_timestamp()) RETURNING id",
        user=user_id,
        payload=json.dumps(payload, ensure_ascii=False),
        priority=priority,
    )
    return found


async def insert_subjects(tx: Transaction, diagnosis_id: UUID, brands: Sequence[Mapping[str, Any]]) -> None:
    """Store the brands of a diagnosis, in their order."""
    await tx.execute(
        "INSERT INTO subject (owner_id, place, brand) SELECT CAST(:owner AS uuid), place, CAST(brand AS jsonb)"
        " FROM unnest(CAST(:brands AS text[])) WITH ORDINALITY AS named (brand, place)",
        owner=diagnosis_id,
        brands=[json.dumps(brand, ensure_ascii=False) for brand in brands],
    )


async def wait_for(tx: Transaction, diagnosis_id: UUID, collection_id: int) -> None:
    """Let every brand of a diagnosis wait for a collection."""
    await tx.execute(
        "INSERT INTO collection_subject (collection_id, subject_id)"
        " SELECT CAST(:collection AS bigint), id FROM subject WHERE owner_id = :owner",
        collection=collection_id,
        owner=diagnosis_id,
    )


async def cancel(tx: Transaction, user_id: UUID, diagnosis_id: UUID) -> bool:
    """Cancel a user's diagnosis that has not ended; False when there is none."""
    return bool(
        await tx.execute(
            "UPDATE diagnosis SET status = 'cancelled', completed_at = clock_timestamp(),"
            " updated_at = clock_timestamp()"
            " WHERE id = :id AND user_id = :user AND status IN ('queued', 'running')",
            id=diagnosis_id,
            user=user_id,
        )
    )


async def cancel_waiting(tx: Transaction, diagnosis_id: UUID) -> None:
    """No brand of the diagnosis waits any more."""
    await tx.execute(
        "UPDATE collection_subject SET status = 'cancelled', completed_at = clock_timestamp()"  # noqa: S608 - a constant
        f" WHERE status = 'pending' AND collection_id IN ({_COLLECTIONS})",
        id=diagnosis_id,
    )


async def lock_of_collection(tx: Transaction, collection_id: int) -> DiagnosisRow | None:
    """The diagnosis that a collection belongs to, locked until the transaction ends; None when it is of none."""
    return await tx.row(
        f"SELECT {_COLUMNS} FROM diagnosis WHERE id = (SELECT owner_id FROM collection"  # noqa: S608 - a constant
        " WHERE id = :collection AND purpose = 'diagnosis') FOR UPDATE",
        DiagnosisRow,
        collection=collection_id,
    )


async def lock(tx: Transaction, diagnosis_id: UUID) -> DiagnosisRow | None:
    """A diagnosis, locked until the transaction ends."""
    return await tx.row(
        f"SELECT {_COLUMNS} FROM diagnosis WHERE id = :id FOR UPDATE",  # noqa: S608 - a constant
        DiagnosisRow,
        id=diagnosis_id,
    )


async def overdue(tx: Transaction, seconds: float) -> list[UUID]:
    """The diagnoses that are past their time limit, which counts from when they were opened.

    It is so many seconds, and longer where there are many questions or an account's pace needs it: as a collection's
    (`collections.overdue`), of which the longest counts.
    """
    rows = await tx.rows(_OVERDUE, seconds=seconds, question=float(SECONDS_A_QUESTION), questions=QUESTIONS_IN_TIME)
    return [row["id"] for row in rows]


async def get(tx: Transaction, user_id: UUID, diagnosis_id: UUID) -> DiagnosisRow | None:
    """A user's diagnosis."""
    return await tx.row(
        f"SELECT {_COLUMNS} FROM diagnosis WHERE id = :id AND user_id = :user",  # noqa: S608 - a constant
        DiagnosisRow,
        id=diagnosis_id,
        user=user_id,
    )


async def mark_analysed(tx: Transaction, collection_id: int, subject_id: int) -> None:
    """A brand has its rates on a collection."""
    await tx.execute(
        "UPDATE collection_subject SET status = 'analysed', completed_at = clock_timestamp()"
        " WHERE collection_id = :collection AND subject_id = :subject AND status = 'pending'",
        collection=collection_id,
        subject=subject_id,
    )


async def mark_failed(tx: Transaction, collection_id: int, stage: str, code: str) -> None:
    """A stage has failed: the brands that still wait for the collection get no rates on it."""
    await tx.execute(
        "UPDATE collection_subject SET status = 'failed', error_stage = :stage, error_code = :code,"
        " completed_at = clock_timestamp() WHERE collection_id = :collection AND status = 'pending'",
        collection=collection_id,
        stage=stage,
        code=code,
    )


async def mark_overdue(tx: Transaction, diagnosis_id: UUID) -> None:
    """The time of a diagnosis is over: the brands that still wait for a collection of it get no rates there."""
    await tx.execute(
        "UPDATE collection_subject SET status = 'failed', error_stage = :stage, error_code = :code,"  # noqa: S608
        " completed_at = clock_timestamp()"
        f" WHERE status = 'pending' AND collection_id IN ({_COLLECTIONS})",
        id=diagnosis_id,
        stage=StageName.STALLED.value,
        code=Failure.TIMED_OUT.value,
    )


async def standing(tx: Transaction, diagnosis_id: UUID) -> list[Standing]:
    """How far each collection of a diagnosis is; none when they have been dropped after their time."""
    return await tx.rows(_STANDING, Standing, id=diagnosis_id)


async def end(
    tx: Transaction, diagnosis_id: UUID, status: DiagnosisStatus, result: Mapping[str, Any], error: str | None
) -> None:
    """End a locked diagnosis."""
    await tx.execute(
        "UPDATE diagnosis SET status = :status, result = CAST(:result AS jsonb), error_message = :error,"
        " completed_at = clock_timestamp(), updated_at = clock_timestamp() WHERE id = :id",
        id=diagnosis_id,
        status=status.value,
        result=json.dumps(result, ensure_ascii=False),
        error=error,
    )


async def forget_old(tx: Transaction, before: dt.date) -> int:
    """Delete those from before a date of which no collection is left, with what was found of their brands.

    Their questions and answers went with the days of their collections, which are kept while one is in work.

    Returns:
        How many diagnoses there were.
    """
    count: int = await tx.value(
        "WITH gone AS (DELETE FROM diagnosis d WHERE created_at < CAST(:before AS date)"
        " AND NOT EXISTS (SELECT FROM collection c WHERE c.owner_id = d.id) RETURNING id),"
        " theirs AS (DELETE FROM subject s USING gone WHERE s.owner_id = gone.id)"
        " SELECT count(*) FROM gone",
        before=before,
    )
    return count
