"""Replies of the language model, kept for the next process that sends the same request, later or at the same time.

A row stands for a request. Without a reply it is a claim with a lease: its holder is asking, the others wait for what
it gets and take over when the lease ends. A holder that gets nothing worth keeping gives the claim back.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final
from uuid import UUID, uuid4

from answerlens_common.aio.tasks import cancel_and_wait
from answerlens_common.db import Database
from answerlens_common.errors import TransientError

LEASE_SECONDS: Final = 15.0
_LOOK_SECONDS: Final = 0.5

_TAKE = """
INSERT INTO llm_reply AS known (key, holder, lease_until)
VALUES (:key, :holder, clock_timestamp() + make_interval(secs => :lease))
ON CONFLICT (key) DO UPDATE SET
    holder = excluded.holder, lease_until = excluded.lease_until, reply = NULL, created_at = clock_timestamp()
WHERE CASE WHEN known.reply IS NULL THEN known.lease_until < clock_timestamp()
    ELSE known.created_at < clock_timestamp() - make_interval(days => :days) END
RETURNING 1
"""
_LOOK = """
SELECT reply, EXTRACT(EPOCH FROM lease_until - clock_timestamp())::float AS seconds FROM llm_reply WHERE key = :key
"""
_RENEW = """
UPDATE llm_reply SET lease_until = clock_timestamp() + make_interval(secs => :lease)
WHERE key = :key AND holder = :holder AND reply IS NULL
"""
_KEEP = "UPDATE llm_reply SET reply = :reply WHERE key = :key AND holder = :holder AND reply IS NULL"
_GIVE_BACK = "DELETE FROM llm_reply WHERE key = :key AND holder = :holder AND reply IS NULL"


class Replies:
    """The replies of all replicas."""

    def __init__(self, db: Database, days: int, lease_seconds: float = LEASE_SECONDS) -> None:
        self._db = db
        self._days = days
        self._lease = lease_seconds

    async def once(self, key: str, ask: Callable[[], Awaitable[tuple[str, bool]]]) -> str:
        """Return the kept reply, or what another replica is being given, or what `ask` returns.

        Args:
            key: the same for the same request.
            ask: asks the model; returns the reply and whether it is worth keeping.
        """
        holder = uuid4()
        while True:
            if await self._take(key, holder):
                return await self._ask(key, holder, ask)
            row = await self._db.row(_LOOK, key=key)
            if row is None:
                continue
            if row["reply"] is not None:
                return str(row["reply"])
            await asyncio.sleep(min(max(row["seconds"], 0.01), _LOOK_SECONDS))

    async def _take(self, key: str, holder: UUID) -> bool:
        taken = await self._db.value(_TAKE, key=key, holder=holder, lease=self._lease, days=self._days)
        return taken is not None

    async def _ask(self, key: str, holder: UUID, ask: Callable[[], Awaitable[tuple[str, bool]]]) -> str:
        try:
            async with self._held(key, holder):
                reply, is_worth_keeping = await ask()
        except BaseException:
            # should this fail as well, the lease ends by itself
            with suppress(TransientError):
                await asyncio.shield(self._give_back(key, holder))
            raise
        if is_worth_keeping:
            await self._execute(_KEEP, key=key, holder=holder, reply=reply)
        else:
            await self._give_back(key, holder)
        return reply

    async def _give_back(self, key: str, holder: UUID) -> None:
        await self._execute(_GIVE_BACK, key=key, holder=holder)

    @asynccontextmanager
    async def _held(self, key: str, holder: UUID) -> AsyncIterator[None]:
        """Renew the lease in the background."""
        beat = asyncio.create_task(self._beat(key, holder))
        try:
            yield
        finally:
            await cancel_and_wait(beat)

    async def _beat(self, key: str, holder: UUID) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            with suppress(TransientError):
                await self._execute(_RENEW, key=key, holder=holder, lease=self._lease)

    async def _execute(self, sql: str, **values: object) -> None:
        async with self._db.transaction() as tx:
            await tx.execute(sql, **values)
