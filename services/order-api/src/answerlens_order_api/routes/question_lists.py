"""`/api/keywords/{keyword}/questions` and `/question-list`: an admin lists what people ask about a keyword."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from answerlens_order_api.rest.auth import Admin, admin_only
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.accounts.store import User
from answerlens_orders.fields import Keyword
from answerlens_orders.keywords import lists
from answerlens_orders.keywords.list_form import ListForm
from answerlens_orders.keywords.list_views import ListedQuestion, ListRemoved, ListTaken
from answerlens_orders.paging import Page

router = APIRouter(prefix="/api/keywords", tags=["admin"], responses=responses(HTTPStatus.FORBIDDEN))

QuestionId = Annotated[str, Path(max_length=100, description="as the list shows it")]


MayList = Annotated[
    User, Depends(admin_only("a keyword's questions are shared by all its orders: only an admin may list some"))
]


@router.post(
    "/{keyword:path}/questions",
    responses=responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
async def add_questions(keyword: Keyword, form: ListForm, ctx: Ctx, admin: MayList) -> ListTaken:
    """List questions that people ask about a keyword: pasted lines, a CSV or an Excel file, checked row by row.

    They are a source of the bank that all orders on the keyword share, from its next search on. The same list, sent
    again, changes nothing.
    """
    return await lists.add_questions(ctx.db, ctx.heavy, ctx.settings, admin, keyword, form)


@router.get("/{keyword:path}/question-list", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_listed(
    keyword: Keyword, ctx: Ctx, _: Admin, limit: Limit = 20, cursor: Cursor = None
) -> Page[ListedQuestion]:
    """The questions that admins have listed for a keyword, in the order in which they were added."""
    return await lists.list_questions(ctx.db, keyword, limit, cursor)


@router.delete("/{keyword:path}/question-list", responses=responses(HTTPStatus.NOT_FOUND))
async def clear_listed(keyword: Keyword, ctx: Ctx, _: Admin) -> ListRemoved:
    """Take all questions off a keyword's list. Banks that were made of it stay as they are."""
    return await lists.remove_questions(ctx.db, ctx.settings, keyword, None)


@router.delete("/{keyword:path}/question-list/{question_id}", responses=responses(HTTPStatus.NOT_FOUND))
async def remove_listed(keyword: Keyword, question_id: QuestionId, ctx: Ctx, _: Admin) -> ListRemoved:
    """Take a question off a keyword's list. Banks that were made of it stay as they are."""
    return await lists.remove_questions(ctx.db, ctx.settings, keyword, question_id)
