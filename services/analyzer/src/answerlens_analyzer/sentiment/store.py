"""What answers think of brands, as it is stored: once for each text and brand, and with each order's outcomes."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from answerlens_analyzer import turns
from answerlens_analyzer.keyword_day import KeywordDay
from answerlens_analyzer.sentiment.asking import SENTIMENT_VERSION
from answerlens_analyzer.store import Order
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.llm.labelling import Answer
from answerlens_common.text.folding import fold
from answerlens_common.work.claims import Lease
from answerlens_rates.outcomes import Outcomes
from answerlens_rates.rate import Rate, stored

_UNJUDGED = (
    " FROM measurement_outcome outcome JOIN measurement USING (order_id, date) JOIN orders ON orders.id = order_id"
    " WHERE measurement.keyword = :keyword AND date = :date AND outcome.engine = :engine AND NOT outcome.judged"
)
# a report is completed once, when every engine of its day is judged
_LACKS = (
    " v.complete_at IS NULL AND NOT EXISTS (SELECT FROM measurement_outcome other"
    " WHERE other.order_id = m.order_id AND other.date = m.date AND NOT other.judged)"
)


@dataclass(frozen=True)
class Unjudged:
    """An order whose answers are to be judged."""

    order: Order
    outcomes: Outcomes


class Label(NamedTuple):
    """What an answer thinks of a brand: 1, 0 or -1; and the model that said so."""

    sentiment: int
    model: str


def digest(text: str, brand: Mapping[str, Any]) -> str:
    """What an answer is known by to those who ask about a brand: the same text is judged once, wherever it comes from.

    What another client calls a brand of this name changes nothing, unless the text has one of those aliases.
    """
    folded = fold(text)
    aliases = sorted({name for alias in brand.get("aliases") or () if (name := fold(alias)) in folded})
    return hashlib.sha256("\0".join([text, *aliases]).encode()).hexdigest()


async def has_unjudged(db: Database, day: KeywordDay) -> bool:
    """Whether an order on the day's engine waits to be judged."""
    return bool(await db.value(f"SELECT EXISTS (SELECT{_UNJUDGED})", **_of(day)))


async def has_judged(db: Database, day: KeywordDay) -> bool:
    """Whether any order has been judged on the day's engine."""
    return bool(
        await db.value(
            "SELECT EXISTS (SELECT FROM measurement JOIN measurement_outcome outcome USING (order_id, date)"
            " WHERE measurement.keyword = :keyword AND date = :date AND outcome.engine = :engine AND outcome.judged)",
            **_of(day),
        )
    )


async def lacking(db: Database, day: KeywordDay) -> list[UUID]:
    """The orders that have been judged on every engine, and whose newest report does not know it yet.

    A report that is made while we look has been made of what is stored: both lock the measurement.
    """
    rows = await db.rows(
        "SELECT m.order_id FROM measurement m JOIN measurement_outcome outcome USING (order_id, date)"  # noqa: S608 - a constant
        " JOIN report_version v ON v.order_id = m.order_id AND v.date = m.date AND v.version = m.report_version"
        " WHERE m.keyword = :keyword AND m.date = :date AND outcome.engine = :engine AND outcome.judged"
        f" AND{_LACKS} ORDER BY m.order_id",
        **_of(day),
    )
    return [row["order_id"] for row in rows]


async def lacks(tx: Transaction, order_id: UUID, date: dt.date) -> bool:
    """Whether all of a measurement, which is locked, is judged, and its newest report was made without that."""
    found = await tx.value(
        "SELECT true FROM measurement m JOIN report_version v ON v.order_id = m.order_id"  # noqa: S608 - a constant
        " AND v.date = m.date"
        " AND v.version = m.report_version WHERE m.order_id = :order AND m.date = :date"
        f" AND{_LACKS}",
        order=order_id,
        date=date,
    )
    return found is not None


async def unjudged(db: Database, day: KeywordDay, besides: Iterable[UUID]) -> list[Unjudged]:
    """The orders whose turn it is among those that wait, without some."""
    rows = await db.rows(
        "SELECT orders.id, orders.brand, orders.competitors, outcome.outcomes"  # noqa: S608 - a constant
        f" FROM (SELECT orders.id, {turns.PLACE}{_UNJUDGED} AND orders.id <> ALL(CAST(:besides AS uuid[]))) waiting"
        " JOIN orders USING (id)"
        " JOIN measurement_outcome outcome ON outcome.order_id = orders.id AND outcome.date = :date"
        " AND outcome.engine = :engine ORDER BY turn, orders.created_at, orders.id LIMIT :limit",
        besides=list(besides),
        limit=turns.ORDERS,
        **_of(day),
    )
    return [
        Unjudged(Order(row["id"], row["brand"], row["competitors"]), Outcomes.from_columns(row["outcomes"]))
        for row in rows
    ]


