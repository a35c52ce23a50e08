"""`/api/orders/{id}/evidence` and `/reanalyse`: what a number was made of, and making it again."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.evidence.evidence import EvidenceQuery, evidence_of, list_of
from answerlens_orders.evidence.form import ReanalysisForm
from answerlens_orders.evidence.reanalyse import reanalyse
from answerlens_orders.evidence.views import Evidence, ReanalysisView
from answerlens_orders.fields import Date, Filter
from answerlens_orders.orders.read import get_order_view
from answerlens_orders.paging import after

router = APIRouter(
    prefix="/api/orders",
    tags=["lineage"],
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)


@router.get("/{order_id}/evidence")
async def show_evidence(  # noqa: PLR0913 - one for each part of the question
    order_id: UUID,
    ctx: Ctx,
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
    order = await get_order_view(ctx.db, ctx.settings, user, order_id)
    return await evidence_of(ctx.db, order, EvidenceQuery(date, engine, rate, cluster, key, limit))


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
    order_id: UUID, ctx: Ctx, user: SignedIn, form: ReanalysisForm | None = None
) -> ReanalysisView:
    """Look for other names, or the same again, in every answer that is still kept. Nobody is asked again.

    The reports stay as they are; each day whose rates change has a new version when it has been analysed.
    """
    return await reanalyse(ctx.db, ctx.settings, ctx.heavy, user, order_id, form or ReanalysisForm())
