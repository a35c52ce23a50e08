import asyncio
import itertools
import time

from answerlens_collector.pace import keep_pace
from answerlens_common.db import Database

SPACING = 0.3


async def test_two_collectors_on_one_account_ask_no_faster_than_one(database: Database) -> None:
    asked: list[float] = []

    async def collect(db: Database) -> None:
        for _ in range(3):
            await keep_pace(db, "chat-a", SPACING)
            asked.append(time.monotonic())

    async with Database(database.settings) as other:
        await asyncio.gather(collect(database), collect(other))
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert len(gaps) == 5
    # a turn is given by the database's clock; ours sees it a little later, never much earlier
    assert min(gaps) > SPACING / 2
    assert asked[-1] - asked[0] > SPACING * 5 - SPACING / 2


async def test_an_engine_without_a_pace_is_asked_at_once(database: Database) -> None:
    for _ in range(3):
        await keep_pace(database, "chat-a", 0.0)
    assert await database.value("SELECT count(*) FROM rate_limit") == 0
