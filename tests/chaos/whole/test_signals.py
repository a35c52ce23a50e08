"""Services that are told to stop in the middle of things, that hang, and a message that kills whoever takes it."""

import signal

import pytest

from tests.chaos.checker import MOST_ASKS, check
from tests.chaos.processes import all_processes
from tests.chaos.system import QUESTIONS, System

COLLECTORS = ("collector-1", "collector-2")


@pytest.mark.fault("F51")
async def test_told_to_stop_with_more_in_hand_than_the_grace_allows(system: System) -> None:
    point = "ask.before_commit"
    system.arm(point, "sleep 30")
    order = await system.order()
    await system.until_hit(point)
    before = system.pids()
    for name in COLLECTORS:
        system.signal(name, signal.SIGTERM)
    assert (await system.ended(order))["status"] == "completed"
    await check(system)
    asked = await system.asks(order.keyword)
    assert len(set(asked)) == QUESTIONS
    assert len(asked) <= QUESTIONS + len(COLLECTORS)
    after = system.pids()
    assert all(after[name] != before[name] for name in COLLECTORS)


@pytest.mark.fault("F3")
async def test_a_worker_hangs_and_comes_back(system: System) -> None:
    point = "ask.before_commit"
    system.arm(point, "stop")
    order = await system.order()
    await system.until_hit(point)
    stopped = {name: pid for name, pid in system.pids().items() if all_processes()[pid].state == "T"}
    (name,) = stopped
    try:
        ended = await system.ended(order)
    finally:
        system.signal(name, signal.SIGCONT)
    assert ended["status"] == "completed"
    await check(system)  # what it still wrote would show as a stale write
    assert len(await system.asks(order.keyword)) <= QUESTIONS + 1


@pytest.mark.fault("F21")
async def test_a_message_that_kills_whoever_takes_it(system: System) -> None:
    point = "search.before_work"
    system.arm(point)
    poisoned = await system.order()
    for _ in range(MOST_ASKS - 1):
        await system.until_hit(point)
        system.arm(point)
    await system.until_hit(point)
    ended = await system.ended(poisoned)
    assert ended["status"] == "failed", ended
    system.dead["searcher.keyword-requested.express.dead"] += 1
    other = await system.order()
    assert (await system.ended(other))["status"] == "completed"
    await check(system)
    assert not await system.asks(poisoned.keyword)
