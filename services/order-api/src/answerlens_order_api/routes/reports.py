"""`/api/orders/{id}/report` and `/measurements`: what was found, on a day and over time."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from answerlens_order_api.auth import SignedIn
from answerlens_order_api.cache import rates
from answerlens_order_api.context import Here
from answerlens_order_api.failing import ErrorCode, LastError
from answerlens_order_api.paging import Cursor, Limit, Page, after, cursor_of
from answerlens_order_api.problems import responses
from answerlens_order_api.rate_view import Rates
from answerlens_order_api.report import LINKED_FIELD, Report, report_of
from answerlens_order_api.routes.orders import shown
from answerlens_order_api.text import Date

router = APIRouter(
    prefix="/api/orders",
    tags=["reports"],
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)


class SeriesRates(BaseModel):
    """An engine's rates, or those over all engines of a surface (`overall`)."""

    engine: str
    surface: str
    rates: Rates = Field(description=f"as in the report; {LINKED_FIELD}")
    degraded: bool


class SeriesDay(BaseModel):
    """One day of the series."""

    date: dt.date
    status: str
    is_cached: bool
    last_error: LastError
    error_code: ErrorCode
    completed_at: dt.datetime | None
    rates: list[SeriesRates]


@router.get("/{order_id}/report", responses=responses(HTTPStatus.CONFLICT))
async def show_report(
    order_id: UUID,
    here: Here,
    user: SignedIn,
    date: Annotated[Date | None, Query(description="the newest day by default")] = None,
    surface: Annotated[
        Literal["browser", "api", "service"] | None, Query(description="that with the most engines by default")
    ] = None,
) -> Report:
    """The mention rates of a day, each with its count and interval."""
    order = await shown(here, user, order_id)
    async with here.db.transaction() as tx:
        return await report_of(tx, order, date, surface, sandbox=bool(here.settings.sandbox.url))


@router.get("/{order_id}/measurements")
async def list_measurements(
    order_id: UUID, here: Here, user: SignedIn, limit: Limit = 20, cursor: Cursor = None
) -> Page[SeriesDay]:
    """The series: every day of the order with its rates, newest first."""
    of = f"measurements {order_id}"
    (before,) = after(cursor, of, tuple[dt.date]) or (None,)
    await shown(here, user, order_id)
    async with here.db.transaction() as tx:
        rows = await rates.series(tx, order_id, before, limit + 1)
    items = [SeriesDay(**row) for row in rows[:limit]]
    return Page(items=items, next=cursor_of(of, (items[-1].date,)) if len(rows) > limit else None)
