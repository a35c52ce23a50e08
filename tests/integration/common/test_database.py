"""What interrupts a transaction is no fault of the work: it is told from errors of ours, and costs no attempt."""

import asyncio
from dataclasses import dataclass

import pytest

from answerlens_common.broker.delivery import Delivery
from answerlens_common.db import Database, DatabaseLostError
from answerlens_common.settings import PostgresSettings
from tests.integration.common.bench import EVENT, REQUESTED, SEARCHED, Bench


@pytest.mark.fault("F18")
@pytest.mark.parametrize("state", ["40001", "40P01", "25P03", "53100", "53200", "58030"])
async def test_a_transaction_that_another_got_in_the_way_of_is_repeated_as_a_whole(
    bench: Bench, delivery: Delivery, state: str
) -> None:
    bench.conflicts = [state] * 4  # more often than an attempt may fail
    await delivery.publish(EVENT)
    await bench.messages(SEARCHED.name, 1, 30)
    assert not bench.conflicts
    assert await bench.waiting(REQUESTED.dead) == 0
    assert await bench.waiting("order-api.stage-failed") == 0
    assert await bench.db.value("SELECT attempts FROM claim") == 1


@pytest.mark.fault("F18")
async def test_a_deadlock_gives_one_side_up_and_nothing_of_it_stays(database: Database) -> None:
    async def take(first: str, second: str) -> None:
        async with database.transaction() as tx:
            await tx.execute("INSERT INTO users (name, role, key_sha256) VALUES (:name, 'client', :name)", name=first)
            met.append(first)
            while len(met) < 2:  # noqa: ASYNC110 - the other side is another task
                await asyncio.sleep(0.01)
            await tx.execute("INSERT INTO users (name, role, key_sha256) VALUES (:name, 'client', :name)", name=second)

    met: list[str] = []
    ends = await asyncio.gather(take("a", "b"), take("b", "a"), return_exceptions=True)
    assert [end for end in ends if end is not None]
    assert {type(end) for end in ends} == {type(None), DatabaseLostError}
    assert await database.value("SELECT count(*) FROM users") == 2


@pytest.mark.fault("F52")
async def test_an_exhausted_pool_is_a_database_out_of_reach_until_it_is_not(postgres_url: str) -> None:
    async with Database(PostgresSettings(url=postgres_url, pool_size=1)) as db:
        db._engine.sync_engine.pool._timeout = 0.2  # type: ignore[attr-defined] # half a minute otherwise
        async with db.transaction():
            with pytest.raises(DatabaseLostError):
                await db.value("SELECT 1")
        assert await db.value("SELECT 1") == 1


@dataclass(frozen=True)
class Sum:
    number: int
    names: list[str]


async def test_a_row_comes_as_an_object_of_the_class_that_is_asked_for(database: Database) -> None:
    both = "SELECT number, ARRAY[CAST(:name AS text)] AS names FROM generate_series(1, :most) AS number ORDER BY number"
    assert await database.rows(both, Sum, name="a", most=2) == [Sum(1, ["a"]), Sum(2, ["a"])]
    assert await database.row(both, Sum, name="a", most=2) == Sum(1, ["a"])
    assert await database.row(both, Sum, name="a", most=0) is None
    async with database.transaction() as tx:
        assert await tx.rows(both, Sum, name="a", most=1) == [Sum(1, ["a"])]
        assert await tx.row(both, Sum, name="a", most=1) == Sum(1, ["a"])
        with pytest.raises(TypeError, match="number"):
            await tx.row("SELECT ARRAY['a'] AS names", Sum)
