"""Collections and what they leave, as rows: for tests that begin in the middle."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_collection.messages import C, locate
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.text.matching import fold_text


@dataclass(frozen=True)
class Kept:
    """A question with its answer, its links as (address, cited), and its score if it has one."""

    question_id: str
    status: str = "ok"
    text: str = ""
    question: str = "哪款好？"
    replicate: int = 1
    score: int | None = None
    links: Sequence[tuple[str, bool]] = ()
    citations_known: bool = True


async def store_collection(
    tx: Transaction,
    keyword: str,
    date: dt.date,
    engine: str = "chat-a",
    **changes: object,
) -> int:
    """Open the collection of a keyword's day, with other columns than these defaults; its id."""
    columns = {"total": 1, "status": "collecting", "lane": "express", "bank_version": 1, "surface": "browser"} | changes
    await tx.execute("SELECT ensure_answer_day(:date)", date=date)
    found: int = await tx.value(
        f"INSERT INTO collection (purpose, keyword, engine, date, {', '.join(columns)})"  # noqa: S608 - our own names
        f" VALUES ('keyword_day', :keyword, :engine, :date, {', '.join(f':{name}' for name in columns)}) RETURNING id",
        keyword=keyword,
        engine=engine,
        date=date,
        **columns,
    )
    return found


async def store_answers(tx: Transaction, collection_id: int, kept: Sequence[Kept], *, first: int = 1) -> None:
    """Store questions with their answers, links and scores; they are numbered from `first` on."""
    numbers = list(range(first, first + len(kept)))
    await tx.execute(
        "INSERT INTO collection_question (collection_id, number, retention, date, question_id, text)"
        " SELECT c.id, asked.number, c.retention, c.date, asked.question_id, asked.text"
        " FROM collection c, unnest(CAST(:numbers AS int[]), CAST(:questions AS text[]), CAST(:texts AS text[]))"
        " AS asked (number, question_id, text) WHERE c.id = :id ON CONFLICT DO NOTHING",
        id=collection_id,
        numbers=numbers,
        questions=[one.question_id for one in kept],
        texts=[one.question for one in kept],
    )
    await tx.execute(
        "INSERT INTO ai_answer (collection_id, number, replicate, retention, answer_date, keyword, question_id,"
        " question_text, engine, surface, status, answer_text, folded_text, citations_known)"
        " SELECT c.id, a.number, a.replicate, c.retention, c.date, c.keyword, a.question_id, a.question, c.engine,"
        " c.surface, a.status, a.text, a.folded, a.told"
        " FROM collection c, unnest(CAST(:numbers AS int[]), CAST(:replicates AS int[]), CAST(:questions AS text[]),"
        " CAST(:asked AS text[]), CAST(:statuses AS text[]), CAST(:texts AS text[]), CAST(:folded AS text[]),"
        " CAST(:told AS bool[])) AS a (number, replicate, question_id, question, status, text, folded, told)"
        " WHERE c.id = :id ORDER BY a.number",
        id=collection_id,
        numbers=numbers,
        replicates=[one.replicate for one in kept],
        questions=[one.question_id for one in kept],
        asked=[one.question for one in kept],
        statuses=[one.status for one in kept],
        texts=[one.text for one in kept],
        folded=[fold_text(one.text).folded for one in kept],
        told=[one.citations_known for one in kept],
    )
    links = [
        (number, one.replicate, place, url, cited)
        for number, one in zip(numbers, kept, strict=True)
        for place, (url, cited) in enumerate(one.links, 1)
    ]
    await tx.execute(
        "INSERT INTO ai_link (collection_id, number, replicate, retention, answer_date, position, link_url, title,"
        " cited)"
        " SELECT c.id, l.number, l.replicate, c.retention, c.date, l.position, l.url, '标题', l.cited"
        " FROM collection c, unnest(CAST(:numbers AS int[]), CAST(:replicates AS int[]), CAST(:positions AS int[]),"
        " CAST(:urls AS text[]), CAST(:cited AS bool[])) AS l (number, replicate, position, url, cited)"
        " WHERE c.id = :id",
        id=collection_id,
        numbers=[number for number, *_ in links],
        replicates=[replicate for _, replicate, *_ in links],
        positions=[position for _, _, position, *_ in links],
        urls=[url for *_, url, _ in links],
        cited=[cited for *_, cited in links],
    )
    scored = [(number, one) for number, one in zip(numbers, kept, strict=True) if one.score is not None]
    await tx.execute(
        "INSERT INTO question_score (collection_id, number, replicate, retention, answer_date, keyword, question_id,"
        " engine, score, rubric_version)"
        " SELECT c.id, s.number, s.replicate, c.retention, c.date, c.keyword, s.question_id, c.engine, s.score, '1'"
        " FROM collection c, unnest(CAST(:numbers AS int[]), CAST(:replicates AS int[]), CAST(:questions AS text[]),"
        " CAST(:scores AS int[])) AS s (number, replicate, question_id, score) WHERE c.id = :id",
        id=collection_id,
        numbers=[number for number, _ in scored],
        replicates=[one.replicate for _, one in scored],
        questions=[one.question_id for _, one in scored],
        scores=[one.score for _, one in scored],
    )


async def as_today(db: Database, event: C) -> C:
    """An event as a stage is given it: with the id of its collection, which must be there."""
    located = await locate(db, event)
    assert located is not None, event
    return located[0]
