"""Services that are told to stop in the middle of things, that hang, and a message that kills whoever takes it."""

import signal
import time

import pytest

from tests.chaos.checker import MOST_ASKS, check
from tests.chaos.patience import MOST_LEADERLESS_SECONDS, until
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
    name = await system.standing_still()
    try:
        ended = await system.ended(order)
    finally:
        system.signal(name, signal.SIGCONT)
    assert ended["status"] == "completed"
    await check(system)  # what it still wrote would show as a stale write
    assert len(await system.asks(order.keyword)) <= QUESTIONS + 1


@pytest.mark.fault("F41")
async def test_a_leader_is_paused_inside_a_job(system: System) -> None:
    point = "scheduler.stalled.before_commit"
    system.arm(point, "stop")
    await system.until_hit(point)
    name = await system.standing_still()
    paused = time.monotonic()
    (leader,) = await system.rows("SELECT holder, token FROM leader")
    assert leader["holder"].endswith(f":{system.pids()[name]}")
    written = await slots_of(system, leader["token"])
    log = system.stack.run_dir / "logs" / f"{name}.log"
    logged = len(log.read_text(encoding="utf-8"))

    async def another_leads() -> bool:
        return bool(await system.rows("SELECT FROM leader WHERE token > $1", leader["token"]))

    try:
        await until(another_leads, seconds=60)
        seconds = time.monotonic() - paused
    finally:
        system.signal(name, signal.SIGCONT)
    print(f"another led after {seconds:.1f} s")
    assert seconds < MOST_LEADERLESS_SECONDS

    async def is_refused() -> bool:
        return "job failed" in log.read_text(encoding="utf-8")[logged:]

    # its slot was written, and the job's work done; all that was left to do was to commit
    await until(is_refused, seconds=30)
    await check(system)
    assert await slots_of(system, leader["token"]) == written


async def slots_of(system: System, token: int) -> list[str]:
    """The slots that a leader has recorded."""
    rows = await system.rows("SELECT job, slot FROM job_slot WHERE fencing_token = $1 ORDER BY job, slot", token)
    return [" ".join(row.values()) for row in rows]


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
