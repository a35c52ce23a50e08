"""Which collections are past their time limit."""

from answerlens_common.db import Database

QUESTIONS_IN_TIME = 48
"""So many questions of a diagnosis's collection are within its time limit; each further one adds to it."""
SECONDS_A_QUESTION = 10
"""What each further question adds: an answer takes 30 s, on three pages at once."""


async def overdue(db: Database, engine: str, *, seconds: float, spacing: float) -> list[int]:
    """The collections of an engine that are past their time limit, which counts from their first question.

    `spacing` is what the engine's account waits between two questions. It needs hours for one bank, and longer when an
    order that a client placed goes first: what its pace takes is no trouble of the collection. An account without a
    pace answers much: it is not counted.
    """
    rows = await db.rows(
        "SELECT id FROM collection c WHERE engine = :engine AND status = 'collecting'"
        " AND asked_at + make_interval(secs => :seconds + :spacing * total) < clock_timestamp()"
        " AND (:spacing = 0 OR asked_at + make_interval(secs => :seconds + :spacing * (total + ("
        " SELECT count(*) FROM ai_answer other"
        " WHERE other.engine = c.engine AND other.collection_id <> c.id AND other.created_at > c.asked_at"
        " ))) < clock_timestamp()) ORDER BY keyword, date, id",
        engine=engine,
        seconds=seconds,
        spacing=spacing,
    )
    return [row["id"] for row in rows]


async def overdue_private(db: Database, engine: str, *, seconds: float, spacing: float) -> list[int]:
    """The collections of diagnoses on an engine that are asked no more: a client waits for what there is.

    Their time counts from when they were opened, whether or not a question has been asked; with the account's pace and
    a large number of questions it is longer, as a diagnosis's is.
    """
    rows = await db.rows(
        "SELECT id FROM collection c WHERE engine = :engine AND status = 'collecting' AND purpose = 'diagnosis'"
        " AND created_at + make_interval(secs => :seconds) < clock_timestamp()"
        " AND created_at + make_interval(secs => :seconds"
        " + :question * GREATEST(0, total - CAST(:questions AS int)) + CAST(:spacing AS float) * (total + CASE"
        " WHEN CAST(:spacing AS float) = 0 THEN 0"
        " ELSE (SELECT count(*) FROM ai_answer other WHERE other.engine = c.engine"
        " AND other.collection_id <> c.id AND other.created_at > c.created_at) END)) < clock_timestamp()"
        " ORDER BY id",
        engine=engine,
        seconds=seconds,
        spacing=spacing,
        question=float(SECONDS_A_QUESTION),
        questions=QUESTIONS_IN_TIME,
    )
    return [row["id"] for row in rows]
