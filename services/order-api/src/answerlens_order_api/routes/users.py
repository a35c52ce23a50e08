"""`/api/users`: who has a key (admins only)."""

import datetime as dt
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from answerlens_common.errors import ConflictError, FieldFault, NotFoundError, RefusedError
from answerlens_order_api.auth import Admin
from answerlens_order_api.cache import users
from answerlens_order_api.context import Here
from answerlens_order_api.forms import Form
from answerlens_order_api.keys import new_key, sha256_of
from answerlens_order_api.paging import Cursor, Limit, Page, after, cursor_of
from answerlens_order_api.problems import responses
from answerlens_order_api.text import UserName

router = APIRouter(prefix="/api/users", tags=["users"], responses=responses(HTTPStatus.FORBIDDEN))


class UserForm(Form):
    """Somebody who is to get a key."""

    name: UserName = Field(examples=["acme"])
    role: Literal["client", "admin"] | None = Field(
        default=None, description="of a new user, who needs one; an existing user's stays as it is", examples=["client"]
    )
    rotate: bool = Field(
        default=False, description="give an existing user a new key: the old one ends, all else stays as it is"
    )


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
    responses=responses(
        HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
    ),
)
async def add_user(form: UserForm, here: Here, _: Admin) -> NewUser:
    """Add a user, or give an existing one a new key. The key is shown this once."""
    key = new_key()
    if form.role is not None:
        role = await users.add(here.db, form.name, form.role, sha256_of(key), rotate=form.rotate)
        if role is None:
            detail = f'{form.name} exists already; "rotate": true gives a new key'
            raise ConflictError(detail)
    elif form.rotate:
        role = await users.rotate(here.db, form.name, sha256_of(key))
        if role is None:
            detail = f'there is no user {form.name}; a "role" adds one'
            raise NotFoundError(detail)
    else:
        detail = "1 field is not valid"
        raise RefusedError(detail, FieldFault("role", "a new user needs one: client or admin"))
    return NewUser(name=form.name, role=role, key=key)


@router.get("", responses=responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_users(here: Here, _: Admin, limit: Limit = 20, cursor: Cursor = None) -> Page[UserView]:
    """Users by name."""
    (name,) = after(cursor, "users", tuple[UserName]) or ("",)
    rows = await users.page(here.db, name, limit + 1)
    items = [UserView(**row) for row in rows[:limit]]
    return Page(items=items, next=cursor_of("users", (items[-1].name,)) if len(rows) > limit else None)


@router.delete("/{name}", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
async def revoke_user(name: UserName, here: Here, admin: Admin) -> UserView:
    """Revoke a user's key. What the user ordered stays; one admin always stays too."""
    if name == admin.name:
        detail = "you cannot revoke your own key: have another admin do it"
        raise ConflictError(detail)
    row = await users.revoke(here.db, name)
    if row is None:
        detail = f"there is no user {name}"
        raise NotFoundError(detail)
    return UserView(**row)
