"""The limit over a real database: exact, whoever asks and however many at once."""

import asyncio

import pytest

from answerlens_common.db import Database
from answerlens_common.limits.rate_limit import forget_full, take


async def test_a_burst_passes_and_then_one_at_a_time(database: Database) -> None:
    assert [await take(database, "a", 6, 3) for _ in range(3)] == [0, 0, 0]
    wait = await take(database, "a", 6, 3)
    assert 0 < wait <= 10
    # a refusal costs nothing: the wait only grows shorter
    assert await take(database, "a", 6, 3) < wait
    assert await take(database, "b", 6, 3) == 0


async def test_who_waits_as_told_is_let_in(database: Database) -> None:
    assert await take(database, "a", 120, 1) == 0
    wait = await take(database, "a", 120, 1)
    assert 0 < wait <= 0.5
    await asyncio.sleep(wait)
    assert await take(database, "a", 120, 1) == 0


async def test_several_are_counted_at_once_and_more_than_the_burst_as_the_burst(database: Database) -> None:
    assert [await take(database, "a", 6, 3, count) for count in (2, 1)] == [0, 0]
    one, two = await take(database, "a", 6, 3, 1), await take(database, "a", 6, 3, 2)
    assert 0 < one <= 10 < two <= 20
    assert [await take(database, "b", 6, 3, count) > 0 for count in (50, 1)] == [False, True]


@pytest.mark.parametrize("burst", [1, 7])
async def test_many_at_once_are_counted_exactly(database: Database, burst: int) -> None:
    waits = await asyncio.gather(*(take(database, "a", 1, burst) for _ in range(40)))
    assert waits.count(0) == burst
    assert all(0 <= wait <= 60 for wait in waits)


async def test_rows_that_limit_nobody_are_forgotten(database: Database) -> None:
    await take(database, "long ago", 60_000, 1)
    await take(database, "now", 1, 1)
    await asyncio.sleep(0.01)
    async with database.transaction() as tx:
        assert await forget_full(tx) == 1
    assert await take(database, "now", 1, 1) > 0
