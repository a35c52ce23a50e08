"""What the analyzer reads and stores of days already analysed: the outcomes that a day is compared with."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_analyzer.rules import rules_in_sql
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_rates.changes import Day
from answerlens_rates.definitions import OVERALL
from answerlens_rates.outcomes import Outcomes
from answerlens_rates.rate import Linked, Rate, stored


@dataclass(frozen=True)
class RatesKey:
    """One row of `mention_percentage`: an order's day on an engine, or on all of a surface (`OVERALL`)."""

    order: UUID
    date: dt.date
    engine: str
    surface: str


_ALIKE = f"{rules_in_sql('earlier')} = {rules_in_sql('today')}"
# Earlier days that a day can be compared with: those of its rules, and those that were analysed by its rules later.
# Engines of one day may have been analysed by different rules, when these changed meanwhile: over all engines there are
# tables only if each has one by the rules of today. The day itself has those it was reported with.
_DAYS = f"""
SELECT earlier.date, earlier.rates, earlier.versions ->> 'bank_version' AS bank, {rules_in_sql("earlier")} AS rules, (
    SELECT CASE WHEN bool_and(outcome.read IS NOT NULL)
        THEN jsonb_object_agg(outcome.engine, outcome.read - 'mentions' - 'status') END
    FROM (
        SELECT stored.engine, CASE WHEN own.date = today.date OR {rules_in_sql("own")} = {rules_in_sql("today")}
            THEN stored.outcomes ELSE again.outcomes END AS read
        FROM measurement_outcome stored JOIN mention_percentage own USING (order_id, date, engine)
        LEFT JOIN outcome_again again ON again.order_id = stored.order_id AND again.date = stored.date
            AND again.engine = stored.engine AND again.rules = {rules_in_sql("today")}
        WHERE stored.order_id = earlier.order_id AND stored.date = earlier.date AND own.surface = earlier.surface
            AND (stored.engine = earlier.engine OR earlier.engine = :overall)
    ) outcome
) AS tables
FROM mention_percentage today
JOIN mention_percentage earlier USING (order_id, engine, surface)
WHERE order_id = :order AND engine = :engine AND surface = :surface AND today.date = :date AND NOT today.degraded
    AND earlier.date <= today.date AND NOT earlier.degraded
    AND earlier.versions ->> 'names' = today.versions ->> 'names'
    AND ({_ALIKE} OR EXISTS (SELECT FROM outcome_again again WHERE again.order_id = earlier.order_id
        AND again.date = earlier.date AND again.rules = {rules_in_sql("today")}
        AND (again.engine = earlier.engine OR earlier.engine = :overall)))
"""  # noqa: S608 - constants
_COMPARABLE = f"{_DAYS} ORDER BY earlier.date DESC LIMIT :limit"
# Of the days before a day's bank and rules, the newest with one bank and the same rules.
_BEFORE = f"""
WITH day AS ({_DAYS} AND (earlier.versions ->> 'bank_version' <> today.versions ->> 'bank_version' OR NOT {_ALIKE}))
SELECT * FROM day WHERE (bank, rules) = (SELECT bank, rules FROM day ORDER BY date DESC LIMIT 1)
ORDER BY date DESC LIMIT :limit
"""  # noqa: S608 - constants
# The newest earlier day that may be judged, and its rules.
_NEWEST_BEFORE = f"""
SELECT date, {rules_in_sql("earlier")} AS rules FROM mention_percentage earlier
WHERE order_id = :order AND engine = :engine AND surface = :surface AND date < :date AND NOT degraded
    AND versions ->> 'names' = :names
ORDER BY date DESC LIMIT 1
"""  # noqa: S608 - constants
_RULES_BEFORE = f"""
SELECT {rules_in_sql("earlier")} FROM mention_percentage today
JOIN mention_percentage earlier USING (order_id, engine, surface)
WHERE order_id = :order AND engine = :engine AND surface = :surface AND today.date = :date
    AND earlier.date < today.date AND NOT earlier.degraded AND earlier.versions ->> 'names' = today.versions ->> 'names'
    AND (earlier.versions ->> 'bank_version' <> today.versions ->> 'bank_version' OR NOT {_ALIKE})
ORDER BY earlier.date DESC LIMIT 1
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Before:
    """A day of an order on an engine, before which another is looked for."""

    order: UUID
    date: dt.date
    engine: str
    surface: str


async def day_of_other_rules(db: Database, before: Before, names: str, rules: str) -> dt.date | None:
    """The newest earlier day, if it was analysed by other rules than these and not yet by these too."""
    row = await db.row(_NEWEST_BEFORE, **vars(before), names=names)
    if row is None or row["rules"] == rules:
        return None
    known = await db.value(
        "SELECT 1 FROM outcome_again WHERE order_id = :order AND date = :date AND engine = :engine AND rules = :rules",
        order=before.order,
        date=row["date"],
        engine=before.engine,
        rules=rules,
    )
    date: dt.date = row["date"]
    return None if known else date


async def store_again(
    tx: Transaction, order_id: UUID, date: dt.date, engine: str, rules: str, outcomes: Mapping[str, Any]
) -> None:
    """Keep what a day is worth by other rules than those it was reported with, for good."""
    await tx.execute(
        "INSERT INTO outcome_again (order_id, date, engine, rules, outcomes)"
        " VALUES (:order, :date, :engine, :rules, CAST(:outcomes AS jsonb)) ON CONFLICT DO NOTHING",
        order=order_id,
        date=date,
        engine=engine,
        rules=rules,
        outcomes=json.dumps(outcomes, ensure_ascii=False),
    )


async def rules_before(tx: Transaction, key: RatesKey) -> str | None:
    """The rules of the newest earlier day with another bank or other rules; None when there is none."""
    rules: str | None = await tx.value(_RULES_BEFORE, **vars(key))
    return rules


async def later(tx: Transaction, order_id: UUID, date: dt.date) -> list[RatesKey]:
    """The stored rates of an order's days after a date, oldest day first."""
    rows = await tx.rows(
        "SELECT order_id AS order, date, engine, surface FROM mention_percentage"
        " WHERE order_id = :order AND date > :date ORDER BY date, engine, surface",
        order=order_id,
        date=date,
    )
    return [RatesKey(**row) for row in rows]


