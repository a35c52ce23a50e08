"""The session's database, migrated; emptied for each test."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from answerlens_cli.stack.environment import Addresses
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings
from tests.support import network


@pytest.fixture(autouse=True)
def no_network_in_a_transaction() -> Iterator[list[str]]:
    """Every test fails when what it runs in this process waits for the network with a transaction open."""
    with network.watched() as taken:
        yield taken
        assert not taken, f"with a transaction open: {', '.join(taken)}"


@pytest.fixture(scope="session")
def postgres_url(addresses: Addresses) -> str:
    """The session's database, migrated."""
    subprocess.run(
        [sys.executable, "-m", "answerlens_common.db.migrations"],
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
