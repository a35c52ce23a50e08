"""Orders as they are shown."""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, SkipValidation

from answerlens_common.contracts.statuses import MeasurementStatus, OrderStatus
from answerlens_common.db.database import Transaction
from answerlens_orders.brands.form import Brand
from answerlens_orders.brands.kept import kept_brands
from answerlens_orders.brands.ordinary_names import MOST_WARNINGS
from answerlens_orders.brands.views import NameWarning
from answerlens_orders.measurements import progress_counts
from answerlens_orders.measurements.failing import ErrorCode, LastError
from answerlens_orders.measurements.progress import Progress, completed, progress_of, stopped
from answerlens_orders.measurements.progress_counts import EngineCounts
from answerlens_orders.orders import store
from answerlens_orders.orders.store import StoredDay, StoredOrder
from answerlens_orders.settings import OrdersSettings

STOPPED = frozenset({MeasurementStatus.FAILED, MeasurementStatus.CANCELLED, MeasurementStatus.WITHDRAWN})
ENDED = STOPPED | {MeasurementStatus.COMPLETED}


class MeasurementView(BaseModel):
    """One day of an order."""

    date: dt.date
    status: str = Field(examples=["completed"])
    progress: int | None = Field(ge=0, le=100, examples=[100])
    is_cached: bool
    last_error: LastError
    error_code: ErrorCode


class DayView(Progress):
    """One day of an order and how far it is."""

    id: UUID = Field(description="of the order")
    date: dt.date
    status: str = Field(
        description="queued, running, completed, failed, cancelled or withdrawn; one analysed again is running"
    )
    last_error: LastError
    error_code: ErrorCode


class Ordered(BaseModel):
    """What was ordered, by whom."""

    id: UUID
    user: str = Field(examples=["acme"])
    keyword: str = Field(examples=["蓝牙耳机"])
    # as they were checked when the order was placed
    brand: SkipValidation[Brand]
    competitors: SkipValidation[list[Brand]]
    engines: list[str] = Field(examples=[["chat-a", "chat-b"]])
    priority: int = Field(examples=[5])
    track_days: int = Field(examples=[7])
    created_at: dt.datetime


class OrderView(Progress, Ordered):
    """An order and how it stands; its status and progress are those of its first measurement."""

    status: str = Field(description="queued, running, completed, failed or cancelled", examples=["running"])
    is_cached: bool = Field(description="everything it needed had been done today already")
    last_error: LastError
    error_code: ErrorCode
    retry_count: int = Field(description="attempts of its keyword's stages that had to be repeated", examples=[0])
    live: bool = Field(description="it is measured again on further days")
    first_date: dt.date
    completed_at: dt.datetime | None
    warnings: list[NameWarning] = Field(
        description=f"names that are ordinary words and have no context words, the first {MOST_WARNINGS} of them"
    )
    measurements: list[MeasurementView] = Field(description="the first and those of the last days, oldest first")


class EngineView(BaseModel):
    """An engine that orders may name while it is enabled."""

    name: str = Field(examples=["chat-a"])
    kind: str = Field(examples=["browser"])
    surface: str = Field(examples=["browser"])
    enabled: bool = Field(description="orders may name it: it is switched on, and of a kind that is run here (browser)")
    replicates: int = Field(description="times a question is asked a day", examples=[1])


class NamePreview(BaseModel):
    """What a name finds in answers that are stored already."""

    answers: int = Field(description="answers looked at", examples=[200])
    naming: int = Field(description="of these, answers that name the brand as it is ordered", examples=[33])
    with_context: int = Field(description="of these, answers that do with the proposed context words", examples=[12])
    examples: list[str] = Field(
        description="where it would no longer be found, with the characters around it",
        examples=[["把家里的插座统一起来"]],
    )


class TriedName(NameWarning):
    """The same with what the name finds."""

    preview: NamePreview | None = Field(description="null while no answers are kept that you may read")


class NamesView(BaseModel):
    """What to know about the names that an order looks for."""

    warnings: list[TriedName] = Field(
        description=f"names that are ordinary words and have no context words, the first {MOST_WARNINGS} of them"
    )


