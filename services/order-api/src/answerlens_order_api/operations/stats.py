"""`/api/monitor/stats` (admins): the figures of the day."""

import datetime as dt
from http import HTTPStatus

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_order_api.operations import hits, store
from answerlens_order_api.rest.auth import Admin
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses

router = APIRouter(prefix="/api/monitor/stats", tags=["admin"])


class OrderFigures(BaseModel):
    """Today's orders."""

    total: int
    completed: int
    failed: int
    cancelled: int
    cached: int = Field(description="those whose keyword had been done today already")
    success_rate: float | None = Field(description="completed of those that ended by themselves")
    mean_seconds: float | None


class TaskFigures(BaseModel):
    """Today's tasks of one type."""

    task_type: str
    total: int
    completed: int
    failed: int
    success_rate: float | None = Field(description="completed of those that have ended")
    failure_rate: float | None = Field(description="failed of those that have ended")
    min_seconds: float | None
    mean_seconds: float | None
    max_seconds: float | None


class StageHits(BaseModel):
    """How often a stage had been done already when an order of today came to need it."""

    stage: str = Field(description="search, bank, collect or score", examples=["collect"])
    wanted: int = Field(description="orders that need it; for collect and score, on each of their engines")
    hits: int = Field(description="those whose result was there when they were placed")
    hit_rate: float | None = Field(description="hits of those wanted; null when it was not wanted")


class Stats(BaseModel):
    """The day so far."""

    date: dt.date
    orders: OrderFigures
    cache: list[StageHits] = Field(description="by stage, in the order of the pipeline")
    tasks: list[TaskFigures]


@router.get("", responses=responses(HTTPStatus.FORBIDDEN))
async def stats(ctx: Ctx, _: Admin) -> Stats:
    """Orders and tasks of today, and how much of what they needed was there already."""
    zone = ctx.settings.calendar.zone
    today = dt.datetime.now(zone).date()
    since = dt.datetime.combine(today, dt.time(), zone)
    orders = await store.order_figures(ctx.db, since)
    stages = await hits.hits(ctx.db, since, ctx.settings.freshness.search_fresh_days)
    return Stats(
        date=today,
        orders=OrderFigures(**vars(orders), success_rate=_share(orders.completed, orders.failed)),
        cache=[StageHits(**vars(stage), hit_rate=_share(stage.hits, stage.wanted - stage.hits)) for stage in stages],
        tasks=[
            TaskFigures(
                **vars(task),
                success_rate=_share(task.completed, task.failed),
                failure_rate=_share(task.failed, task.completed),
            )
            for task in await store.task_figures(ctx.db, since)
        ],
    )


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
