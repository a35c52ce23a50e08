"""What the analyzer reads and stores of days already analysed: the outcomes that a day is compared with."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from answerlens_analyzer.cache import OVERALL
from answerlens_analyzer.chain import LINKED
from answerlens_analyzer.changes import Day
from answerlens_analyzer.outcomes import Outcomes
from answerlens_common.db.database import Transaction


@dataclass(frozen=True)
class RatesKey:
    """One row of `mention_percentage`: an order's day on an engine, or on all of a surface (`OVERALL`)."""

    order: UUID
    date: dt.date
    engine: str
    surface: str


_DAYS = """
SELECT earlier.date, earlier.rates, earlier.versions ->> 'bank_version' AS bank, (
    SELECT jsonb_object_agg(outcome.engine, outcome.outcomes - 'mentions' - 'status') FROM measurement_outcome outcome
    WHERE outcome.order_id = earlier.order_id AND outcome.date = earlier.date
        AND outcome.outcomes ->> 'surface' = earlier.surface
        AND (outcome.engine = earlier.engine OR earlier.engine = :overall)
) AS tables
FROM mention_percentage today
JOIN mention_percentage earlier USING (order_id, engine, surface)
WHERE order_id = :order AND engine = :engine AND surface = :surface AND today.date = :date AND NOT today.degraded
    AND earlier.date <= today.date AND NOT earlier.degraded
    AND earlier.versions ->> 'names' = today.versions ->> 'names'
    AND earlier.versions ->> 'matcher' = today.versions ->> 'matcher'
"""
_COMPARABLE = f"{_DAYS} ORDER BY earlier.date DESC LIMIT :limit"
# Of the days before a day's bank, the newest with one bank.
_BEFORE_BANK = f"""
WITH day AS ({_DAYS} AND earlier.versions ->> 'bank_version' <> today.versions ->> 'bank_version')
SELECT * FROM day WHERE bank = (SELECT bank FROM day ORDER BY date DESC LIMIT 1) ORDER BY date DESC LIMIT :limit
"""  # noqa: S608 - constants


async def stored_rates(tx: Transaction, key: RatesKey) -> Mapping[str, Any] | None:
    """The rates of a day, or None when there are none."""
    rates: Mapping[str, Any] | None = await tx.value(
        "SELECT rates FROM mention_percentage"
        " WHERE order_id = :order AND date = :date AND engine = :engine AND surface = :surface",
        **vars(key),
    )
    return rates


async def update_rates(tx: Transaction, key: RatesKey, rates: Mapping[str, Any]) -> None:
    """Put these rates in the place of those stored."""
    await tx.execute(
        "UPDATE mention_percentage SET rates = CAST(:rates AS jsonb)"
        " WHERE order_id = :order AND date = :date AND engine = :engine AND surface = :surface",
        **vars(key),
        rates=json.dumps(rates, ensure_ascii=False),
    )


async def comparable_days(tx: Transaction, key: RatesKey, limit: int) -> list[Day]:
    """A day and those before it that it may be compared with, newest first; none when it is degraded itself.

    Left out are degraded days, and those analysed with other names of the order or by another matcher.
    """
    rows = await tx.rows(_COMPARABLE, **vars(key), overall=OVERALL, limit=limit)
    return [_day(row) for row in rows if row["tables"]]


async def days_before_bank(tx: Transaction, key: RatesKey, limit: int) -> list[Day]:
    """The newest comparable days with the bank before that of the given day, newest first."""
    rows = await tx.rows(_BEFORE_BANK, **vars(key), overall=OVERALL, limit=limit)
    return [_day(row) for row in rows if row["tables"]]


def _day(row: RowMapping) -> Day:
    tables = {name: Outcomes.from_columns(columns) for name, columns in row["tables"].items()}
    linked = {name: rate[LINKED] for name, rate in row["rates"].items() if LINKED in rate}
    return Day(row["date"], tables, int(row["bank"]), linked)
