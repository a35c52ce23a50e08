"""What is kept of the answers behind a number: the outcomes for good, the texts and links for a while."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_orders.reports.rate_view import Rates

# Answers of a page, found by their keys; the question outlives its answer in its bank, and an anchor in later ones.
_ANSWERS = """
SELECT key.engine, key.question_id, key.replicate, answer.status, answer.answer_text, day.bank_version,
    COALESCE(answer.question_text, bank.generated_question) AS question, bank.intent, bank.anchor,
    (SELECT json_agg(json_build_object('url', link_url, 'title', title, 'position', position, 'cited', cited)
        ORDER BY position) FROM keyword_link link
        WHERE link.collection_id = answer.collection_id AND link.number = answer.number
            AND link.replicate = answer.replicate AND link.answer_date = :date) AS links
FROM unnest(CAST(:engines AS text[]), CAST(:questions AS text[]), CAST(:replicates AS int[]))
    AS key (engine, question_id, replicate)
LEFT JOIN keyword_answer answer ON answer.keyword = :keyword AND answer.answer_date = :date
    AND answer.engine = key.engine AND answer.question_id = key.question_id AND answer.replicate = key.replicate
LEFT JOIN LATERAL (
    SELECT CAST(versions ->> 'bank_version' AS int) AS bank_version FROM mention_percentage
    WHERE order_id = :order AND date = :date AND engine = key.engine LIMIT 1) day ON true
LEFT JOIN LATERAL (
    SELECT generated_question, main_intent AS intent,
        CASE WHEN question.bank_version = day.bank_version THEN anchor END AS anchor
    FROM question_bank question WHERE question.keyword = :keyword AND question.question_id = key.question_id
    ORDER BY question.bank_version = day.bank_version DESC NULLS LAST, question.bank_version DESC LIMIT 1) bank ON true
"""


Key = tuple[str, str, int]
"""An answer of a day: engine, question, replicate."""


@dataclass(frozen=True)
class EngineOutcomes:
    """What became of an engine's answers: `Outcomes.columns`, and a list each of `status` and `mentions`."""

    engine: str
    outcomes: dict[str, Any]


@dataclass(frozen=True)
class StoredRates:
    """Rates by name, of an engine or over all engines of a surface (`overall`), and what they were made with."""

    engine: str
    surface: str
    rates: Rates
    degraded: bool
    versions: dict[str, Any]


@dataclass(frozen=True)
class StoredAnswer:
    """The texts and links of an answer; what has been dropped is None."""

    engine: str
    question_id: str
    replicate: int
    status: str | None
    answer_text: str | None
    bank_version: int | None
    question: str | None
    intent: str | None
    anchor: bool | None
    links: list[dict[str, Any]] | None


async def outcomes(tx: Transaction, order_id: UUID, date: dt.date) -> list[EngineOutcomes]:
    """What became of each answer of a day, a row an engine, as the analyzer stored it."""
    return await tx.rows(
        "SELECT engine, outcomes FROM measurement_outcome WHERE order_id = :order AND date = :date ORDER BY engine",
        EngineOutcomes,
        order=order_id,
        date=date,
    )


async def rates(tx: Transaction, order_id: UUID, date: dt.date) -> list[StoredRates]:
    """The rates of a day with the versions behind them."""
    return await tx.rows(
        "SELECT engine, surface, rates, degraded, versions FROM mention_percentage"
        " WHERE order_id = :order AND date = :date ORDER BY surface, engine",
        StoredRates,
        order=order_id,
        date=date,
    )


async def answers(
    tx: Transaction, order_id: UUID, keyword: str, date: dt.date, keys: Sequence[Key]
) -> dict[Key, StoredAnswer]:
    """The texts and links of these answers (engine, question, replicate); null where they have been dropped."""
    rows = await tx.rows(
        _ANSWERS,
        StoredAnswer,
        order=order_id,
        keyword=keyword,
        date=date,
        engines=[engine for engine, _, _ in keys],
        questions=[question for _, question, _ in keys],
        replicates=[replicate for _, _, replicate in keys],
    )
    return {(row.engine, row.question_id, row.replicate): row for row in rows}


async def are_kept(tx: Transaction, keyword: str, date: dt.date, engines: Sequence[str]) -> bool:
    """Whether the answers of a day are still there."""
    found: bool = await tx.value(
        "SELECT EXISTS (SELECT FROM keyword_answer WHERE keyword = :keyword AND answer_date = :date"
        " AND engine = ANY(CAST(:engines AS text[])))",
        keyword=keyword,
        date=date,
        engines=list(engines),
    )
    return found
