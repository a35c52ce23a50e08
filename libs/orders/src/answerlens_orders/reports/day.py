"""What was measured for an order: tables `measurement`, `measurement_engine`, `mention_percentage`.

A report is made of this once (`reports.versions`), when its day has ended; what is read for a client is that report.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.contracts.statuses import MeasurementStatus
from answerlens_common.db.database import Transaction
from answerlens_orders.reports.rate_view import ModelChange, Rates


@dataclass(frozen=True)
class OrderRow:
    """What was ordered, by whom (`user`); brands as the form of the order gave them."""

    id: UUID
    user: str
    keyword: str
    brand: Mapping[str, Any]
    competitors: Sequence[Mapping[str, Any]]
    engines: list[str]
    priority: int
    track_days: int
    created_at: dt.datetime


@dataclass(frozen=True)
class DayRow:
    """A measurement."""

    date: dt.date
    keyword: str
    status: str
    last_error: str | None
    completed_at: dt.datetime | None


@dataclass(frozen=True)
class RatesRow:
    """Rates by name and what they were made with, as the analyzer stored them; null before it did."""

    surface: str
    rates: Rates | None
    degraded: bool | None
    versions: dict[str, Any] | None
    headline: dict[str, Any] | None


@dataclass(frozen=True)
class EngineRow(RatesRow):
    """How an engine of a measurement ended, and its rates.

    Attributes:
        judged: whether it is known of all its answers what they think of the brand; None before it has rates.
        models_before: the models that answered on the newest earlier day that says so, which is `models_before_on`.
    """

    engine: str
    status: str
    error_code: str | None
    judged: bool | None
    models_before: list[str] | None = None
    models_before_on: dt.date | None = None

    @property
    def model_change(self) -> ModelChange | None:
        """That other models answer than on the day before; None when it is the same ones, or not known."""
        models = (self.versions or {}).get("served_models")
        if not models or not self.models_before or self.models_before_on is None or models == self.models_before:
            return None
        return {"was": self.models_before, "is": models, "was_on": self.models_before_on.isoformat()}


@dataclass(frozen=True)
class BankRow:
    """The bank that a day was measured with.

    Attributes:
        stale: it could not be renewed for that day.
        intents: of each cluster, by its number; None when its questions have been dropped.
        origins: how many of its source questions come from where; empty for one from before that was kept.
    """

    stale: bool
    built_date: dt.date
    notes: list[str]
    intents: dict[int, str] | None
    origins: dict[str, int]


@dataclass(frozen=True)
class WithdrawalRow:
    """Why a day was withdrawn, by which admin, and when."""

    reason: str
    admin: str
    at: dt.datetime


@dataclass(frozen=True)
class DayRows:
    """All that the report of a day is made of.

    Attributes:
        order: what was ordered, with the names that were looked for.
        day: its measurement.
        engines: how each engine ended, with its rates.
        overall: the rates over all engines of each surface.
        bank: what was asked; None when there never was one.
        intents: of each cluster of the bank.
        withdrawal: reason, admin and moment (`at`), when the day is withdrawn.
    """

    order: OrderRow
    day: DayRow
    engines: Sequence[EngineRow]
    overall: Sequence[RatesRow]
    bank: BankRow | None
    intents: Mapping[int, str]
    withdrawal: WithdrawalRow | None


async def rows_of_day(tx: Transaction, order_id: UUID, date: dt.date) -> DayRows:
    """The rows of a day that has a measurement."""
    order = await tx.row(
        "SELECT o.id, u.name AS user, o.keyword, o.brand, o.competitors, o.engines, o.priority, o.track_days,"
        " o.created_at FROM orders o JOIN users u ON u.id = o.user_id WHERE o.id = :order_id",
        OrderRow,
        order_id=order_id,
    )
    measured = await day(tx, order_id, date)
    if order is None or measured is None:
        raise LookupError(order_id, date)
    bank = await bank_of_day(tx, order.keyword, date)
    return DayRows(
        order=order,
        day=measured,
        engines=await engines(tx, order_id, date),
        overall=await overall(tx, order_id, date),
        bank=bank,
        intents=(bank.intents if bank is not None else None) or {},
        withdrawal=await _withdrawal(tx, order_id, date) if measured.status == MeasurementStatus.WITHDRAWN else None,
    )


async def day(tx: Transaction, order_id: UUID, date: dt.date | None) -> DayRow | None:
    """The measurement of a date; without one the newest that was completed, else the newest."""
    return await tx.row(
        "SELECT date, keyword, status, last_error, completed_at FROM measurement WHERE order_id = :order_id"
        " AND (CAST(:date AS date) IS NULL OR date = :date)"
        " ORDER BY status = 'completed' DESC, status = 'failed' DESC, date DESC LIMIT 1",
        DayRow,
        order_id=order_id,
        date=date,
    )


async def engines(tx: Transaction, order_id: UUID, date: dt.date) -> list[EngineRow]:
    """How each engine of a measurement ended, and its rates."""
    return await tx.rows(
        "SELECT e.engine, e.status, e.error_code, COALESCE(p.surface, n.surface) AS surface, p.rates, p.degraded,"
        " p.versions, p.headline, o.judged, before.models AS models_before, before.date AS models_before_on"
        " FROM measurement_engine e LEFT JOIN engine n ON n.name = e.engine"
        " LEFT JOIN mention_percentage p USING (order_id, date, engine)"
        " LEFT JOIN measurement_outcome o USING (order_id, date, engine)"
        " LEFT JOIN LATERAL (SELECT earlier.date, earlier.versions -> 'served_models' AS models"
        " FROM mention_percentage earlier WHERE p.versions -> 'served_models' IS NOT NULL"
        " AND earlier.order_id = e.order_id AND earlier.engine = e.engine"
        " AND earlier.surface = p.surface AND earlier.date < e.date AND NOT earlier.degraded"
        " AND earlier.versions -> 'served_models' IS NOT NULL ORDER BY earlier.date DESC LIMIT 1) AS before ON true"
        " WHERE e.order_id = :order_id AND e.date = :date ORDER BY e.engine",
        EngineRow,
        order_id=order_id,
        date=date,
    )


async def overall(tx: Transaction, order_id: UUID, date: dt.date) -> list[RatesRow]:
    """The rates over all engines of a surface, a row a surface."""
    return await tx.rows(
        "SELECT surface, rates, degraded, versions, headline FROM mention_percentage"
        " WHERE order_id = :order_id AND date = :date AND engine = 'overall' ORDER BY surface",
        RatesRow,
        order_id=order_id,
        date=date,
    )


async def bank_of_day(tx: Transaction, keyword: str, date: dt.date) -> BankRow | None:
    """The bank a day was measured with."""
    return await tx.row(
        "SELECT k.bank_stale AS stale, b.built_date, b.notes,"
        " (SELECT jsonb_object_agg(cluster_id, main_intent) FROM question_bank"
        " WHERE keyword = b.keyword AND bank_version = b.version) AS intents, b.origins FROM keyword_day k"
        " JOIN bank b ON b.keyword = k.keyword AND b.version = k.bank_version"
        " WHERE k.keyword = :keyword AND k.date = :date",
        BankRow,
        keyword=keyword,
        date=date,
    )


async def _withdrawal(tx: Transaction, order_id: UUID, date: dt.date) -> WithdrawalRow | None:
    return await tx.row(
        "SELECT reason, admin, created_at AS at FROM withdrawal WHERE order_id = :order_id AND date = :date"
        " ORDER BY id DESC LIMIT 1",
        WithdrawalRow,
        order_id=order_id,
        date=date,
    )
