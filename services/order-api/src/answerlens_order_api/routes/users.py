"""`/api/users`: who has a key (admins only)."""

import datetime as dt
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from answerlens_order_api.auth import Admin
from answerlens_order_api.cache import users
from answerlens_order_api.context import Here
from answerlens_order_api.keys import new_key, sha256_of
from answerlens_order_api.paging import Cursor, Limit, Page, after, cursor_of
from answerlens_order_api.problems import ProblemError, responses
from answerlens_order_api.text import UserName

router = APIRouter(prefix="/api/users", tags=["users"], responses=responses(HTTPStatus.FORBIDDEN))


class UserForm(BaseModel):
    """Somebody who is to get a key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: UserName = Field(examples=["acme"])
    role: Literal["client", "admin"]
    rotate: bool = Field(default=False, description="give an existing user a new key; the old one ends")


class NewUser(BaseModel):
    """A user with the key, which is shown this once."""

    name: str
    role: str
    key: str = Field(examples=["al_" + "x" * 43])


class UserView(BaseModel):
    """A user."""

    name: str
    role: str
    revoked: bool
    created_at: dt.datetime


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=responses(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def add_user(form: UserForm, here: Here, _: Admin, response: Response) -> NewUser:
    """Add a user. The key is shown this once."""
    key = new_key()
    if not await users.add(here.db, form.name, form.role, sha256_of(key), rotate=form.rotate):
        raise ProblemError(HTTPStatus.CONFLICT, f'{form.name} exists already; "rotate": true gives a new key')
    response.headers["Cache-Control"] = "no-store"
    return NewUser(name=form.name, role=form.role, key=key)


@router.get("", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_users(here: Here, _: Admin, limit: Limit = 20, cursor: Cursor = None) -> Page[UserView]:
    """Users by name."""
    (name,) = after(cursor, tuple[UserName]) or ("",)
    rows = await users.page(here.db, name, limit + 1)
    items = [UserView(**row) for row in rows[:limit]]
    return Page(items=items, next=cursor_of((items[-1].name,)) if len(rows) > limit else None)


@router.delete("/{name}", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
async def revoke_user(name: UserName, here: Here, admin: Admin) -> UserView:
    """Revoke a user's key. What the user ordered stays."""
    if name == admin.name:
        raise ProblemError(HTTPStatus.CONFLICT, "you cannot revoke your own key; another admin can")
    row = await users.revoke(here.db, name)
    if row is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no user {name}")
    return UserView(**row)
