"""How far the collections of an import are."""

from dataclasses import dataclass
from uuid import UUID

from answerlens_common.contracts.statuses import CollectionStatus, SubjectStatus
from answerlens_common.db.database import Transaction

_STANDING = """
SELECT c.id AS collection_id, c.engine, c.status AS collection_status, c.total AS answers, w.status, w.error_code,
    (SELECT count(*) FROM ai_answer a WHERE a.collection_id = c.id AND a.retention = 'private'
        AND a.answer_date = c.date AND a.status = 'ok') AS ok,
    (SELECT count(*) FROM question_score s WHERE s.collection_id = c.id AND s.retention = 'private'
        AND s.answer_date = c.date) AS scored
FROM collection c
CROSS JOIN LATERAL (
    SELECT max(status) AS status, max(error_code) AS error_code FROM collection_subject WHERE collection_id = c.id
) w
WHERE c.owner_id = :id AND c.purpose = 'import' ORDER BY c.engine
"""


@dataclass(frozen=True)
class Standing:
    """How far a collection is.

    Attributes:
        status: Of the brands that wait for it, pending while one of them is; None when nothing is looked for.
        answers: How many it has, `ok` of them with a text, `scored` of these with a score.
    """

    collection_id: int
    engine: str
    collection_status: CollectionStatus
    status: SubjectStatus | None
    error_code: str | None
    answers: int
    ok: int
    scored: int

    def __post_init__(self) -> None:
        """Give the statuses their types."""
        object.__setattr__(self, "collection_status", CollectionStatus(self.collection_status))
        object.__setattr__(self, "status", self.status and SubjectStatus(self.status))


async def of_import(tx: Transaction, import_id: UUID) -> list[Standing]:
    """Every collection of an import by its engine; none when they have been dropped after their time."""
    return await tx.rows(_STANDING, Standing, id=import_id)


async def cancel_waiting(tx: Transaction, import_id: UUID) -> None:
    """No brand of the import waits any more."""
    await tx.execute(
        "UPDATE collection_subject SET status = 'cancelled', completed_at = clock_timestamp()"
        " WHERE status = 'pending'"
        " AND collection_id IN (SELECT id FROM collection WHERE owner_id = :id AND purpose = 'import')",
        id=import_id,
    )
