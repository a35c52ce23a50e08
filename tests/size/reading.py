"""How much of the database some work reads, whatever statements it sends: counted by the server."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction

_BLOCKS = """
SELECT COALESCE(sum(COALESCE(heap_blks_hit, 0) + COALESCE(heap_blks_read, 0) + COALESCE(idx_blks_hit, 0)
    + COALESCE(idx_blks_read, 0)), 0)::bigint FROM pg_statio_user_tables
"""


class _UndoError(Exception):
    """Ends a transaction of which nothing is to stay."""


async def blocks_read(db: Database, work: Callable[[Transaction], Awaitable[object]]) -> int:
    """The blocks (8 kB) of tables and indexes that `work` looks at in a transaction, of which nothing stays.

    Nobody else may use the database meanwhile.
    """
    before: int = await db.value(_BLOCKS)
    with suppress(_UndoError):
        async with db.transaction() as tx:
            await work(tx)
            # the figures are told when the transaction ends, not up to a second later
            await tx.execute("SELECT pg_stat_force_next_flush()")
            raise _UndoError
    after: int = await db.value(_BLOCKS)
    return after - before
