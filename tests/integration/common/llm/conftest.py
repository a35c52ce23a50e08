"""Two replicas: each its own pool of connections; and the endpoint both ask."""

from collections.abc import AsyncIterator

import pytest

from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings
from tests.support.chat_endpoint import ChatEndpoint, chat_endpoint


@pytest.fixture
async def replicas(database: Database, postgres_url: str) -> AsyncIterator[tuple[Database, Database]]:
    async with Database(PostgresSettings(url=postgres_url)) as other:
        await other.value("SELECT 1")
        yield database, other


@pytest.fixture
async def endpoint() -> AsyncIterator[ChatEndpoint]:
    async with chat_endpoint() as endpoint:
        yield endpoint
