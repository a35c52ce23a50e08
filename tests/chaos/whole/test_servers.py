"""The broker and the database are harmed while questions are asked: every order ends, and hardly one is asked twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from answerlens_common.broker.topology import queues_of
from answerlens_common.events import QuestionQueued
from tests.chaos.checker import check, violations
from tests.chaos.facts import at_rest
from tests.chaos.patience import until
from tests.chaos.system import CLUSTERS, ENGINE, QUESTIONS, Accepted, System, small_system

# One page each: so many questions are in hand at any moment.
COLLECTORS = 2
# Long enough for both of them to have one in hand whenever the harm comes.
ANSWER_SECONDS = {"usual": 0.05, "here": 1.0}


@pytest.fixture
async def unhurried(system: System) -> AsyncIterator[System]:
    """The system, with a site that takes its time."""
    await system.outside("POST", "/world", json={"answer_seconds": ANSWER_SECONDS["here"]})
    yield system
    await system.outside("POST", "/world", json={"answer_seconds": ANSWER_SECONDS["usual"]})


async def begun(system: System) -> Accepted:
    """An order of whose questions some have been asked, and others not."""
    order = await system.order()

    async def some_are_asked() -> bool:
        return len(await system.asks(order.keyword)) > COLLECTORS

    await until(some_are_asked)
    assert len(await system.asks(order.keyword)) < QUESTIONS
    return order


async def promptly(system: System) -> Accepted:
    """An order that is accepted now, whatever is broken; how long that took is printed."""
    began = time.monotonic()
    order = await system.order()
    print(f"accepted in {time.monotonic() - began:.2f} s")
    return order


async def completed(system: System, orders: Sequence[Accepted]) -> None:
    """Wait until all are."""
    began = time.monotonic()
    for order in orders:
        ended = await system.ended(order)
        assert ended["status"] == "completed", ended
    print(f"all completed {time.monotonic() - began:.1f} s later")


async def asked_again(system: System, orders: Sequence[Accepted], questions: int = QUESTIONS) -> int:
    """How many of their questions were asked more than once; each was at least once."""
    again = 0
    for order in orders:
        asked = await system.asks(order.keyword)
        assert len(set(asked)) == questions
        again += len(asked) - questions
    print(f"{again} questions asked again")
    return again


@pytest.mark.fault("F8")
async def test_the_broker_stops_and_starts(unhurried: System) -> None:
    orders = [await begun(unhurried)]
    async with unhurried.broker.stopped():
        orders.append(await promptly(unhurried))
        await asyncio.sleep(5)
    await completed(unhurried, orders)
    await check(unhurried)
    assert await asked_again(unhurried, orders) == 0


@pytest.mark.fault("F11")
async def test_the_broker_hangs_for_half_a_minute(unhurried: System) -> None:
    orders = [await begun(unhurried)]
    async with unhurried.broker.frozen():
        began = time.monotonic()
        orders.append(await promptly(unhurried))
        await asyncio.sleep(began + 30 - time.monotonic())
    await completed(unhurried, orders)
    await check(unhurried)
    assert await asked_again(unhurried, orders) == 0


@pytest.mark.fault("F12")
async def test_a_queue_with_questions_is_deleted(tmp_path: Path) -> None:
    # a system of its own: in the other one nothing may be lost that only the stalled check finds again
    settings = {"ANSWERLENS_STALLED_LOST_SECONDS": "10", "ANSWERLENS_QUESTIONS_PER_CLUSTER": "4"}
    async with small_system(tmp_path / "run", settings) as system:
        await system.outside("POST", "/world", json={"answer_seconds": ANSWER_SECONDS["here"]})
        order = await begun(system)
        await system.broker.delete_queue(queues_of(QuestionQueued, ENGINE)[0].name)
        await completed(system, [order])
        facts = await at_rest(system)
        found, facts.resumed = facts.resumed, []
        assert len(found) == 1, found
        assert order.keyword in found[0]
        broken = violations(facts, dead={})
        assert not broken, "\n".join(broken)
        assert await asked_again(system, [order], CLUSTERS * 4) == 0


@pytest.mark.fault("F14")
async def test_database_backends_are_terminated_at_random(unhurried: System) -> None:
    orders = [await begun(unhurried)]
    during = asyncio.create_task(unhurried.order())
    assert await unhurried.postgres.terminate_for(20, seed=14) > 20
    orders.append(await during)
    await completed(unhurried, orders)
    # each may have cost what was in hand: how often one question is asked at most, I3, is all that must hold
    await check(unhurried)
    await asked_again(unhurried, orders)


@pytest.mark.fault("F15")
async def test_the_database_restarts_in_a_crash(unhurried: System) -> None:
    orders = [await begun(unhurried)]
    await unhurried.postgres.restart_immediately()
    await completed(unhurried, orders)
    await check(unhurried)
    assert await asked_again(unhurried, orders) <= COLLECTORS


@pytest.mark.fault("F17")
async def test_the_database_is_read_only_for_a_while(unhurried: System) -> None:
    orders = [await begun(unhurried)]
    async with unhurried.postgres.read_only():
        put_off = asyncio.create_task(unhurried.order())
        await asyncio.sleep(20)
        assert not put_off.done()
    orders.append(await put_off)
    await completed(unhurried, orders)
    await check(unhurried)
    assert await asked_again(unhurried, orders) <= COLLECTORS
