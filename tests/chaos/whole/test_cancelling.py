"""An order is cancelled at every stage, and just when it ends: it ends once, and hardly anything more is asked."""

import asyncio
import datetime as dt
import time
import uuid
from collections import Counter

import httpx
import pytest

from answerlens_common.observing.failpoints import STAGES
from tests.chaos.checker import check
from tests.chaos.system import CLUSTERS, Accepted, System

# Judging what answers think of a brand: the order has its rates by then and is completed.
AFTER_THE_END = "sentiment"
COLLECTORS = 2
# What a stage asks of the outside world, at most: so much may be in flight when nothing waits for it any more, and is
# finished. A search has several pages of results. A bank's intents are proposed, its 80 questions are labelled in
# batches of 25, their brands are looked for, and in a round or two each cluster is written and the brands in what was
# written are looked for. A collector has one page; a batch of scores holds all answers.
LABELLING = 1 + 4 + 1
ROUNDS = 2
IN_FLIGHT = {
    "search": Counter(search=1, search_page=10),
    "bank": Counter(llm=LABELLING + ROUNDS * (CLUSTERS + 1)),
    "plan": Counter[str](),
    "ask": Counter(ask=COLLECTORS),
    "score": Counter(llm=1),
    "analyse": Counter[str](),
}
ORDERS = 14
SECONDS_BETWEEN_RACERS = 0.1
# Long enough to cancel in, well within a stage's time and a lease that is renewed.
PAUSE_SECONDS = 4
PAUSE = f"sleep {PAUSE_SECONDS}"


async def cancel(system: System, order: Accepted) -> None:
    response = await system.call("POST", f"/api/orders/{order.id}/cancel")
    assert response.is_success, response.text


async def asked_since(system: System, moment: dt.datetime) -> Counter[str]:
    """What the outside world was asked for, by kind; nobody else orders anything meanwhile."""
    rows = await system.outside("GET", "/journal", params={"since": moment.isoformat()})
    return Counter(row["kind"] for row in rows)


@pytest.mark.fault("F46")
@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != AFTER_THE_END])
async def test_cancelled_in_a_stage(system: System, stage: str) -> None:
    point = f"{stage}.before_work"
    system.arm(point, PAUSE)
    order = await system.order()
    await system.until_hit(point)
    await cancel(system, order)
    moment = dt.datetime.now(dt.UTC)
    assert (await system.ended(order))["status"] == "cancelled"
    await check(system)
    asked = await asked_since(system, moment)
    print(f"cancelled in {stage}: {dict(asked)} asked after it")
    assert not asked - IN_FLIGHT[stage], "more was asked than what was in flight"


@pytest.mark.fault("F46")
async def test_cancelled_just_when_it_ends(system: System) -> None:
    point = "analyse.before_work"
    system.arm(point, PAUSE)
    early, late, *racers = [await system.order(keyword) for keyword in ORDERS * [f"咖啡机{uuid.uuid4().hex[:8]}"]]
    # all wait for their rates; each is told in the transaction that stores its own
    going_on = await system.until_hit(point) + PAUSE_SECONDS
    await cancel(system, early)

    # one client for all: a new one each would take longer than the finish
    async with httpx.AsyncClient(base_url=system.urls("order-api")[0], trust_env=False, timeout=20) as client:

        async def cancel_after(order: Accepted, seconds: float) -> None:
            await asyncio.sleep(max(0.0, going_on + seconds - time.time()))
            headers = {"Authorization": f"Bearer {system.details.client_key}"}
            (await client.post(f"/api/orders/{order.id}/cancel", headers=headers)).raise_for_status()

        await asyncio.gather(
            *(cancel_after(order, SECONDS_BETWEEN_RACERS * place) for place, order in enumerate(racers))
        )
    assert (await system.ended(late))["status"] == "completed"
    await cancel(system, late)
    await check(system)
    endings = [(await system.ended(order))["status"] for order in (early, *racers, late)]
    print(f"cancelled against the finish: {endings}")
    assert endings[0] == "cancelled"
    assert endings[-1] == "completed"
    assert set(endings[1:-1]) <= {"cancelled", "completed"}
