"""Table `users`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping

from answerlens_common.db import Database


@dataclass(frozen=True)
class User:
    """Somebody with a key."""

    id: UUID
    name: str
    role: str

    @property
    def is_admin(self) -> bool:
        """Whether everybody's orders are theirs to see."""
        return self.role == "admin"


async def by_key(db: Database, key_sha256: str) -> User | None:
    """Whose key this is, unless it has been revoked."""
    row = await db.row(
        "SELECT id, name, role FROM users WHERE key_sha256 = :key_sha256 AND NOT revoked", key_sha256=key_sha256
    )
    return User(**row) if row else None


async def add(db: Database, name: str, role: str, key_sha256: str, *, rotate: bool) -> bool:
    """Store a user; with `rotate` an existing one gets this key and role. False when the name is taken."""
    async with db.transaction() as tx:
        stored = await tx.value(
            "INSERT INTO users (name, role, key_sha256) VALUES (:name, :role, :key_sha256)"
            " ON CONFLICT (name) DO UPDATE SET role = excluded.role, key_sha256 = excluded.key_sha256, revoked = false"
            " WHERE :rotate RETURNING true",
            name=name,
            role=role,
            key_sha256=key_sha256,
            rotate=rotate,
        )
    return stored is not None


async def page(db: Database, after: str, limit: int) -> Sequence[RowMapping]:
    """Users by name, from the one after `after`."""
    return await db.rows(
        "SELECT name, role, revoked, created_at FROM users WHERE name > :after ORDER BY name LIMIT :limit",
        after=after,
        limit=limit,
    )


async def revoke(db: Database, name: str) -> RowMapping | None:
    """Make a user's key worthless; None when there is no such user."""
    async with db.transaction() as tx:
        return await tx.row(
            "UPDATE users SET revoked = true WHERE name = :name RETURNING name, role, revoked, created_at", name=name
        )