@dataclass(frozen=True)
class OrderFacts:
    """Orders as they are stored, and of each the days that are shown with their progress."""

    rows: Sequence[StoredOrder]
    days: Mapping[UUID, Sequence[tuple[StoredDay, Progress]]]


async def order_facts(tx: Transaction, settings: OrdersSettings, rows: Sequence[StoredOrder]) -> OrderFacts:
    """Orders with their progress, in two statements however many they are."""
    days = await store.recent_measurements(tx, [row.id for row in rows])
    unfinished = [day.key for day in days if day.status not in ENDED]
    by_day: dict[tuple[UUID, dt.date], list[EngineCounts]] = defaultdict(list)
    for found in await progress_counts.of_measurements(tx, settings, unfinished):
        by_day[found.order_id, found.date].append(found)
    by_order: dict[UUID, list[tuple[StoredDay, Progress]]] = defaultdict(list)
    for day in days:
        by_order[day.order_id].append((day, _progress(day, by_day[day.key])))
    return OrderFacts(rows, by_order)


async def order_views(facts: OrderFacts) -> list[OrderView]:
    """Orders as they are shown; to be called outside of a transaction.

    An order may have hundreds of names, and a page a hundred orders: other requests go on between two of them.
    """
    views = []
    for row in facts.rows:
        views.append(_order_view(row, facts.days[row.id]))
        await asyncio.sleep(0)
    return views


async def day_shown(tx: Transaction, settings: OrdersSettings, order_id: UUID, date: dt.date) -> DayView | None:
    """A day of an order with its progress; None when it is not measured on that date."""
    return (await days_shown(tx, settings, [(order_id, date)])).get((order_id, date))


async def days_shown(
    tx: Transaction, settings: OrdersSettings, wanted: Sequence[tuple[UUID, dt.date]]
) -> dict[tuple[UUID, dt.date], DayView]:
    """Days of orders with their progress, those that there are, in two statements however many they are."""
    if not wanted:
        return {}
    days = await store.measurements(tx, wanted)
    unfinished = [day.key for day in days if day.status not in ENDED]
    by_day: dict[tuple[UUID, dt.date], list[EngineCounts]] = defaultdict(list)
    for found in await progress_counts.of_measurements(tx, settings, unfinished):
        by_day[found.order_id, found.date].append(found)
    shown = {}
    for day in days:
        progress = _progress(day, by_day[day.key])
        view = _measurement_view(day, progress, day.order_status)
        shown[day.key] = DayView(
            id=day.order_id,
            date=day.date,
            status=view.status,
            last_error=view.last_error,
            error_code=view.error_code,
            **progress.model_dump(),
        )
    return shown


def _progress(day: StoredDay, engines: Sequence[EngineCounts]) -> Progress:
    if day.status in STOPPED:
        return stopped()
    return completed(day.engines) if day.status == MeasurementStatus.COMPLETED else progress_of(engines)


def _order_view(row: StoredOrder, days: Sequence[tuple[StoredDay, Progress]]) -> OrderView:
    first = next(progress for day, progress in days if day.first)
    if row.status == OrderStatus.COMPLETED:  # also while its first day is analysed again
        first = completed(len(row.engines))
    elif row.status in STOPPED:
        first = stopped()
    shown = [_measurement_view(day, progress, row.status) for day, progress in days]
    fields: dict[str, Any] = {**vars(row), **first.model_dump(), "measurements": shown}
    return OrderView(**{**fields, **vars(kept_brands(row.keyword, row.brand, row.competitors))})


def _measurement_view(day: StoredDay, progress: Progress, order_status: str) -> MeasurementView:
    status = day.status
    begun = (progress.progress or 0) > 0 or (day.first and order_status == OrderStatus.RUNNING)
    if status == MeasurementStatus.QUEUED and begun:
        status = MeasurementStatus.RUNNING
    return MeasurementView(
        date=day.date,
        status=status,
        progress=progress.progress,
        is_cached=day.is_cached,
        last_error=day.last_error,
        error_code=day.error_code,
    )
