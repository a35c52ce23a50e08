"""An order is cancelled at every stage, and just when it ends: it ends once, and hardly anything more is asked."""

import asyncio

import pytest

from answerlens_common.failpoints import STAGES
from tests.chaos.checker import check
from tests.chaos.system import Accepted, System

# Judging what answers think of a brand: the order has its rates by then and is completed.
AFTER_THE_END = "sentiment"
COLLECTORS = 2
RACERS = 6
# Long enough to cancel in, well within a stage's time and a lease that is renewed.
PAUSE = "sleep 4"


async def cancel(system: System, order: Accepted) -> None:
    response = await system.call("POST", f"/api/orders/{order.id}/cancel")
    assert response.is_success, response.text


@pytest.mark.fault("F46")
@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != AFTER_THE_END])
async def test_cancelled_in_a_stage(system: System, stage: str) -> None:
    point = f"{stage}.before_work"
    system.arm(point, PAUSE)
    order = await system.order()
    await system.until_hit(point)
    asked_before = len(await system.asks(order.keyword))
    await cancel(system, order)
    assert (await system.ended(order))["status"] == "cancelled"
    await check(system)
    # one page a collector: that many questions may have been in flight
    assert len(await system.asks(order.keyword)) <= asked_before + COLLECTORS


@pytest.mark.fault("F46")
async def test_cancelled_just_when_it_ends(system: System) -> None:
    first = await system.order()
    racers = [first, *[await system.order(first.keyword) for _ in range(RACERS - 1)]]
    point = "analyse.after_commit"
    system.arm(point, "sleep 0.2")  # what ends them is published now
    await system.until_hit(point)

    async def cancel_after(order: Accepted, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await cancel(system, order)

    await asyncio.gather(*(cancel_after(order, 0.1 * place) for place, order in enumerate(racers)))
    endings = [(await system.ended(order))["status"] for order in racers]
    print(f"cancelled against the finish: {endings}")
    assert set(endings) <= {"completed", "cancelled"}
    await check(system)
