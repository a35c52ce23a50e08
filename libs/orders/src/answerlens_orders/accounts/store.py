"""Table `users`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import ConflictError


@dataclass(frozen=True)
class User:
    """A user: a person or a program with a key."""

    id: UUID
    name: str
    role: str

    @property
    def is_admin(self) -> bool:
        """Whether the user may see the orders of all users."""
        return self.role == "admin"


@dataclass(frozen=True)
class Caller:
    """A user who asks, and the SHA-256 of the key that came with the request."""

    user: User
    key_sha256: str


@dataclass(frozen=True)
class StoredUser:
    """A user as an admin sees one; `revoked`: the key is worth nothing any more."""

    name: str
    role: str
    revoked: bool
    created_at: dt.datetime


def scope(user: User) -> UUID | None:
    """By which user's id a user's orders are looked for; None, which is all users', for an admin."""
    return None if user.is_admin else user.id


async def by_key(tx: Transaction, key_sha256: str) -> User | None:
    """Whose key this is, unless it has been revoked."""
    return await tx.row(
        "SELECT id, name, role FROM users WHERE key_sha256 = :key_sha256 AND NOT revoked",
        User,
        key_sha256=key_sha256,
    )


async def by_keys(db: Database, keys_sha256: Sequence[str]) -> dict[str, User]:
    """Whose these keys are; those that have been revoked are left out."""
    rows = await db.rows(
        "SELECT key_sha256, id, name, role FROM users WHERE key_sha256 = ANY(CAST(:keys AS text[])) AND NOT revoked",
        keys=list(keys_sha256),
    )
    return {row["key_sha256"]: User(row["id"], row["name"], row["role"]) for row in rows}


class LastAdminError(ConflictError):
    """This is the last admin: without it no request could make another.

    Attributes:
        name: the admin's.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the last admin: add another one first (POST /api/users, `answerlens user add`)")
        self.name = name


async def add(db: Database, name: str, role: str, key_sha256: str, *, rotate: bool) -> str | None:
    """Store a user; with `rotate` an existing one gets this key, and keeps everything else.

    Returns:
        The user's role, or None when the name is taken.
    """
    async with db.transaction() as tx:
        stored: str | None = await tx.value(
            "INSERT INTO users (name, role, key_sha256) VALUES (:name, :role, :key_sha256)"
            " ON CONFLICT (name) DO UPDATE SET key_sha256 = excluded.key_sha256, revoked = false"
            " WHERE :rotate RETURNING role",
            name=name,
            role=role,
            key_sha256=key_sha256,
            rotate=rotate,
        )
    return stored


async def rotate(db: Database, name: str, key_sha256: str) -> str | None:
    """Give an existing user this key; the user's role, None when there is no such user."""
    async with db.transaction() as tx:
        role: str | None = await tx.value(
            "UPDATE users SET key_sha256 = :key_sha256, revoked = false WHERE name = :name RETURNING role",
            name=name,
            key_sha256=key_sha256,
        )
    return role


async def page(db: Database, after: str, limit: int) -> list[StoredUser]:
    """Users by name, from the one after `after`."""
    return await db.rows(
        "SELECT name, role, revoked, created_at FROM users WHERE name > :after ORDER BY name LIMIT :limit",
        StoredUser,
        after=after,
        limit=limit,
    )


async def revoke(db: Database, name: str) -> StoredUser | None:
    """Make a user's key worthless; None when there is no such user.

    Raises:
        LastAdminError: no other admin has a key.
    """
    async with db.transaction() as tx:
        # another request that revokes waits here, and then counts anew
        await tx.value("SELECT pg_advisory_xact_lock(hashtext('answerlens.admins'))")
        admins = await tx.rows("SELECT name FROM users WHERE role = 'admin' AND NOT revoked")
        if [row["name"] for row in admins] == [name]:
            raise LastAdminError(name)
        return await tx.row(
            "UPDATE users SET revoked = true WHERE name = :name RETURNING name, role, revoked, created_at",
            StoredUser,
            name=name,
        )
