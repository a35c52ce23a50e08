"""A database of the revision before collections, full of the rows of a small installation."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from alembic import command
from alembic.config import Config

import answerlens_common.db.migrations
from answerlens_common.settings import PostgresSettings
from tests.golden.database import REVISION, seed


def config_of(url: str) -> Config:
    """What Alembic needs to migrate the database at an address."""
    config = Config()
    config.set_main_option("script_location", answerlens_common.db.migrations.__path__[0])
    config.attributes["url"] = PostgresSettings(url=url).sqlalchemy_url
    return config


@asynccontextmanager
async def yesterdays(postgres_url: str, name: str) -> AsyncIterator[tuple[asyncpg.Connection, Config, str]]:
    """Make it under a name on the server of an address, until the context ends: a connection, and its own address."""
    url = f"{postgres_url.rpartition('/')[0]}/{name}"
    admin = await asyncpg.connect(postgres_url)
    try:
        await admin.execute(f"DROP DATABASE IF EXISTS {name}")
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        config = config_of(url)
        await asyncio.to_thread(command.upgrade, config, REVISION)
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(seed())
            await connection.execute("SET search_path = public")
            yield connection, config, url
        finally:
            await connection.close()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
