"""Transactions are short, and none is open while the network is waited for; single statements have none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import structlog

from answerlens_common.broker.connecting import connect
from answerlens_common.broker.delivery import Delivery
from answerlens_common.db import Database, open_transactions
from answerlens_common.db.open_transactions import Longest, is_open
from answerlens_common.events import RefreshRequested
from answerlens_common.observing import metrics
from answerlens_common.settings import PostgresSettings, RabbitSettings, WorkSettings
from tests.integration.common.bench import EVENT
from tests.support.network import NetworkInTransactionError


@pytest.fixture
async def one(postgres_url: str) -> AsyncIterator[Database]:
    """A pool of one connection."""
    async with Database(PostgresSettings(url=postgres_url, pool_size=1)) as db:
        yield db


def measured() -> float:
    """How many transactions the metric has counted."""
    (metric,) = metrics.transaction_duration.collect()
    (count,) = [sample.value for sample in metric.samples if sample.name.endswith("_count")]
    return float(count)


async def test_a_transaction_is_open_for_who_is_inside_and_for_the_tasks_they_started_until_it_ends(
    database: Database,
) -> None:
    async def look() -> bool:
        return is_open()

    assert not is_open()
    ended = asyncio.Event()

    async def look_later() -> bool:
        await ended.wait()
        return is_open()

    async with database.transaction():
        assert is_open()
        assert await asyncio.create_task(look())
        later = asyncio.create_task(look_later())
        async with database.transaction():
            assert is_open()
        assert is_open(), "the outer one is"
    assert not is_open()
    ended.set()
    assert not await later
    with pytest.raises(RuntimeError):
        async with database.transaction():
            raise RuntimeError
    assert not is_open()


async def test_the_longest_transaction_is_known_with_who_held_it_and_a_long_one_is_logged(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def holds(seconds: float) -> None:
        async with database.transaction() as tx:
            await tx.value("SELECT pg_sleep(:seconds)", seconds=seconds)

    monkeypatch.setattr(open_transactions, "LONG_SECONDS", 0.2)
    database.longest = Longest()  # emptying the database may have been longer
    before = measured()
    with structlog.testing.capture_logs() as logs:
        await holds(0.01)
        assert [entry for entry in logs if entry["event"] == "long transaction"] == []
        await holds(0.3)
    (logged,) = [entry for entry in logs if entry["event"] == "long transaction"]
    assert logged["callers"].startswith("test_transactions.")
    assert "holds" in logged["callers"]
    assert database.longest.seconds >= 0.3
    assert database.longest.callers == logged["callers"]
    assert measured() == before + 2


async def test_single_statements_are_committed_by_themselves_without_begin_and_commit(one: Database) -> None:
    first = await one.value("SELECT pg_current_xact_id()::text")
    assert await one.value("SELECT pg_current_xact_id()::text") != first
    await one.execute("CREATE TEMPORARY TABLE committed (n int) ON COMMIT DROP")
    assert await one.value("SELECT to_regclass('pg_temp.committed')") is None, "it was committed, and so dropped"
    async with one.transaction() as tx:
        first = await tx.value("SELECT pg_current_xact_id()::text")
        assert await tx.value("SELECT pg_current_xact_id()::text") == first


async def test_a_connection_that_the_server_has_closed_is_replaced_before_it_is_used(
    one: Database, database: Database
) -> None:
    pid = await one.value("SELECT pg_backend_pid()")
    await database.value("SELECT pg_terminate_backend(:pid, 5000)", pid=pid)
    await asyncio.sleep(0.1)
    assert await one.value("SELECT pg_backend_pid()") != pid
    async with one.transaction() as tx:
        assert await tx.value("SELECT 1") == 1


WAYS: dict[str, Callable[[Delivery, str], Awaitable[object]]] = {
    "publish": lambda delivery, _: delivery.publish(RefreshRequested(date=EVENT.date)),
    "connect": lambda _, url: connect(url),
    "http": lambda *_: httpx.AsyncClient().get("http://127.0.0.1:1/"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_who_waits_for_the_network_in_a_transaction_is_found(
    database: Database, rabbitmq_url: str, no_network_in_a_transaction: list[str], way: str
) -> None:
    delivery = Delivery("test", RabbitSettings(url=rabbitmq_url), WorkSettings())
    await delivery.start()
    with pytest.raises(NetworkInTransactionError):
        async with database.transaction():
            await WAYS[way](delivery, rabbitmq_url)
    assert no_network_in_a_transaction
    no_network_in_a_transaction.clear()
    await delivery.stop()
    assert no_network_in_a_transaction == []
