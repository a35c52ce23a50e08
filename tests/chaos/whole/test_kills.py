"""Every service is killed at every point of its work: another goes on, and repeats only what was in hand."""

import uuid

import httpx
import pytest

from answerlens_common.observing.failpoints import JOB_POINTS, POINTS, QUEUE_POINTS, QUEUES, STAGE_POINTS, STAGES
from tests.chaos.checker import check
from tests.chaos.patience import until
from tests.chaos.system import ENGINE, QUESTIONS, Accepted, System

BRAND = {"name": "德龙", "aliases": ["DeLonghi"]}


# At these the stage's result is not yet stored, so another must take the claim. Later the result may only have to be
# passed on, which needs none.
UNSTORED = ("before_work", "before_commit")
# A file's time is that of the kernel's last tick. A process that meets its point at once after it took its claim seems,
# by so much, to have met it before.
TICK_SECONDS = 0.01


async def resumed(system: System, order: Accepted, stage: str, moment: float) -> float | None:
    """How many seconds after a moment another process took a claim of the stage from its holder then; None: never."""
    rows = await system.rows(
        "SELECT EXTRACT(EPOCH FROM min(later.at))::float - $3 AS seconds FROM audit_taken later"
        " JOIN audit_taken killed ON killed.claim_id = later.claim_id AND killed.token = later.before"
        " JOIN claim ON claim.id = later.claim_id"
        " WHERE claim.keyword = $1 AND claim.stage = $2 AND later.process <> killed.process"
        " AND killed.at <= to_timestamp($3 + $4) AND later.at > to_timestamp($3)",
        order.keyword,
        stage,
        moment,
        TICK_SECONDS,
    )
    seconds: float | None = rows[0]["seconds"]
    return seconds


@pytest.mark.fault("F1", "F2", "F3", "F4", "F5")
@pytest.mark.parametrize(
    "point",
    [pytest.param(point, marks=pytest.mark.quick if point == "before_commit" else ()) for point in STAGE_POINTS],
)
async def test_a_service_of_each_stage_is_killed(system: System, point: str) -> None:
    armed = [f"{stage}.{point}" for stage in STAGES]
    for name in armed:
        system.arm(name)
    keyword = f"咖啡机{uuid.uuid4().hex[:8]}"
    # where no answer names the brand there is nothing to think of it, and nobody comes to that stage's point
    named = {ENGINE: {keyword: {BRAND["name"]: 1}}}
    await system.outside("POST", "/world", json={"propensities": named})
    order = await system.order(keyword, brand=BRAND)
    ended = await system.ended(order)
    assert ended["status"] == "completed", ended
    # what answers think of the brand is judged after the order has ended
    moments = {name: await system.until_hit(name) for name in armed}
    await check(system)
    asked = await system.asks(order.keyword)
    assert len(set(asked)) == QUESTIONS
    # one page a collector: one question was in hand
    assert len(asked) <= QUESTIONS + 1
    for stage in STAGES:
        seconds = await resumed(system, order, stage, moments[f"{stage}.{point}"])
        print(
            f"{stage}.{point}: " + ("no claim to take" if seconds is None else f"another went on after {seconds:.1f} s")
        )
        assert point not in UNSTORED or seconds is not None, f"no process took up {stage} from the one that was killed"


@pytest.mark.fault("F1", "F2", "F3", "F4", "F5")
@pytest.mark.parametrize("point", QUEUE_POINTS)
async def test_a_service_of_each_queue_is_killed(system: System, point: str) -> None:
    armed = [f"{queue}.{point}" for queue in QUEUES]
    for name in armed:
        system.arm(name)
    order = await system.order()
    ended = await system.ended(order)
    assert ended["status"] == "completed", ended
    # a second refresh of the order's day has nothing left to do
    refresh = {"date": ended["measurements"][0]["date"]}
    answer = await system.call("POST", "/api/refresh", key=system.details.admin_key, json=refresh)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    for name in armed:
        await system.until_hit(name)
    await check(system)
    assert len(await system.asks(order.keyword)) == QUESTIONS


@pytest.mark.fault("F1", "F2", "F3", "F4", "F5")
@pytest.mark.parametrize("point", JOB_POINTS)
async def test_the_scheduler_is_killed_while_a_job_fires(system: System, point: str) -> None:
    system.arm(point)
    order = await system.order()
    await system.until_hit(point)
    assert (await system.ended(order))["status"] == "completed"
    await check(system)


@pytest.mark.fault("F6")
async def test_the_api_is_killed_between_commit_and_answer(system: System) -> None:
    system.arm("order-api.after_commit")
    keyword = f"咖啡机{uuid.uuid4().hex[:8]}"
    order = await system.order(keyword)  # the client tries again with the same key
    assert system.hit("order-api.after_commit")
    stored = await system.rows("SELECT id FROM orders WHERE keyword = $1", keyword)
    assert [str(row["id"]) for row in stored] == [order.id]
    assert (await system.ended(order))["status"] == "completed"
    await check(system)


@pytest.mark.fault("F7")
async def test_the_outbox_relay_is_killed_after_publishing(system: System) -> None:
    system.arm("outbox.after_publish")
    order = await system.order()
    assert (await system.ended(order))["status"] == "completed"
    assert system.hit("outbox.after_publish")
    await check(system)
    assert len(await system.asks(order.keyword)) == QUESTIONS
    rows = await system.rows("SELECT count(*) AS times FROM zhihu_question WHERE keyword = $1", order.keyword)
    assert rows[0]["times"] > 0
    searches = await system.outside("GET", "/journal?kind=search")
    assert [row["question"] for row in searches].count(order.keyword) == 1


@pytest.mark.fault("F34")
async def test_the_browser_dies_under_a_question(system: System) -> None:
    await system.outside("POST", "/control", json={"target": ENGINE, "fault": "hang", "match": "咖啡机"})
    order = await system.order()
    await until(lambda: system.asks(order.keyword))
    assert system.kill_browsers("collector")
    assert (await system.ended(order))["status"] == "completed"
    await check(system)


async def test_every_point_was_met(system: System, request: pytest.FixtureRequest) -> None:
    options = request.config.option
    if options.keyword or options.markexpr or any("::" in argument for argument in request.config.args):
        pytest.skip("only some of the cases ran")
    # the archive's is armed where there is something to archive: tests/integration/scheduler/test_archive.py
    assert set(POINTS) - {"archive.after_export"} <= system.hits
