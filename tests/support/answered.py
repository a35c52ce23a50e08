"""A keyword's days as the services before the analyzer would leave them; and the analyzer."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_analyzer.handlers import Handlers
from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordScored, Lane
from answerlens_common.text.matching import fold_text
from answerlens_common.work.claims import ClaimKey, Lease, acquire

KEYWORD = "蓝牙耳机"


@dataclass(frozen=True)
class Given:
    """An answer; links are (address, cited); `told`: whether its engine tells which it cites."""

    text: str = "都可以。"
    status: str = "ok"
    score: int | None = 3
    links: Sequence[tuple[str, bool]] = ()
    told: bool = True


async def store_bank(db: Database, questions: Mapping[str, tuple[int, str]], version: int = 1) -> None:
    """A ready bank: for each question its cluster and its text."""
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status)"
            " VALUES (:keyword, :version, '2026-01-01', 'ready')",
            keyword=KEYWORD,
            version=version,
        )
        await tx.execute(
            "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
            " generated_question, source_questions) SELECT :keyword, :version, id, cluster, '选购', text, '[]'"
            " FROM unnest(CAST(:ids AS text[]), CAST(:clusters AS int[]), CAST(:texts AS text[]))"
            " AS question (id, cluster, text)",
            keyword=KEYWORD,
            version=version,
            ids=list(questions),
            clusters=[cluster for cluster, _ in questions.values()],
            texts=[text for _, text in questions.values()],
        )


async def store_day(db: Database, engine: str, date: dt.date, answers: Mapping[str, Given], version: int = 1) -> None:
    """A run that has been scored; its questions' texts are those of the bank."""
    values: dict[str, Any] = {"keyword": KEYWORD, "engine": engine, "date": date, "version": version}
    async with db.transaction() as tx:
        await tx.execute("SELECT ensure_answer_day(:date)", date=date)
        await tx.execute(
            "INSERT INTO keyword_day (keyword, date, bank_version) VALUES (:keyword, :date, :version)"
            " ON CONFLICT DO NOTHING",
            keyword=KEYWORD,
            date=date,
            version=version,
        )
        await tx.execute(
            "INSERT INTO collection_run"
            " (keyword, engine, date, bank_version, surface, total, lane, status, profile_sha256)"
            " VALUES (:keyword, :engine, :date, :version, 'browser', :total, 'express', 'scored', :profile)",
            **values,
            total=len(answers),
            profile=f"profile of {engine}",
        )
        await tx.execute(
            "INSERT INTO ai_answer (answer_date, keyword, question_id, question_text, engine, surface, status,"
            " answer_text, folded_text, citations_known) SELECT :date, keyword, question_id, generated_question,"
            " :engine, 'browser', given.status, text, folded, told"
            " FROM unnest(CAST(:ids AS text[]), CAST(:statuses AS text[]), CAST(:texts AS text[]),"
            " CAST(:folded AS text[]), CAST(:told AS bool[])) AS given (question_id, status, text, folded, told)"
            " JOIN question_bank USING (question_id) WHERE keyword = :keyword AND bank_version = :version",
            **values,
            ids=list(answers),
            statuses=[given.status for given in answers.values()],
            texts=[given.text for given in answers.values()],
            folded=[fold_text(given.text).folded for given in answers.values()],
            told=[given.told for given in answers.values()],
        )
        links = [
            (question_id, position, url, cited)
            for question_id, given in answers.items()
            for position, (url, cited) in enumerate(given.links, 1)
        ]
        await tx.execute(
            "INSERT INTO ai_link (answer_id, answer_date, position, link_url, cited)"
            " SELECT id, :date, position, url, cited FROM unnest(CAST(:ids AS text[]), CAST(:positions AS int[]),"
            " CAST(:urls AS text[]), CAST(:cited AS bool[])) AS link (question_id, position, url, cited)"
            " JOIN ai_answer USING (question_id)"
            " WHERE keyword = :keyword AND engine = :engine AND answer_date = :date",
            **values,
            ids=[question_id for question_id, _, _, _ in links],
            positions=[position for _, position, _, _ in links],
            urls=[url for _, _, url, _ in links],
            cited=[cited for _, _, _, cited in links],
        )
        marked = {question_id: given.score for question_id, given in answers.items() if given.score is not None}
        await tx.execute(
            "INSERT INTO question_score (keyword, question_id, engine, answer_date, replicate, score, rubric_version)"
            " SELECT :keyword, id, :engine, :date, 1, score, '1'"
            " FROM unnest(CAST(:ids AS text[]), CAST(:scores AS int[])) AS marked (id, score)",
            **values,
            ids=list(marked),
            scores=list(marked.values()),
        )


async def drop_day(db: Database, date: dt.date) -> None:
    """What the cleanup does to a day after its time."""
    async with db.transaction() as tx:
        for table in ("ai_answer", "ai_link", "question_score"):
            await tx.execute(f"DELETE FROM {table} WHERE answer_date = :date", date=date)  # noqa: S608 - constants


def scored(engine: str, date: dt.date) -> KeywordScored:
    return KeywordScored(keyword=KEYWORD, date=date, bank_version=1, lane=Lane.EXPRESS, engine=engine)


async def analyse(db: Database, engine: str, date: dt.date) -> list[Event]:
    """Run the analyzer for what is scored, as its stage does; the events that follow."""
    handlers = Handlers(db, degraded_below=0.8)
    event = scored(engine, date)
    following = await handlers.cached(event)
    if following is not None:
        return following
    lease = await acquire(db, ClaimKey.of("analyse", event), f"{engine} {date}", event.lane, 60)
    assert isinstance(lease, Lease)
    following = await handlers.on_keyword_scored(event, lease)
    await lease.close()
    return following


async def rates_of(db: Database, order_id: UUID, date: dt.date, engine: str) -> dict[str, Any]:
    """The stored rates of a day."""
    rates: dict[str, Any] | None = await db.value(
        "SELECT rates FROM mention_percentage WHERE order_id = :order AND date = :date AND engine = :engine",
        order=order_id,
        date=date,
        engine=engine,
    )
    return rates or {}


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
