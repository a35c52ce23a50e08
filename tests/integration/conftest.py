"""A real PostgreSQL and a real RabbitMQ for the whole session: private instances unless the environment names some."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from answerlens_cli.stack.environment import Addresses
from answerlens_cli.stack.stack import backing_services
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """Where the session's own database and broker are."""
    with backing_services(tmp_path_factory.mktemp("run")) as found:
        yield found


@pytest.fixture(scope="session")
def rabbitmq_url(addresses: Addresses) -> str:
    return addresses.rabbitmq_url


@pytest.fixture(scope="session")
def postgres_url(addresses: Addresses) -> str:
    """The session's database, migrated."""
    subprocess.run(
        [sys.executable, "-m", "answerlens_common.migrations"],
        check=True,
        env={**os.environ, "ANSWERLENS_POSTGRES_URL": addresses.postgres_url},
        cwd=Path(__file__).parent,
    )
    return addresses.postgres_url


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """The database, emptied."""
    async with Database(PostgresSettings(url=postgres_url)) as db:
        async with db.transaction() as tx:
            tables = await tx.rows(
                "SELECT format('%I', relname) AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition"
                " AND relname <> 'alembic_version'"
            )
            await tx.execute(f"TRUNCATE {', '.join(row['name'] for row in tables)} RESTART IDENTITY CASCADE")
        yield db
