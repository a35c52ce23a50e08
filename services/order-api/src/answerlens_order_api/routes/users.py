"""`/api/users`: who has a key (admins only)."""

from http import HTTPStatus

from fastapi import APIRouter

from answerlens_order_api.rest.auth import Admin
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.accounts import manage
from answerlens_orders.accounts.form import UserForm
from answerlens_orders.accounts.views import NewUser, UserView
from answerlens_orders.fields import UserName
from answerlens_orders.paging import Page

router = APIRouter(prefix="/api/users", tags=["users"], responses=responses(HTTPStatus.FORBIDDEN))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=responses(
        HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
    ),
)
async def add_user(form: UserForm, ctx: Ctx, _: Admin) -> NewUser:
    """Add a user, or give an existing one a new key. The key is shown this once."""
    return await manage.add_user(ctx.db, form)


@router.get("", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_users(ctx: Ctx, _: Admin, limit: Limit = 20, cursor: Cursor = None) -> Page[UserView]:
    """Users by name."""
    return await manage.list_users(ctx.db, limit, cursor)


@router.delete("/{name}", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
async def revoke_user(name: UserName, ctx: Ctx, admin: Admin) -> UserView:
    """Revoke a user's key. What the user ordered stays; one admin always stays too."""
    return await manage.revoke_user(ctx.db, name, admin.name)