async def stored_rates(tx: Transaction, key: RatesKey) -> dict[str, Rate] | None:
    """The rates of a day without what was said of their changes, or None when there are none."""
    rates: Mapping[str, Any] | None = await tx.value(
        "SELECT rates FROM mention_percentage"
        " WHERE order_id = :order AND date = :date AND engine = :engine AND surface = :surface",
        **vars(key),
    )
    return None if rates is None else {name: Rate.from_stored(rate) for name, rate in rates.items()}


async def keyword_names_brand(tx: Transaction, key: RatesKey) -> bool:
    """Whether the keyword names the brand itself, as it was decided when the day was analysed."""
    named = await tx.value(
        "SELECT headline -> 'keyword_names_brand' FROM mention_percentage"
        " WHERE order_id = :order AND date = :date AND engine = :engine AND surface = :surface",
        **vars(key),
    )
    return bool(named)


async def update_rates(tx: Transaction, key: RatesKey, rates: Mapping[str, Rate]) -> None:
    """Put these rates in the place of those stored."""
    await tx.execute(
        "UPDATE mention_percentage SET rates = CAST(:rates AS jsonb)"
        " WHERE order_id = :order AND date = :date AND engine = :engine AND surface = :surface",
        **vars(key),
        rates=json.dumps(stored(rates), ensure_ascii=False),
    )


async def comparable_days(tx: Transaction, key: RatesKey, limit: int) -> list[Day]:
    """A day and those before it that it may be compared with, newest first; none when it is degraded itself.

    Left out are degraded days, and those analysed with other names of the order, or by other rules only.
    """
    rows = await tx.rows(_COMPARABLE, _DayRow, **vars(key), overall=OVERALL, limit=limit)
    return [_day(row) for row in rows if row.tables]


async def days_before(tx: Transaction, key: RatesKey, limit: int) -> list[Day]:
    """The newest comparable days with the bank, or the rules, before those of the given day, newest first."""
    rows = await tx.rows(_BEFORE, _DayRow, **vars(key), overall=OVERALL, limit=limit)
    return [_day(row) for row in rows if row.tables]


@dataclass(frozen=True)
class _DayRow:
    """A day's rates by name, and the outcomes behind them by engine; no tables when there are none by today's rules."""

    date: dt.date
    rates: Mapping[str, Mapping[str, Any]]
    bank: str
    rules: str
    tables: Mapping[str, Mapping[str, Any]] | None


def _day(row: _DayRow) -> Day:
    tables = {name: Outcomes.from_columns(columns) for name, columns in (row.tables or {}).items()}
    linked = {
        name: Linked.from_stored(rate["linked"], row.rules) for name, rate in row.rates.items() if "linked" in rate
    }
    return Day(row.date, tables, int(row.bank), linked, row.rules)
