"""`/api/monitor/orders/{id}`: an order's progress in full, as the console shows it."""

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_common.contracts.statuses import EngineStatus
from answerlens_order_api.operations import store
from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.measurements import progress_counts
from answerlens_orders.measurements.failing import ErrorCode, LastError
from answerlens_orders.measurements.progress import Progress, completed, progress_of, stopped
from answerlens_orders.measurements.progress_counts import EngineCounts
from answerlens_orders.orders.read import get_order_view
from answerlens_orders.orders.views import ENDED, STOPPED, OrderView

router = APIRouter(prefix="/api/monitor/orders", tags=["admin"])


class EngineProgress(Progress):
    """How far an engine of a day is."""

    engine: str = Field(examples=["chat-a"])
    status: str = Field(description="pending, analysed, failed or cancelled", examples=["pending"])


class DayProgress(Progress):
    """How far a day of an order is, over its engines and on each of them."""

    date: dt.date
    status: str = Field(examples=["running"])
    last_error: LastError
    error_code: ErrorCode
    engines: list[EngineProgress]


class TaskStep(BaseModel):
    """A task of the log that works for the order; orders on its keyword share it."""

    task_id: int
    task_type: str = Field(examples=["collect"])
    date: dt.date
    engine: str = Field(description="empty for work that is done once for all engines")
    status: str = Field(examples=["running"])
    retry_count: int
    progress: int
    total: int
    percentage: int
    current_item: str | None
    started_at: dt.datetime
    last_updated: dt.datetime


class OrderProgress(BaseModel):
    """An order, every day of it that is shown, and the tasks that work for those."""

    order: OrderView
    days: list[DayProgress] = Field(description="the first and the last ones, oldest first")
    tasks: list[TaskStep] = Field(description="of these days, newest first; at most 100")


@router.get("/{order_id}", responses=responses(HTTPStatus.NOT_FOUND))
async def order_progress(order_id: UUID, ctx: Ctx, user: SignedIn) -> OrderProgress:
    """How far an order is, day by day and engine by engine, and what is done for it; an admin sees any order."""
    order = await get_order_view(ctx.db, ctx.settings, user, order_id)
    dates = [day.date for day in order.measurements]
    async with ctx.db.transaction() as tx:
        found = await progress_counts.of_measurements(tx, ctx.settings, [(order.id, date) for date in dates])
    tasks = await store.tasks_of(ctx.db, order, dates, ctx.settings.bank.clusters)
    steps = [TaskStep.model_validate(task, from_attributes=True) for task in tasks]
    return OrderProgress(order=order, days=_days(order, found), tasks=steps)


def _days(order: OrderView, found: Sequence[EngineCounts]) -> list[DayProgress]:
    days = []
    for day in order.measurements:
        engines = [each for each in found if each.date == day.date]
        if day.status in STOPPED:
            whole = stopped()
        else:
            whole = completed(len(engines)) if day.status in ENDED else progress_of(engines)
        days.append(
            DayProgress(
                **whole.model_dump(),
                date=day.date,
                status=day.status,
                last_error=day.last_error,
                error_code=day.error_code,
                engines=[_engine(each) for each in engines],
            )
        )
    return days


def _engine(engine: EngineCounts) -> EngineProgress:
    if engine.status in STOPPED:
        progress = stopped()
    else:
        progress = completed(1) if engine.status == EngineStatus.ANALYSED else progress_of([engine])
    return EngineProgress(**progress.model_dump(), engine=engine.engine, status=engine.status)
