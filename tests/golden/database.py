"""The seeded database: restored at the revision it was dumped at, then migrated as an installation would be.

What there was not yet at that revision is put in then (`later`).
"""

import asyncio
import gzip
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config

import answerlens_common.db.migrations
from answerlens_common.settings import PostgresSettings
from tests.golden import clock, later

SEED = Path(__file__).parent / "seed.sql.gz"
REVISION = "0019"
"""Of the schema that `seed.sql.gz` was dumped from. Neither of the two ever changes: an upgrade finds them so."""


def seed() -> str:
    """The seed's statements."""
    return gzip.decompress(SEED.read_bytes()).decode()


async def restored(server_url: str, name: str) -> str:
    """Make the database `name` on the server of `server_url`; its address."""
    url = await _created(server_url, name, "template0")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(clock.SQL)
    finally:
        await connection.close()
    await asyncio.to_thread(_upgrade, url, REVISION)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(seed())
    finally:
        await connection.close()
    await asyncio.to_thread(_upgrade, url, "head")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(later.SQL)
    finally:
        await connection.close()
    return url


async def copied(url: str, name: str) -> str:
    """Make the database `name` as a copy of the one at `url`, which must have no connections; its address."""
    return await _created(url, name, url.rpartition("/")[2])


async def _created(server_url: str, name: str, template: str) -> str:
    server = server_url.rpartition("/")[0]
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        await connection.execute(f"ALTER DATABASE {name} SET search_path = {clock.SEARCH_PATH}")
    finally:
        await connection.close()
    return f"{server}/{name}"


def _upgrade(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(answerlens_common.db.migrations.__file__).parent))
    config.attributes["url"] = PostgresSettings(url=url).sqlalchemy_url
    command.upgrade(config, revision)
