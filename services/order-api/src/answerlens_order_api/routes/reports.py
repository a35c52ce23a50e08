"""`/api/orders/{id}/report`, its versions, and `/measurements`: what was found, on a day and over time."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from answerlens_order_api.auth import SignedIn
from answerlens_order_api.cache import versions
from answerlens_order_api.context import Here
from answerlens_order_api.failing import ErrorCode, LastError
from answerlens_order_api.paging import Cursor, Limit, Page, after, cursor_of
from answerlens_order_api.problems import responses
from answerlens_order_api.rate_view import Rates
from answerlens_order_api.reading import VersionView, Wanted, rates_of, read, reports_of, version_view
from answerlens_order_api.report import LINKED_FIELD, Report
from answerlens_order_api.routes.orders import shown
from answerlens_order_api.text import Date

VersionNumber = Annotated[int, Field(ge=1, lt=2**31)]

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
    version: int | None = Field(description="of the day's report that the rates are of; null before there is one")
    rates: list[SeriesRates]


@router.get("/{order_id}/report", response_model=Report, responses=responses(HTTPStatus.CONFLICT))
async def show_report(
    order_id: UUID,
    here: Here,
    user: SignedIn,
    *,
    date: Annotated[Date | None, Query(description="the newest day by default")] = None,
    version: Annotated[VersionNumber | None, Query(description="of that day; the newest by default")] = None,
    surface: Annotated[
        Literal["browser", "api", "service"] | None, Query(description="that with the most engines by default")
    ] = None,
) -> Response:
    """The report of a day: the mention rates, each with its count and interval, as they were when it was made.

    A version is the same to the byte whenever it is read; `Report-Version` names it, and `Link` the list of versions.
    """
    await shown(here, user, order_id)
    async with here.db.transaction() as tx:
        found = await read(tx, here.settings, order_id, Wanted(date, version, surface))
    listed = f"/api/orders/{order_id}/report/versions?date={found.date}"
    headers = {"Report-Version": str(found.version), "Link": f'<{listed}>; rel="version-history"'}
    return Response(found.body, headers=headers, media_type="application/json")


@router.get("/{order_id}/report/versions", response_model=Page[VersionView])
async def list_versions(
    order_id: UUID,
    here: Here,
    user: SignedIn,
    *,
    date: Annotated[Date | None, Query(description="all days by default")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Every version of an order's reports, newest first: why it was made, what changed, what has come of it since."""
    of = f"versions {order_id} {date}"
    before = after(cursor, of, tuple[dt.date, VersionNumber])
    await shown(here, user, order_id)
    async with here.db.transaction() as tx:
        await reports_of(here.settings).file(tx, order_id, date)
        rows = await versions.page(tx, order_id, date, before, limit + 1)
    last = (rows[limit - 1]["date"], rows[limit - 1]["version"]) if len(rows) > limit else None
    return await _page(lambda: [version_view(row) for row in rows[:limit]], cursor_of(of, last) if last else None)


@router.get("/{order_id}/measurements", response_model=Page[SeriesDay])
async def list_measurements(
    order_id: UUID, here: Here, user: SignedIn, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """The series: every day of the order with the rates of its newest report, newest first."""
    of = f"measurements {order_id}"
    (before,) = after(cursor, of, tuple[dt.date]) or (None,)
    await shown(here, user, order_id)
    async with here.db.transaction() as tx:
        await reports_of(here.settings).file(tx, order_id)
        rows = await versions.days(tx, order_id, before, limit + 1)
    last = (rows[limit - 1]["date"],) if len(rows) > limit else None
    return await _page(lambda: [_series_day(row) for row in rows[:limit]], cursor_of(of, last) if last else None)


def _series_day(row: RowMapping) -> SeriesDay:
    fields = {**row, "version": row["report_version"] or None, "rates": rates_of(row["bodies"])}
    return SeriesDay.model_validate(fields)


async def _page(items: Callable[[], Sequence[BaseModel]], following: str | None) -> Response:
    """A page whose items are made, and written, beside the event loop: of a year's reports that is half a second."""

    def written() -> str:
        return Page(items=items(), next=following).model_dump_json(by_alias=True)

    return Response(await asyncio.to_thread(written), media_type="application/json")
