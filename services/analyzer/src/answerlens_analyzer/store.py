"""What the analyzer reads and stores: answers with their scores and links; outcomes and rates of each order."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_analyzer.keyword_day import KeywordDay
from answerlens_analyzer.rules import rules_together
from answerlens_analyzer.sentiment.asking import SENTIMENT_VERSION
from answerlens_common.contracts.statuses import AnswerStatus, MeasurementStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.text.branding import BRANDED_RULE
from answerlens_common.text.matching import MATCHER_VERSION
from answerlens_common.work.claims import Lease
from answerlens_rates.rate import Rate, stored

# of the versions behind a rate, those of which there may be several: a setting changed while the work was done
_SEVERAL = ("rubrics", "scoring_models", "sentiment_models")


@dataclass(frozen=True)
class Link:
    """A source of an answer."""

    url: str
    cited: bool


@dataclass(frozen=True)
class StoredAnswer:
    """One answer of a collection, with everything a rate needs of it."""

    question_id: str
    replicate: int
    cluster_id: int
    question: str
    status: str
    text: str
    folded: str
    score: int | None
    citations_known: bool
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Order:
    """An order whose rates are wanted."""

    order_id: UUID
    brand: Mapping[str, Any]
    competitors: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Measured:
    """What is analysed: its surface, and the versions behind it (`engine_profile`: "" of before it was kept)."""

    surface: str
    versions: Mapping[str, Any]


@dataclass(frozen=True)
class Rated:
    """The rates of a table, what to lead with (`headline`), and whether too few of the answers could be used."""

    rates: Mapping[str, Rate]
    headline: Mapping[str, Any]
    degraded: bool


async def load_measured(db: Database, day: KeywordDay) -> Measured:
    """The collection's surface and the versions behind its numbers."""
    row = await db.row(
        "SELECT collection.surface, collection.bank_version, bank.embedding_model, bank.llm_model, day.bank_stale,"
        " collection.profile_sha256 AS engine_profile,"
        " scores.rubrics, scores.scoring_models, served.models AS served_models, served.not_asked"
        " FROM keyword_collection collection"
        " CROSS JOIN LATERAL (SELECT COALESCE(array_agg(DISTINCT rubric_version), '{}') AS rubrics,"
        " COALESCE(array_agg(DISTINCT model), '{}') AS scoring_models FROM keyword_score"
        " WHERE collection_id = collection.id AND answer_date = :date) AS scores"
        " CROSS JOIN LATERAL (SELECT array_agg(DISTINCT served_model ORDER BY served_model)"
        " FILTER (WHERE status = 'ok' AND served_model IS NOT NULL) AS models,"
        " count(*) FILTER (WHERE status = 'not_asked') AS not_asked"
        " FROM keyword_answer WHERE collection_id = collection.id AND answer_date = :date) AS served"
        " JOIN bank ON bank.keyword = collection.keyword AND bank.version = collection.bank_version"
        " JOIN keyword_day day ON day.keyword = collection.keyword AND day.date = collection.date"
        " WHERE collection.keyword = :keyword AND collection.engine = :engine AND collection.date = :date",
        **_of(day),
    )
    if row is None:
        message = f"no collection of {day.engine} on {day.date}"
        raise LookupError(message)
    # a chat page names no model; most days every question is asked
    unsaid = {"surface", *(name for name in ("served_models", AnswerStatus.NOT_ASKED) if not row[name])}
    versions = {name: value for name, value in row.items() if name not in unsaid}
    ours = {"matcher": MATCHER_VERSION, "branded_rule": BRANDED_RULE, "sentiment": SENTIMENT_VERSION}
    return Measured(row["surface"], {**versions, **ours})


async def load_answers(db: Database, day: KeywordDay) -> list[StoredAnswer]:
    """Every answer of the collection, failed ones too, by question."""
    rows = await db.rows(
        "SELECT answer.question_id, answer.replicate, question.cluster AS cluster_id, answer.question_text,"
        " answer.status, answer.answer_text, answer.folded_text, answer.citations_known, score.score,"
        " (SELECT json_agg(json_build_array(link_url, cited) ORDER BY position) FROM keyword_link"
        " WHERE collection_id = collection.id AND number = answer.number AND replicate = answer.replicate"
        " AND answer_date = :date) AS links FROM keyword_collection collection"
        " JOIN keyword_answer answer ON answer.collection_id = collection.id AND answer.answer_date = :date"
        " JOIN collection_question question ON question.collection_id = collection.id"
        " AND question.number = answer.number"
        " AND question.retention = 'shared' AND question.date = :date"
        " LEFT JOIN keyword_score score ON score.collection_id = collection.id AND score.number = answer.number"
        " AND score.replicate = answer.replicate AND score.answer_date = :date"
        " WHERE collection.keyword = :keyword AND collection.engine = :engine AND collection.date = :date"
        " ORDER BY answer.question_id, answer.replicate",
        **_of(day),
    )
    return [
        StoredAnswer(
            question_id=row["question_id"],
            replicate=row["replicate"],
            cluster_id=row["cluster_id"],
            question=row["question_text"],
            status=row["status"],
            text=row["answer_text"],
            folded=row["folded_text"],
            score=row["score"],
            citations_known=row["citations_known"],
            links=tuple(Link(url, cited) for url, cited in row["links"] or ()),
        )
        for row in rows
    ]


