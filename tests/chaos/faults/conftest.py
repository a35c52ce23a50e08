"""Servers for the faults of this folder, and a bench for each case."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings
from answerlens_orders.accounts import store as users
from answerlens_orders.accounts.keys import new_key, sha256_of
from tests.chaos.backing import Backing, harmable, program
from tests.chaos.faults.bench import RETRY_DELAYS, Bench

UNLIMITED = {"ANSWERLENS_LIMIT_REQUESTS_PER_MINUTE": "1000000", "ANSWERLENS_LIMIT_ORDERS_PER_MINUTE": "1000000"}


@pytest.fixture(scope="package")
def backing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backing]:
    with harmable(tmp_path_factory.mktemp("faults") / "run") as found:
        yield found


async def emptied(rabbitmq_url: str) -> None:
    """Declare every queue and empty it."""
    queues = await declare(rabbitmq_url, ["chat-a"], RETRY_DELAYS)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        for queue in queues:
            for name in (queue.name, queue.dead, *map(queue.retry, RETRY_DELAYS)):
                await (await channel.get_queue(name, ensure=False)).purge()


async def prepared(database_url: str) -> str:
    """A table for the shop, an engine to order, and a user; the user's key."""
    key = new_key()
    async with Database(PostgresSettings(url=database_url)) as db:
        async with db.transaction() as tx:
            await tx.execute("CREATE TABLE worked (keyword text PRIMARY KEY)")
            await tx.execute(
                "INSERT INTO engine (name, kind, surface, enabled, profile)"
                " VALUES ('chat-a', 'browser', 'browser', true, '{}')"
            )
        assert await users.add(db, "client", "client", sha256_of(key), rotate=False)
    return key


@pytest.fixture
async def bench(backing: Backing, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """The shop and the order API, ready, with nothing to do; the parameter is how many seconds an answer takes."""
    await emptied(backing.rabbitmq_url)
    url = await backing.database()
    key = await prepared(url)
    journal = tmp_path / "journal"
    journal.touch()
    env = {
        "ANSWERLENS_POSTGRES_URL": url,
        "ANSWERLENS_RABBITMQ_URL": backing.rabbitmq_url,
        "ANSWERLENS_RABBITMQ_PUBLISH_TIMEOUT": "3",
        "ANSWERLENS_RETRY_DELAYS": str(list(RETRY_DELAYS)),
        "ANSWERLENS_LEASE_SECONDS": "5",
        "ANSWERLENS_SHOP_JOURNAL": str(journal),
        "ANSWERLENS_SHOP_SECONDS": str(getattr(request, "param", 0.5)),
        **UNLIMITED,
    }
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(program("tests.chaos.faults.shop", tmp_path / "shop.log", env))
        api = await stack.enter_async_context(program("answerlens_order_api", tmp_path / "api.log", env))
        yield Bench(backing, url, key, journal, shop, api, env)
