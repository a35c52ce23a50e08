"""`/api/orders/{id}/report`, its versions, and `/measurements`: what was found, on a day and over time."""

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.fields import Date
from answerlens_orders.orders.read import check_sees
from answerlens_orders.paging import Page
from answerlens_orders.reports import read as reports
from answerlens_orders.reports.read import ReportQuery, VersionNumber
from answerlens_orders.reports.views import Report, SeriesDay, VersionView

router = APIRouter(
    prefix="/api/orders",
    tags=["reports"],
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)


@router.get("/{order_id}/report", response_model=Report, responses=responses(HTTPStatus.CONFLICT))
async def show_report(
    order_id: UUID,
    ctx: Ctx,
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
    await check_sees(ctx.db, user, order_id)
    async with ctx.db.transaction() as tx:
        found = await reports.read(tx, ctx.settings, order_id, ReportQuery(date, version, surface))
    listed = f"/api/orders/{order_id}/report/versions?date={found.date}"
    headers = {"Report-Version": str(found.version), "Link": f'<{listed}>; rel="version-history"'}
    return Response(found.body, headers=headers, media_type="application/json")


@router.get("/{order_id}/report/versions", response_model=Page[VersionView])
async def list_versions(
    order_id: UUID,
    ctx: Ctx,
    user: SignedIn,
    *,
    date: Annotated[Date | None, Query(description="all days by default")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Every version of an order's reports, newest first: why it was made, what changed, what has come of it since."""
    page = await reports.list_versions(ctx.db, ctx.settings, user, order_id, date=date, limit=limit, cursor=cursor)
    return Response(page, media_type="application/json")


@router.get("/{order_id}/measurements", response_model=Page[SeriesDay])
async def list_measurements(
    order_id: UUID, ctx: Ctx, user: SignedIn, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """The series: every day of the order with the rates of its newest report, newest first."""
    page = await reports.list_days(ctx.db, ctx.settings, user, order_id, limit=limit, cursor=cursor)
    return Response(page, media_type="application/json")
