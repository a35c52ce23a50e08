"""`/api/monitor/circuit-breakers` (admins): which system outside is in trouble, and when we think so."""

import datetime as dt
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_common.db import breaker as database_breaker
from answerlens_common.errors import ConflictError, NotFoundError
from answerlens_common.limits.breakers import Settings, defaults, known, rows
from answerlens_order_api.rest.auth import Admin
from answerlens_order_api.rest.context import Context, Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.form import Form
from answerlens_orders.orders import engines

router = APIRouter(prefix="/api/monitor/circuit-breakers", tags=["admin"], responses=responses(HTTPStatus.FORBIDDEN))

_DATABASE = database_breaker.NAME


class BreakerView(BaseModel):
    """A circuit breaker."""

    state: Literal["closed", "open", "half-open"]
    failure_count: int = Field(description="failures in a row")
    last_failure_time: dt.datetime | None
    next_attempt_time: dt.datetime | None = Field(description="when one probe may go through; null while closed")
    threshold: int = Field(description="failures in a row that open it")
    open_seconds: float = Field(description="seconds until it is half-open")


class BreakerForm(Form):
    """What is to be changed; it counts at once, for all replicas."""

    threshold: int | None = Field(default=None, ge=1, le=1000)
    open_seconds: float | None = Field(default=None, ge=1, le=86_400, allow_inf_nan=False)


@router.get("")
async def list_breakers(ctx: Ctx, _: Admin) -> dict[str, BreakerView]:
    """Every breaker; `engine:<name>` is an engine's own, `database` that of the process that answers."""
    used = {row.name: BreakerView.model_validate(row, from_attributes=True) for row in await rows.every(ctx.db)}
    unused = {name: _unused(defaults(name)) for name in await _known(ctx)}
    return unused | used | {_DATABASE: _of_database(ctx)}


@router.patch(
    "/{name}",
    responses=responses(
        HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
    ),
)
async def change_breaker(name: str, form: BreakerForm, ctx: Ctx, _: Admin) -> BreakerView:
    """Change a breaker's settings."""
    await _require(name, ctx)
    await rows.change(ctx.db, name, form.threshold, form.open_seconds)
    return BreakerView.model_validate(await rows.look(ctx.db, name), from_attributes=True)


@router.post("/{name}/reset", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
async def reset_breaker(name: str, ctx: Ctx, _: Admin) -> BreakerView:
    """Close a breaker by hand: its work goes on at once."""
    await _require(name, ctx)
    await rows.reset(ctx.db, name)
    return BreakerView.model_validate(await rows.look(ctx.db, name), from_attributes=True)


async def _known(ctx: Context) -> list[str]:
    return known([engine.name for engine in await engines.every(ctx.db) if engine.enabled])


async def _require(name: str, ctx: Context) -> None:
    if name == _DATABASE:
        detail = "the breaker `database` lives in each process: its settings are fixed"
        raise ConflictError(detail)
    if name not in await _known(ctx):
        detail = f"there is no breaker {name}"
        raise NotFoundError(detail)


def _unused(settings: Settings) -> BreakerView:
    return BreakerView(
        state="closed", failure_count=0, last_failure_time=None, next_attempt_time=None, **vars(settings)
    )


def _of_database(ctx: Context) -> BreakerView:
    breaker = ctx.db.breaker
    waits = breaker.state != "closed"
    return BreakerView(
        state=breaker.state,
        failure_count=breaker.failure_count,
        last_failure_time=breaker.last_failure_time,
        next_attempt_time=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=breaker.seconds_left) if waits else None,
        threshold=database_breaker.THRESHOLD,
        open_seconds=database_breaker.OPEN_SECONDS,
    )