async def lock_days(tx: Transaction, order_id: UUID, date: dt.date) -> list[dt.date]:
    """Lock a measurement and those of later days, oldest first; the dates of those that are not withdrawn.

    One engine of a measurement is stored at a time, so the last sees all others; and days that are analysed again side
    by side each see those before them.
    """
    rows = await tx.rows(
        "SELECT date, status FROM measurement WHERE order_id = :order AND date >= :date ORDER BY date FOR UPDATE",
        order=order_id,
        date=date,
    )
    return [row["date"] for row in rows if row["status"] != MeasurementStatus.WITHDRAWN]


async def has_its_names(tx: Transaction, order: Order) -> bool:
    """Whether the order still has the names that were looked for; its client may have changed them meanwhile."""
    row = await tx.row("SELECT brand, competitors FROM orders WHERE id = :order", order=order.order_id)
    return row is not None and (row["brand"], row["competitors"]) == (order.brand, order.competitors)


async def store_outcomes(
    tx: Transaction, order_id: UUID, day: KeywordDay, outcomes: Mapping[str, Any], *, judged: bool
) -> None:
    """Keep what became of each question: compact, and for good."""
    await tx.execute(
        "INSERT INTO measurement_outcome (order_id, date, engine, outcomes, judged)"
        " VALUES (:order, :date, :engine, CAST(:outcomes AS jsonb), :judged) ON CONFLICT (order_id, date, engine)"
        " DO UPDATE SET outcomes = excluded.outcomes, judged = excluded.judged",
        judged=judged,
        order=order_id,
        date=day.date,
        engine=day.engine,
        outcomes=json.dumps(outcomes, ensure_ascii=False),
    )


async def outcomes_of_surface(
    tx: Transaction, order_id: UUID, date: dt.date, surface: str
) -> dict[str, Mapping[str, Any]]:
    """The outcomes of every engine of one surface, by engine: surfaces are never averaged together."""
    rows = await tx.rows(
        "SELECT engine, outcomes FROM measurement_outcome"
        " WHERE order_id = :order AND date = :date AND outcomes ->> 'surface' = :surface ORDER BY engine",
        order=order_id,
        date=date,
        surface=surface,
    )
    return {row["engine"]: row["outcomes"] for row in rows}


async def versions_of_surface(tx: Transaction, order_id: UUID, date: dt.date, engines: Iterable[str]) -> dict[str, Any]:
    """What differs by engine among the versions behind a day's rates over these engines, as each one's rates tell."""
    rows = await tx.rows(
        "SELECT engine, versions FROM mention_percentage"
        " WHERE order_id = :order AND date = :date AND engine = ANY(CAST(:engines AS text[])) ORDER BY engine",
        order=order_id,
        date=date,
        engines=list(engines),
    )
    several = {name: sorted({each for row in rows for each in row["versions"].get(name, ())}) for name in _SEVERAL}
    profiles = {row["engine"]: row["versions"]["engine_profile"] for row in rows}
    models = {row["engine"]: found for row in rows if (found := row["versions"].get("served_models"))}
    not_asked = {row["engine"]: found for row in rows if (found := row["versions"].get(AnswerStatus.NOT_ASKED))}
    told: dict[str, Any] = {
        "engine_profile": profiles,
        **({"served_models": models} if models else {}),
        **({AnswerStatus.NOT_ASKED: not_asked} if not_asked else {}),
    }
    return {**several, **rules_together(row["versions"] for row in rows), **told}


async def store_rates(
    tx: Transaction,
    *,
    order: Order,
    day: KeywordDay,
    engine: str,
    measured: Measured,
    rated: Rated,
    names: str,
) -> None:
    """Store the rates of an order on an engine, or over all engines of its surface (`OVERALL`)."""
    await tx.execute(
        "INSERT INTO mention_percentage"
        " (order_id, brand_name, keyword_name, date, engine, surface, rates, headline, degraded, versions)"
        " VALUES (:order, :brand, :keyword, :date, :engine, :surface, CAST(:rates AS jsonb),"
        " CAST(:headline AS jsonb), :degraded, CAST(:versions AS jsonb))"
        " ON CONFLICT (order_id, engine, date, surface) DO UPDATE SET rates = excluded.rates,"
        " headline = excluded.headline, degraded = excluded.degraded, versions = excluded.versions",
        order=order.order_id,
        brand=order.brand["name"],
        keyword=day.keyword,
        date=day.date,
        engine=engine,
        surface=measured.surface,
        rates=json.dumps(stored(rated.rates), ensure_ascii=False),
        headline=json.dumps(rated.headline, ensure_ascii=False),
        degraded=rated.degraded,
        versions=json.dumps({**measured.versions, "names": names}, ensure_ascii=False),
    )
    await tx.notify(PROGRESS, day.keyword)


async def log_failure(lease: Lease, day: KeywordDay, order_id: UUID, error: str) -> dt.datetime:
    """Note in the task log why an order failed alone, and when it did; its collection's own entry is done."""
    async with lease.write() as tx:
        moment: dt.datetime = await tx.value(
            "INSERT INTO task_log (order_id, keyword, date, engine, task_type, status, error_message, completed_at)"
            " VALUES (:order, :keyword, :date, :engine, 'analyse', 'failed', :error, clock_timestamp())"
            " RETURNING completed_at",
            order=order_id,
            error=error,
            **_of(day),
        )
    return moment


def _of(day: KeywordDay) -> dict[str, object]:
    return {"keyword": day.keyword, "engine": day.engine, "date": day.date}
