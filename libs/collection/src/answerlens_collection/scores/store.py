"""Scores of a collection's answers: table `question_score`."""

from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_collection.collections.store import Collection
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction


@dataclass(frozen=True)
class Unscored:
    """An `ok` answer that has no score yet."""

    number: int
    replicate: int
    question_id: str | None
    question_text: str
    answer_text: str


@dataclass(frozen=True)
class Score:
    """How much room an answer leaves for brands, 0-4."""

    number: int
    replicate: int
    question_id: str | None
    score: int


async def unscored(db: Database, collection: Collection, limit: int) -> list[Unscored]:
    """The first `ok` answers without a score: a collection taken up again goes on where it stopped."""
    rows = await db.rows(
        "SELECT a.number, a.replicate, a.question_id, a.question_text, a.answer_text FROM ai_answer a"
        " LEFT JOIN question_score s ON s.collection_id = a.collection_id AND s.number = a.number"
        " AND s.replicate = a.replicate AND s.retention = a.retention AND s.answer_date = a.answer_date"
        " WHERE a.collection_id = :id AND a.retention = :retention AND a.answer_date = :date"
        " AND a.status = 'ok' AND s.score IS NULL ORDER BY a.number, a.replicate LIMIT :limit",
        **_of(collection),
        limit=limit,
    )
    return [Unscored(**row) for row in rows]


async def count_ok(db: Database, collection: Collection) -> int:
    """How many `ok` answers there are, scored or not."""
    count: int = await db.value(
        "SELECT count(*) FROM ai_answer"
        " WHERE collection_id = :id AND retention = :retention AND answer_date = :date AND status = 'ok'",
        **_of(collection),
    )
    return count


async def count_unscored(db: Database, collection: Collection) -> int:
    """How many `ok` answers have no score."""
    count: int = await db.value(
        "SELECT count(*) FROM ai_answer a"
        " WHERE a.collection_id = :id AND a.retention = :retention AND a.answer_date = :date AND a.status = 'ok'"
        " AND NOT EXISTS (SELECT FROM question_score s WHERE s.collection_id = a.collection_id"
        " AND s.number = a.number AND s.replicate = a.replicate AND s.retention = a.retention"
        " AND s.answer_date = a.answer_date)",
        **_of(collection),
    )
    return count


async def store(
    tx: Transaction, collection: Collection, scores: Sequence[Score], *, rubric_version: str, model: str
) -> None:
    """Store a batch of scores, and which model gave them; a score that is there stays."""
    await tx.execute(
        "INSERT INTO question_score (collection_id, retention, answer_date, keyword, engine, rubric_version, model,"
        " number, replicate, question_id, score)"
        " SELECT CAST(:id AS bigint), CAST(:retention AS text), CAST(:date AS date), CAST(:keyword AS text),"
        " CAST(:engine AS text), CAST(:rubric AS text), CAST(:model AS text), scored.* FROM"
        " unnest(CAST(:numbers AS int[]), CAST(:replicates AS smallint[]), CAST(:questions AS text[]),"
        " CAST(:scores AS smallint[])) AS scored"
        " ON CONFLICT (collection_id, number, replicate, retention, answer_date) DO NOTHING",
        **_of(collection),
        keyword=collection.keyword,
        engine=collection.engine,
        rubric=rubric_version,
        model=model,
        numbers=[one.number for one in scores],
        replicates=[one.replicate for one in scores],
        questions=[one.question_id for one in scores],
        scores=[one.score for one in scores],
    )


def _of(collection: Collection) -> dict[str, object]:
    return {"id": collection.id, "retention": collection.retention.value, "date": collection.date}
