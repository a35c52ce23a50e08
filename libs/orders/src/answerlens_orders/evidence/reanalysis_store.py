"""Days of an order that are analysed again: what is kept of them, and their way back to waiting for rates."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_orders.brands.form import Brand

# What an engine of a day left. Its answers can be analysed only with the questions they belong to.
_ENGINE_DAYS = """
SELECT e.date, e.engine, e.status, run.id AS collection_id, COALESCE(run.status = 'scored' AND EXISTS (
    SELECT FROM keyword_answer answer
    WHERE answer.keyword = m.keyword AND answer.engine = e.engine AND answer.answer_date = e.date
) AND EXISTS (
    SELECT FROM question_bank question
    WHERE question.keyword = m.keyword AND question.bank_version = run.bank_version
), false) AS kept
FROM measurement_engine e JOIN measurement m USING (order_id, date)
LEFT JOIN keyword_collection run ON run.keyword = m.keyword AND run.engine = e.engine AND run.date = e.date
WHERE order_id = :order AND m.status NOT IN ('cancelled', 'withdrawn')
ORDER BY e.date, e.engine
"""


@dataclass(frozen=True)
class EngineDay:
    """An engine of a day of an order.

    Attributes:
        status: of the measurement on it: pending, analysed or failed.
        collection_id: of the questions that were asked, None when none were.
        kept: whether its answers are there and scored.
    """

    date: dt.date
    engine: str
    status: str
    collection_id: int | None
    kept: bool


async def rename(tx: Transaction, order_id: UUID, brand: Brand, competitors: Sequence[Brand]) -> None:
    """Look for these names from now on."""
    rivals: list[dict[str, Any]] = [competitor.model_dump() for competitor in competitors]
    await tx.execute(
        "UPDATE orders SET brand = CAST(:brand AS jsonb), competitors = CAST(:competitors AS jsonb) WHERE id = :order",
        order=order_id,
        brand=brand.model_dump_json(),
        competitors=json.dumps(rivals, ensure_ascii=False),
    )


async def engine_days(tx: Transaction, order_id: UUID) -> list[EngineDay]:
    """Every engine of every day of an order, by date."""
    return await tx.rows(_ENGINE_DAYS, EngineDay, order=order_id)


async def reopen(tx: Transaction, order_id: UUID, keyword: str, days: Sequence[EngineDay]) -> None:
    """Forget the rates of these days and let them wait for new ones."""
    values = {"order": order_id, "dates": [day.date for day in days], "engines": [day.engine for day in days]}
    for table in ("measurement_outcome", "outcome_again", "mention_percentage"):
        await tx.execute(
            f"DELETE FROM {table} WHERE order_id = :order AND (date, engine) IN (SELECT *"  # noqa: S608 - two constants
            " FROM unnest(CAST(:dates AS date[]), CAST(:engines AS text[])))",
            **values,
        )
    await tx.execute(
        "DELETE FROM mention_percentage WHERE order_id = :order AND engine = 'overall'"
        " AND date = ANY(CAST(:dates AS date[]))",
        order=order_id,
        dates=values["dates"],
    )
    await tx.execute(
        "UPDATE measurement_engine SET status = 'pending', last_error = NULL, error_code = NULL, error_stage = NULL,"
        " completed_at = NULL"
        " WHERE order_id = :order AND (date, engine) IN (SELECT *"
        " FROM unnest(CAST(:dates AS date[]), CAST(:engines AS text[])))",
        **values,
    )
    await tx.execute(
        # the error of one that had failed stays: it has not opened its day (`keywords.opened`)
        "UPDATE measurement SET status = 'running', reanalysing = true, why = 'reanalysed',"
        " last_error = CASE status WHEN 'failed' THEN last_error END,"
        " error_code = CASE status WHEN 'failed' THEN error_code END WHERE order_id = :order"
        " AND date = ANY(CAST(:dates AS date[])) AND status IN ('completed', 'failed')",
        order=order_id,
        dates=values["dates"],
    )
    await tx.notify(PROGRESS, keyword)
