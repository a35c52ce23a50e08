"""How Alembic connects, and what it compares."""

import asyncio
import re

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from answerlens_common.db.tables import metadata

PARTITION = re.compile(r"day_.*|.*_(shared|private)")


def _include(name: str | None, kind: str, _parents: object) -> bool:
    """Leave partitions out of the comparison: those of a class, and those of a day."""
    return not (kind == "table" and PARTITION.fullmatch(name or ""))


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, include_name=_include)
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


asyncio.run(_run())
