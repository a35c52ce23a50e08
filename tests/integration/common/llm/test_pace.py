"""Turns: never more in a window than the limit, over all replicas; and nobody asks while the provider wants rest."""

import asyncio
import time

from pydantic import SecretStr

from answerlens_common.db import Database
from answerlens_common.llm import LlmSettings
from answerlens_common.llm.pace import Pace

Replicas = tuple[Database, Database]


def settings(limit: int, period: float, url: str = "http://llm.test/v1") -> LlmSettings:
    return LlmSettings(base_url=url, api_key=SecretStr("key"), model="m", rate_limit=limit, rate_period_seconds=period)


async def test_two_replicas_never_exceed_the_limit_in_any_window(replicas: Replicas) -> None:
    limit, period = 40, 6.0
    paces = [Pace(db, settings(limit, period)) for db in replicas]
    moments: list[float] = []

    async def ask(number: int) -> None:
        await paces[number % 2].turn()
        moments.append(time.monotonic())

    began = time.monotonic()
    await asyncio.gather(*map(ask, range(50)))
    moments.sort()
    in_window = [sum(start <= moment < start + period for moment in moments) for start in moments]
    assert max(in_window) <= limit
    assert moments[7] - moments[0] < moments[-1] - moments[7], "after a rest a few go at once"
    # the first may hear of its turn late, where others want the processors; nobody had one before all began
    assert moments[-1] - began >= (50 - 8) * period / 30 - 0.1, "the others one by one"


async def test_another_endpoint_has_turns_of_its_own(database: Database) -> None:
    await Pace(database, settings(1, 3600)).turn()
    await asyncio.wait_for(Pace(database, settings(1, 3600, "http://other.test/v1")).turn(), 10)


async def test_a_pause_holds_every_replica_also_those_that_had_their_turn(replicas: Replicas) -> None:
    one, other = (Pace(db, settings(5, 1.0)) for db in replicas)
    await one.turn()
    waiting = asyncio.create_task(other.turn())  # its turn comes in a quarter of a second
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await one.pause(1.0)
    moments = []
    for turn in asyncio.as_completed([waiting, other.turn(), one.turn()]):
        await turn
        moments.append(time.monotonic() - started)
    assert min(moments) >= 1.0
    assert max(moments) >= 1.0 + 2 * 0.26, "afterwards they come one by one"


async def test_who_gives_up_waiting_holds_nobody_up(database: Database) -> None:
    pace = Pace(database, settings(10, 1.0))
    turns = [asyncio.create_task(pace.turn()) for _ in range(6)]
    await asyncio.sleep(0.1)
    for turn in turns[2:]:
        turn.cancel()
    await asyncio.gather(*turns, return_exceptions=True)
    await asyncio.wait_for(pace.turn(), 20)
