"""A keyword's days as the services before the analyzer would leave them; and the analyzer."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_analyzer.handlers import Handlers
from answerlens_collection.collections import store as collections
from answerlens_common.db import Database
from answerlens_common.events import CollectionAnalysed, CollectionScored, Event, Lane, OrderAnalysed
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from tests.support.collected import Kept, as_today, store_answers, store_collection

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
    """A collection that has been scored; its questions' texts are those of the bank."""
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO keyword_day (keyword, date, bank_version) VALUES (:keyword, :date, :version)"
            " ON CONFLICT DO NOTHING",
            keyword=KEYWORD,
            date=date,
            version=version,
        )
        texts = await tx.rows(
            "SELECT question_id, generated_question FROM question_bank"
            " WHERE keyword = :keyword AND bank_version = :version ORDER BY question_id",
            keyword=KEYWORD,
            version=version,
        )
        kept = [
            Kept(
                row["question_id"],
                given.status,
                given.text,
                question=row["generated_question"],
                score=given.score,
                links=given.links,
                citations_known=given.told,
            )
            for row in texts
            if (given := answers.get(row["question_id"])) is not None
        ]
        collection_id = await store_collection(
            tx,
            KEYWORD,
            date,
            engine,
            total=len(answers),
            status="scored",
            bank_version=version,
            profile_sha256=f"profile of {engine}",
        )
        await store_answers(tx, collection_id, kept)
        await tx.execute(
            "UPDATE collection_question q SET cluster = cluster_id FROM question_bank b"
            " WHERE q.collection_id = :id AND b.question_id = q.question_id AND b.keyword = :keyword"
            " AND b.bank_version = :version",
            id=collection_id,
            keyword=KEYWORD,
            version=version,
        )


async def drop_day(db: Database, date: dt.date) -> None:
    """What the cleanup does to a day after its time."""
    async with db.transaction() as tx:
        for table in ("ai_answer", "ai_link", "question_score"):
            await tx.execute(f"DELETE FROM {table} WHERE answer_date = :date", date=date)  # noqa: S608 - constants


def scored(engine: str, date: dt.date) -> CollectionScored:
    return CollectionScored(keyword=KEYWORD, date=date, bank_version=1, lane=Lane.EXPRESS, engine=engine)


async def analyse(db: Database, engine: str, date: dt.date) -> list[Event]:
    """Run the analyzer for what is scored, as its stage does; the events that follow."""
    handlers = Handlers(db, degraded_below=0.8)
    if await collections.find(db, KEYWORD, date, engine) is None:
        return []
    event = await as_today(db, scored(engine, date))
    following = await handlers.cached(event)
    if following is not None:
        return following
    lease = await acquire(db, ClaimKey.of("analyse", event, date=date), f"{engine} {date}", event.lane, 60)
    assert isinstance(lease, Lease)
    following = await handlers.on_collection_scored(event, lease)
    await lease.close()
    return [*await taken_from_outbox(db, OrderAnalysed, CollectionAnalysed), *following]


async def taken_from_outbox(db: Database, *kinds: type[Event]) -> list[Event]:
    """The events of these kinds that wait for their relay, and do no longer; of one kind after the other."""
    found: list[Event] = []
    for kind in kinds:
        async with db.transaction() as tx:
            rows = await tx.rows(
                "WITH taken AS (DELETE FROM outbox WHERE published_at IS NULL AND starts_with(routing_key, :name)"
                " RETURNING id, body) SELECT body FROM taken ORDER BY id",
                name=kind.event_name(),
            )
        found += [kind.model_validate_json(row["body"]) for row in rows]
    return found


async def analyse_private(db: Database, collection_id: int) -> list[Event]:
    """Run the analyzer for a private collection that has been scored; the events that follow."""
    handlers = Handlers(db, degraded_below=0.8)
    collection = await collections.get(db, collection_id)
    assert collection is not None
    event = CollectionScored(collection_id=collection_id, engine=collection.engine, lane=Lane.EXPRESS)
    key = ClaimKey.of("analyse", event, date=collection.date)
    lease = await acquire(db, key, f"private {collection_id}", event.lane, 60)
    assert isinstance(lease, Lease)
    following = await handlers.on_collection_scored(event, lease)
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
