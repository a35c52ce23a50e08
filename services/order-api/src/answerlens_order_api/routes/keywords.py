"""`/api/keywords/{keyword}/sources` and `/questions`: the sites that answers rest on, and what was asked."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from answerlens_common.errors import NotFoundError
from answerlens_order_api.auth import SignedIn
from answerlens_order_api.cache import opened, sources
from answerlens_order_api.context import Here
from answerlens_order_api.paging import Cursor, Limit, after
from answerlens_order_api.problems import responses
from answerlens_order_api.questions import BankVersion, Key, Questions, list_of, questions_of
from answerlens_order_api.sources import Source, first_sources
from answerlens_order_api.text import Date, Keyword

router = APIRouter(prefix="/api/keywords", tags=["reports"])


class SourcesView(BaseModel):
    """The sources of a day's answers on one surface."""

    keyword: str = Field(examples=["蓝牙耳机"])
    order_id: UUID = Field(description="the order by whose domains links are told apart")
    date: dt.date
    surface: str = Field(examples=["browser"])
    engines: list[str] = Field(description="whose answers these are", examples=[["chat-a", "chat-b"]])
    sandbox: bool = Field(description="the answers came from the sandbox: nothing of this is real")
    answers: int = Field(description="how many answers there are, with links or without", examples=[200])
    domains: int = Field(description="how many domains they link to; `sources` has the first of them")
    sources: list[Source]


@router.get("/{keyword:path}/sources", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_sources(  # noqa: PLR0917 - FastAPI passes them by name
    keyword: Keyword,
    here: Here,
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
    async with here.db.transaction() as tx:
        placed = await opened.order(tx, user, keyword, order)
        if placed is None:
            detail = f"no measurement of yours on {keyword} has been completed"
            raise NotFoundError(detail)
        day = await sources.day(tx, user, placed["id"], date, surface)
        links = await sources.links(tx, keyword, day) if day else ""
    if day is None:
        when = date or "any day"
        detail = f"no answers on {keyword} are kept of {when} for order {placed['id']}"
        raise NotFoundError(detail)
    rivals = [domain for competitor in placed["competitors"] for domain in competitor["domains"]]
    # taking thousands of addresses apart would hold other requests up
    own = placed["brand"]["domains"]
    domains, shown = await here.heavy.run(user.id, first_sources, links, own, rivals, limit)
    return SourcesView(
        keyword=keyword,
        order_id=placed["id"],
        **vars(day),
        sandbox=bool(here.settings.sandbox.url),
        domains=domains,
        sources=shown,
    )


@router.get("/{keyword:path}/questions", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_questions(
    keyword: Keyword,
    here: Here,
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
    key = after(cursor, list_of(keyword), Key)
    return await questions_of(here, user, keyword, version=version, after=key, limit=limit)