async def answers_of(db: Database, day: KeywordDay) -> dict[tuple[str, int], Answer]:
    """The run's `ok` answers that are still kept, by question and replicate, which are their ids too."""
    rows = await db.rows(
        "SELECT a.question_id, a.replicate, a.question_text, a.answer_text FROM keyword_collection c"
        " JOIN keyword_answer a ON a.collection_id = c.id AND a.answer_date = :date"
        " WHERE c.keyword = :keyword AND c.engine = :engine AND c.date = :date AND a.status = 'ok'",
        **_of(day),
    )
    return {
        (row["question_id"], row["replicate"]): Answer(
            f"{row['question_id']} {row['replicate']}", row["question_text"], row["answer_text"]
        )
        for row in rows
    }


async def known(db: Database, brand_name: str, digests: Collection[str]) -> dict[str, Label]:
    """What is known already, by the answers' digests."""
    rows = await db.rows(
        "SELECT answer_sha256, sentiment, model FROM answer_sentiment WHERE brand_name = :brand AND version = :version"
        " AND answer_sha256 = ANY(CAST(:digests AS text[]))",
        brand=brand_name,
        version=SENTIMENT_VERSION,
        digests=list(digests),
    )
    return {row["answer_sha256"]: Label(row["sentiment"], row["model"]) for row in rows}


async def keep(lease: Lease, brand_name: str, model: str, labels: Mapping[str, int]) -> None:
    """Store what a batch was found to think; whatever becomes of the rest, it is not paid for again."""
    async with lease.write() as tx:
        await tx.execute(
            "INSERT INTO answer_sentiment (answer_sha256, brand_name, version, model, sentiment)"
            " SELECT label.digest, CAST(:brand AS text), CAST(:version AS text), CAST(:model AS text), label.sentiment"
            " FROM unnest(CAST(:digests AS text[]), CAST(:sentiments AS smallint[])) AS label (digest, sentiment)"
            " ON CONFLICT DO NOTHING",
            brand=brand_name,
            version=SENTIMENT_VERSION,
            model=model,
            digests=list(labels),
            sentiments=list(labels.values()),
        )


async def outcomes_of(tx: Transaction, order_id: UUID, day: KeywordDay) -> Outcomes | None:
    """The outcomes as they are now: the day may have been analysed again meanwhile, or wait for it."""
    columns = await tx.value(
        "SELECT outcomes FROM measurement_outcome WHERE order_id = :order AND date = :date AND engine = :engine",
        order=order_id,
        date=day.date,
        engine=day.engine,
    )
    return None if columns is None else Outcomes.from_columns(columns)


async def store_judged(tx: Transaction, order_id: UUID, day: KeywordDay, sentiments: Sequence[int | None]) -> None:
    """Keep them with the outcomes, for good."""
    await tx.execute(
        "UPDATE measurement_outcome SET judged = true,"
        " outcomes = jsonb_set(outcomes, '{sentiment}', CAST(:sentiments AS jsonb))"
        " WHERE order_id = :order AND date = :date AND engine = :engine",
        order=order_id,
        date=day.date,
        engine=day.engine,
        sentiments=json.dumps(sentiments),
    )
    await tx.notify(PROGRESS, day.keyword)


async def add_rates(
    tx: Transaction,
    order_id: UUID,
    day: KeywordDay,
    *,
    engine: str,
    surface: str,
    rates: Mapping[str, Rate],
    models: Sequence[str],
) -> None:
    """Put these rates, and the models that judged for them, beside the others of a day."""
    await tx.execute(
        "UPDATE mention_percentage SET rates = rates || CAST(:rates AS jsonb),"
        " versions = versions || jsonb_build_object('sentiment_models', CAST(:models AS text[]))"
        " WHERE order_id = :order AND date = :date AND engine = :engine AND surface = :surface",
        order=order_id,
        date=day.date,
        engine=engine,
        surface=surface,
        rates=json.dumps(stored(rates), ensure_ascii=False),
        models=list(models),
    )


def _of(day: KeywordDay) -> dict[str, object]:
    return {"keyword": day.keyword, "engine": day.engine, "date": day.date}
