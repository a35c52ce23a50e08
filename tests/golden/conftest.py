"""The seeded database, and an API over a copy of it."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from answerlens_cli.stack.environment import Addresses
from answerlens_common.broker.declare import declare
from tests.golden import api, database, dead
from tests.golden.normalising import Names

ENGINES = ("chat-a", "chat-b", "chat-c")
Serve = Callable[[], AbstractAsyncContextManager[str]]


@pytest.fixture(scope="session")
async def seeded(addresses: Addresses) -> str:
    """The address of the restored and migrated database; it stays as it is."""
    return await database.restored(addresses.postgres_url, "golden")


@pytest.fixture(scope="session")
def serve(seeded: str, addresses: Addresses) -> Serve:
    """Runs an API over a copy of the seed, with the seed's dead letters; its address."""
    numbers = itertools.count(1)

    @asynccontextmanager
    async def serving() -> AsyncIterator[str]:
        postgres_url = await database.copied(seeded, f"golden_{next(numbers)}")
        queues = [queue.name for queue in await declare(addresses.rabbitmq_url, ENGINES, [1, 2])]
        queues += await dead.declare_former(addresses.rabbitmq_url)
        await dead.lay(addresses.rabbitmq_url, queues, dead.LETTERS)
        async with api.serving(postgres_url, addresses.rabbitmq_url) as address:
            yield address
        await dead.lay(addresses.rabbitmq_url, queues, [])

    return serving


@pytest.fixture(scope="module")
async def url(serve: Serve) -> AsyncIterator[str]:
    """The address of an API for all tests of a module: they change nothing."""
    async with serve() as address:
        yield address


@pytest.fixture
def names() -> Names:
    return Names()
