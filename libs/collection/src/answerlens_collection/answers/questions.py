"""The questions of a collection, and which of them have no answer yet: table `collection_question`.

It knows nothing of texts: who only publishes questions again needs no matcher.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_collection.collections.store import Collection, Reader
from answerlens_common.db.database import Transaction


@dataclass(frozen=True)
class QuestionKey:
    """One asking of a question of a collection: an answer, its links and its score have this key."""

    collection_id: int
    number: int
    replicate: int

    @property
    def item(self) -> str:
        """The question within its collection, as claims name it."""
        return item_of(self.number, self.replicate)


def item_of(number: int, replicate: int) -> str:
    """One asking of a question within its collection, as claims name it and lists show it."""
    return f"{number}#{replicate}"


@dataclass(frozen=True)
class Unanswered:
    """A question that has no answer yet."""

    number: int
    replicate: int
    question_id: str | None


async def numbers_of(reader: Reader, collection: Collection, question_ids: Sequence[str]) -> dict[str, int]:
    """The numbers of these questions of a keyword's day, by the names they have for good."""
    rows = await reader.rows(
        "SELECT question_id, number FROM collection_question WHERE collection_id = :id AND retention = :retention"
        " AND date = :date AND question_id = ANY(CAST(:questions AS text[]))",
        **columns_of(collection),
        questions=list(question_ids),
    )
    return {row["question_id"]: row["number"] for row in rows}


async def unanswered(tx: Transaction, collection: Collection) -> list[Unanswered]:
    """What has no answer yet, first every question once."""
    rows = await tx.rows(
        "SELECT q.number, turn.number AS replicate, q.question_id FROM collection_question q"
        " CROSS JOIN LATERAL generate_series(1, CAST(:replicates AS int)) AS turn (number)"
        " WHERE q.collection_id = :id AND q.retention = :retention AND q.date = :date AND NOT EXISTS ("
        " SELECT FROM ai_answer a WHERE a.collection_id = :id AND a.retention = :retention AND a.answer_date = :date"
        " AND a.number = q.number AND a.replicate = turn.number) ORDER BY turn.number, q.number",
        **columns_of(collection),
        replicates=collection.replicates,
    )
    return [Unanswered(**row) for row in rows]


def columns_of(collection: Collection) -> dict[str, object]:
    """The key of a collection's rows, the partition they are in included."""
    return {"id": collection.id, "retention": collection.retention.value, "date": collection.date}
