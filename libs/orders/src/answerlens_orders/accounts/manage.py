"""An admin gives users their keys, and revokes them."""

from answerlens_common.db import Database
from answerlens_common.errors import ConflictError, FieldFault, NotFoundError, RefusedError
from answerlens_orders.accounts import store
from answerlens_orders.accounts.form import UserForm
from answerlens_orders.accounts.keys import new_key, sha256_of
from answerlens_orders.accounts.views import NewUser, UserView
from answerlens_orders.fields import UserName
from answerlens_orders.paging import Page, after, cursor_of

_LIST = "users"


async def add_user(db: Database, form: UserForm) -> NewUser:
    """Add a user, or give an existing one a new key, as the form says.

    Raises:
        ConflictError: there is such a user, and the form does not ask for a new key.
        NotFoundError: there is no such user, and the form gives no role.
        RefusedError: the form gives no role, and does not ask for a new key.
    """
    key = new_key()
    if form.role is not None:
        role = await store.add(db, form.name, form.role, sha256_of(key), rotate=form.rotate)
        if role is None:
            detail = f'{form.name} exists already; "rotate": true gives a new key'
            raise ConflictError(detail)
    elif form.rotate:
        role = await store.rotate(db, form.name, sha256_of(key))
        if role is None:
            detail = f'there is no user {form.name}; a "role" adds one'
            raise NotFoundError(detail)
    else:
        detail = "1 field is not valid"
        raise RefusedError(detail, FieldFault("role", "a new user needs one: client or admin"))
    return NewUser(name=form.name, role=role, key=key)


async def list_users(db: Database, limit: int, cursor: str | None) -> Page[UserView]:
    """One page of the users, by name.

    Raises:
        BadCursorError: the cursor is not one of this list.
    """
    (name,) = after(cursor, _LIST, tuple[UserName]) or ("",)
    rows = await store.page(db, name, limit + 1)
    items = [UserView(**vars(row)) for row in rows[:limit]]
    return Page(items=items, next=cursor_of(_LIST, (items[-1].name,)) if len(rows) > limit else None)


async def revoke_user(db: Database, name: str, by: str) -> UserView:
    """Revoke a user's key; `by` is the name of the admin who does it.

    Raises:
        ConflictError: it is the admin's own key.
        LastAdminError: no other admin has a key.
        NotFoundError: there is no such user.
    """
    if name == by:
        detail = "you cannot revoke your own key: have another admin do it"
        raise ConflictError(detail)
    row = await store.revoke(db, name)
    if row is None:
        detail = f"there is no user {name}"
        raise NotFoundError(detail)
    return UserView(**vars(row))
