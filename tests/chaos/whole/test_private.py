"""A client's own questions, while services are killed, the client cancels, the time runs out or a shared day goes."""

import datetime as dt

import pytest

from answerlens_common.observing.failpoints import STAGE_POINTS
from tests.chaos import private_client
from tests.chaos.checker import check
from tests.chaos.patience import until
from tests.chaos.private_client import QUESTIONS, cancel_one, drop_shared_day, open_one
from tests.chaos.system import ENGINE, Opened, System

# The stages that work on a private collection; none plans it.
STAGES = ("ask", "score", "analyse")
COLLECTORS = 2
ENDED = ("scored", "failed")
PAUSE = "sleep 4"


async def until_status(system: System, opened: Opened, *statuses: str) -> str:
    """Wait until the diagnosis's collection has one of these statuses; which."""
    found = ""

    async def has_one() -> bool:
        nonlocal found
        (row,) = await system.rows("SELECT status FROM collection WHERE owner_id = $1::uuid", opened.id)
        found = row["status"]
        return found in statuses

    await until(has_one)
    return found


async def asked(system: System, opened: Opened) -> list[str]:
    """Its questions that the engine was asked, each as often as it was."""
    rows = await system.outside("GET", "/journal?kind=ask")
    return [row["question"] for row in rows if row["question"] in opened.questions]


async def answers(system: System, opened: Opened) -> dict[str, int]:
    """How many answers it has, by status."""
    rows = await system.rows(
        "SELECT a.status, count(*) AS times FROM ai_answer a JOIN collection c ON c.id = a.collection_id"
        " WHERE c.owner_id = $1::uuid GROUP BY a.status",
        opened.id,
    )
    return {row["status"]: row["times"] for row in rows}


@pytest.mark.fault("F3", "F4")
@pytest.mark.parametrize("point", STAGE_POINTS)
async def test_a_service_is_killed_with_private_work_in_hand(system: System, point: str) -> None:
    armed = [f"{stage}.{point}" for stage in STAGES]
    for name in armed:
        system.arm(name)
    opened = await open_one(system)
    assert await until_status(system, opened, *ENDED) == "scored"
    for name in armed:
        await system.until_hit(name)
    await check(system)
    assert {*await asked(system, opened)} == {*opened.questions}
    # one page a collector: one question was in hand
    assert len(await asked(system, opened)) <= QUESTIONS + 1
    assert await answers(system, opened) == {"ok": QUESTIONS}


@pytest.mark.fault("F46")
async def test_a_diagnosis_is_cancelled_while_it_is_asked(system: System) -> None:
    system.arm("ask.before_work", PAUSE)
    opened = await open_one(system)
    await system.until_hit("ask.before_work")
    assert await cancel_one(system, opened)
    before = await asked(system, opened)
    # what comes to it ends it: as it is, or with the last question that was in hand
    await until_status(system, opened, "paused", "collected", *ENDED)
    await check(system)
    after = await asked(system, opened)
    assert len(after) - len(before) <= COLLECTORS, "more was asked than what was in flight"


async def test_the_time_of_a_private_collection_runs_out(system: System) -> None:
    for number in (1, 2):
        fault = {"target": ENGINE, "fault": "hang", "match": f"第{number}问"}
        await system.outside("POST", "/control", json=fault)
    opened = await open_one(system)
    await until(lambda: private_client.expire_one(system))
    assert await until_status(system, opened, *ENDED) == "failed"
    await check(system)
    assert sum((await answers(system, opened)).values()) == QUESTIONS


@pytest.mark.fault("F47")
async def test_a_shared_day_is_dropped_while_private_work_is_on_it(system: System) -> None:
    date = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=private_client.OLD_DAYS)
    system.arm("ask.before_commit", PAUSE)
    opened = await open_one(system, date=date)
    await system.until_hit("ask.before_commit")
    await drop_shared_day(system, date)
    assert await until_status(system, opened, *ENDED) == "scored"
    await check(system)
    assert await answers(system, opened) == {"ok": QUESTIONS}
