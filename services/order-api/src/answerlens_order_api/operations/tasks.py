"""`/api/monitor` (admins) and `/api/task`: what is being done, and how well it goes."""

import datetime as dt
from decimal import Decimal
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_common.contracts.statuses import TaskStatus
from answerlens_common.errors import ConflictError, NotFoundError
from answerlens_common.events import Lane
from answerlens_common.observing.logs import get_logger
from answerlens_order_api.operations import store
from answerlens_order_api.operations.store import LlmDay
from answerlens_order_api.rest.auth import Admin, SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.fields import Date
from answerlens_orders.measurements.retry import retry
from answerlens_orders.paging import Moment, Page, RowId, after, cursor_of

router = APIRouter(prefix="/api", tags=["admin"])


class TaskProgress(BaseModel):
    """How far a task is."""

    task_id: int
    status: str
    progress: int
    total: int
    percentage: int
    current_item: str | None
    last_updated: dt.datetime


class Checkpoint(BaseModel):
    """Where a task would go on, read from the rows it has left; questions are `question_id#replicate`."""

    stage: str
    keyword: str
    completed_questions: list[str]
    current_question: str | None = Field(description="one of those being asked")
    question_count: int
    started_at: dt.datetime


class TaskView(TaskProgress):
    """A task of the log."""

    keyword: str
    date: dt.date
    engine: str
    task_type: str
    retry_count: int
    error_message: str | None
    started_at: dt.datetime
    completed_at: dt.datetime | None
    duration: float | None
    progress_checkpoint: Checkpoint


class LlmUsage(BaseModel):
    """What the language model was asked for one task on one keyword."""

    stage: str
    task: str
    keyword: str
    order_id: UUID | None = Field(description="null for work that orders share")
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal


class LlmSpending(BaseModel):
    """What the language model has cost on a date, in the currency of the prices that are set."""

    date: dt.date
    spent: Decimal
    reserved: Decimal = Field(description="put aside for requests under way")
    budget: Decimal | None = Field(description="null when there is none")
    usage: list[LlmUsage] = Field(description="the dearest 100, dearest first")


class Leader(BaseModel):
    """Which scheduler leads."""

    leader: str | None = Field(description="null before the first election")
    since: dt.datetime | None
    until: dt.datetime | None
    token: int | None
    alive: bool = Field(description="its lease has not run out")


@router.get("/monitor/llm", responses=responses(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY))
async def llm_spending(ctx: Ctx, _: Admin, date: Date | None = None) -> LlmSpending:
    """What the language model costs, and what for; today's unless a date is given."""
    date = date or dt.datetime.now(ctx.settings.calendar.zone).date()
    day = await store.llm_day(ctx.db, date) or LlmDay(spent=Decimal(0), budget=None, reserved=Decimal(0))
    usage = [LlmUsage.model_validate(vars(row)) for row in await store.llm_usage(ctx.db, date, 100)]
    return LlmSpending(date=date, **vars(day), usage=usage)


@router.get(
    "/monitor/tasks/{kind}",
    responses=responses(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def list_tasks(
    kind: Literal["running", "failed"], ctx: Ctx, _: Admin, limit: Limit = 20, cursor: Cursor = None
) -> Page[TaskView]:
    """Tasks that run or wait for a retry, or that have failed; newest first."""
    rows = await store.tasks(
        ctx.db, kind, after(cursor, f"{kind} tasks", tuple[Moment, RowId]), limit + 1, ctx.settings.bank.clusters
    )
    items = [TaskView.model_validate(row, from_attributes=True) for row in rows[:limit]]
    more = len(rows) > limit
    following = cursor_of(f"{kind} tasks", (items[-1].started_at.isoformat(), items[-1].task_id)) if more else None
    return Page(items=items, next=following)


@router.post(
    "/monitor/tasks/{task_id}/retry",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def retry_task(task_id: RowId, ctx: Ctx, admin: Admin) -> TaskView:
    """Try a failed task again, for those who waited for it; the pipeline is entered where the keyword's day stopped.

    Questions that failed, or met a captcha, a login wall or an empty page, are asked again.
    """
    row = await store.task(ctx.db, admin, task_id, ctx.settings.bank.clusters)
    if row is None:
        detail = f"there is no task {task_id}"
        raise NotFoundError(detail)
    if row.status != TaskStatus.FAILED:
        detail = f"task {task_id} is {row.status}; only one that failed is tried again"
        raise ConflictError(detail)
    freshness = ctx.settings.freshness
    if not await retry(ctx.db, row.keyword, row.date, row.engine or None, Lane.EXPRESS, freshness):
        message = f"no order waits for {row.keyword} on {row.date} any more: it was cancelled, or never failed an order"
        raise ConflictError(message)
    get_logger().info("task retried", task=task_id, by=admin.name)
    row = await store.task(ctx.db, admin, task_id, ctx.settings.bank.clusters) or row
    return TaskView.model_validate(row, from_attributes=True)


@router.get("/task/{task_id}/progress", responses=responses(HTTPStatus.NOT_FOUND))
async def task_progress(task_id: RowId, ctx: Ctx, user: SignedIn) -> TaskProgress:
    """How far a task is that works for one of your orders."""
    row = await store.task(ctx.db, user, task_id, ctx.settings.bank.clusters)
    if row is None:
        detail = f"there is no task {task_id}"
        raise NotFoundError(detail)
    return TaskProgress.model_validate(row, from_attributes=True)


@router.get("/monitor/beat-master", responses=responses(HTTPStatus.FORBIDDEN))
async def beat_master(ctx: Ctx, _: Admin) -> Leader:
    """Which scheduler leads, since when, until when."""
    row = await store.leader(ctx.db)
    return Leader(**vars(row)) if row else Leader(leader=None, since=None, until=None, token=None, alive=False)
