"""`/api/keywords/{keyword}/sources` and `/questions`: the sites that answers rest on, and what was asked."""

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from answerlens_order_api.rest.auth import SignedIn
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.fields import Date, Keyword
from answerlens_orders.keywords import questions, sources
from answerlens_orders.keywords.questions import BankVersion
from answerlens_orders.keywords.sources import SourcesQuery
from answerlens_orders.keywords.views import Questions, SourcesView

router = APIRouter(prefix="/api/keywords", tags=["reports"])


@router.get("/{keyword:path}/sources", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_sources(  # noqa: PLR0917 - FastAPI passes them by name
    keyword: Keyword,
    ctx: Ctx,
    user: SignedIn,
    date: Annotated[Date | None, Query(description="the newest day whose answers are kept by default")] = None,
    order: Annotated[
        UUID | None,
        Query(description="one of your orders on the keyword; by default the newest with a completed measurement"),
    ] = None,
    surface: Annotated[
        Literal["browser", "api", "service"] | None, Query(description="that with the most answers by default")
    ] = None,
    limit: Limit = 20,
) -> SourcesView:
    """The sites that answers cite most, on days on which a measurement of yours was completed.

    Answers are not kept for long.
    """
    query = SourcesQuery(date, order, surface, limit)
    sandbox = bool(ctx.settings.sandbox.url)
    return await sources.list_sources(ctx.db, ctx.heavy, user, keyword, query, sandbox=sandbox)


@router.get("/{keyword:path}/questions", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_questions(
    keyword: Keyword,
    ctx: Ctx,
    user: SignedIn,
    version: Annotated[
        BankVersion | None,
        Query(description="of the bank; by default the newest that a day of yours was measured with"),
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Questions:
    """What the engines are asked, and what people asked that it was written from.

    The banks are those of days on which a measurement of yours was completed.
    """
    return await questions.list_questions(ctx.db, ctx.heavy, user, keyword, version=version, limit=limit, cursor=cursor)
