"""`/api/orders/{id}/evidence` and `/reanalyse`: what a number was made of, and making it again."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from answerlens_order_api.auth import SignedIn
from answerlens_order_api.context import Here
from answerlens_order_api.evidence import Evidence, Wanted, evidence_of, list_of
from answerlens_order_api.paging import Cursor, Limit, after
from answerlens_order_api.problems import responses
from answerlens_order_api.reanalysing import ReanalysisForm, by_date, reanalyse
from answerlens_order_api.routes.orders import shown
from answerlens_order_api.text import Date, Filter
from answerlens_order_api.views import OrderView

DROPPED = "答案已删除，无法重新分析。 The answers have been dropped and cannot be analysed again."

router = APIRouter(
    prefix="/api/orders",
    tags=["lineage"],
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)


class DayAgain(BaseModel):
    """A day that is analysed again."""

    date: dt.date
    engines: list[str] = Field(examples=[["chat-a", "chat-b"]])


class DayLeft(DayAgain):
    """A day that keeps its rates as they are, with the names of then."""

    reason: str


class ReanalysisView(BaseModel):
    """What is analysed again, and what could not be."""

    order: OrderView
    days: list[DayAgain] = Field(
        description="running until their new rates are there; GET /api/orders/{id}/events?date= follows a day"
    )
    not_recomputed: list[DayLeft]


@router.get("/{order_id}/evidence")
async def show_evidence(  # noqa: PLR0913 - one for each part of the question
    order_id: UUID,
    here: Here,
    user: SignedIn,
    *,
    date: Annotated[Date | None, Query(description="the newest day by default")] = None,
    engine: Annotated[Filter | None, Query(description="all by default")] = None,
    rate: Annotated[
        Filter | None,
        Query(description="such as mention_rate[cluster=3]; without one every answer, failed ones too"),
    ] = None,
    cluster: Annotated[int | None, Query(ge=0, le=9999)] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Evidence:
    """The answers behind a rate: question, score, where the brand is named, links; and the versions of what made it."""
    key = after(cursor, list_of(order_id), tuple[str, str, int])
    order = await shown(here, user, order_id)
    return await evidence_of(here.db, order, Wanted(date, engine, rate, cluster, key, limit))


@router.post(
    "/{order_id}/reanalyse",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ),
)
async def reanalyse_order(
    order_id: UUID, here: Here, user: SignedIn, form: ReanalysisForm | None = None
) -> ReanalysisView:
    """Look for other names, or the same again, in every answer that is still kept. Nobody is asked again.

    The reports stay as they are; each day whose rates change has a new version when it has been analysed.
    """
    order = await shown(here, user, order_id)
    found = await reanalyse(here, user, order, form or ReanalysisForm())
    return ReanalysisView(
        order=await shown(here, user, order_id),
        days=[DayAgain(date=date, engines=engines) for date, engines in by_date(found.again).items()],
        not_recomputed=[
            DayLeft(date=date, engines=engines, reason=DROPPED) for date, engines in by_date(found.dropped).items()
        ],
    )
