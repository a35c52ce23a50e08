"""Answers to score, and their scores: tables `ai_answer`, `question_score`, `collection_run`."""

from collections.abc import Mapping
from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import KeywordAnswersCollected
from answerlens_common.llm.labelling import Answer
from answerlens_common.work.claims import Lease
from answerlens_orders.measurements.entry import WANTED_ENGINES
from answerlens_scorer.rubric import RUBRIC_VERSION

_RUN = " WHERE keyword = :keyword AND engine = :engine AND date = :date"


@dataclass(frozen=True)
class Unscored:
    """An answer without a score, and whose it is."""

    question_id: str
    replicate: int
    answer: Answer


async def run_status(db: Database, event: KeywordAnswersCollected) -> str | None:
    """How far the run is: `scored`, though a few of its answers may have no score even so; None when there is none."""
    status: str | None = await db.value(
        f"SELECT status FROM collection_run{_RUN}",  # noqa: S608 - a constant
        **_of(event),
    )
    return status


async def is_wanted(db: Database, event: KeywordAnswersCollected) -> bool:
    """Whether a live measurement still waits for the event's engine."""
    return bool(await db.value(f"SELECT :engine IN ({WANTED_ENGINES})", **_of(event)))


async def unscored(db: Database, event: KeywordAnswersCollected) -> list[Unscored]:
    """The run's `ok` answers that have no score yet: a run taken up again goes on where it stopped."""
    rows = await db.rows(
        "SELECT a.question_id, a.replicate, a.question_text, a.answer_text FROM ai_answer a"
        " LEFT JOIN question_score s USING (keyword, question_id, engine, answer_date, replicate)"
        " WHERE a.keyword = :keyword AND a.engine = :engine AND a.answer_date = :date"
        " AND a.status = 'ok' AND s.keyword IS NULL ORDER BY a.question_id, a.replicate",
        **_of(event),
    )
    return [
        Unscored(
            row["question_id"],
            row["replicate"],
            Answer(f"{row['question_id']}#{row['replicate']}", row["question_text"], row["answer_text"]),
        )
        for row in rows
    ]


async def count_ok(db: Database, event: KeywordAnswersCollected) -> int:
    """How many `ok` answers the run has, scored or not."""
    count: int = await db.value(
        "SELECT count(*) FROM ai_answer"
        " WHERE keyword = :keyword AND engine = :engine AND answer_date = :date AND status = 'ok'",
        **_of(event),
    )
    return count


async def store(
    lease: Lease, event: KeywordAnswersCollected, answers: list[Unscored], scores: Mapping[str, int], model: str
) -> None:
    """Store a batch of scores, and which model gave them; an answer that got none stays without."""
    scored = [one for one in answers if one.answer.id in scores]
    async with lease.write() as tx:
        await tx.execute(
            "INSERT INTO question_score (keyword, engine, answer_date, rubric_version, model, question_id,"
            " replicate, score)"
            " SELECT CAST(:keyword AS text), CAST(:engine AS text), CAST(:date AS date), CAST(:rubric AS text),"
            " CAST(:model AS text), scored.* FROM"
            " unnest(CAST(:ids AS text[]), CAST(:replicates AS smallint[]), CAST(:scores AS smallint[])) AS scored"
            " ON CONFLICT (keyword, question_id, engine, answer_date, replicate) DO NOTHING",
            **_of(event),
            rubric=RUBRIC_VERSION,
            model=model,
            ids=[one.question_id for one in scored],
            replicates=[one.replicate for one in scored],
            scores=[scores[one.answer.id] for one in scored],
        )
        await tx.notify(PROGRESS, event.keyword)


async def close_run(lease: Lease, event: KeywordAnswersCollected) -> None:
    """Mark the run scored."""
    async with lease.write() as tx:
        await tx.execute(
            f"UPDATE collection_run SET status = 'scored'{_RUN} AND status = 'collected'",  # noqa: S608 - a constant
            **_of(event),
        )
        await tx.notify(PROGRESS, event.keyword)


def _of(event: KeywordAnswersCollected) -> dict[str, object]:
    return {"keyword": event.keyword, "engine": event.engine, "date": event.date}
