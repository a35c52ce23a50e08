"""The rates are true: their intervals cover what the sandbox planted."""

from collections.abc import Sequence

import asyncpg
import pytest

from tests.e2e.client import Client

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

# (the sandbox's seed, or None for that with which it began; the keywords measured in that world)
World = tuple[int | None, Sequence[str]]
# the demo's keyword: its answers are there already
ONE: Sequence[World] = ((None, ("蓝牙耳机",)),)
SIX: Sequence[World] = ((101, ("蓝牙耳机", "扫地机器人", "露营帐篷")), (202, ("咖啡机", "电动牙刷", "儿童书桌")))
ENGINES = ("chat-a", "chat-b")
# a report's rate, and the sandbox's word for it
RATES = {"mention_rate": "mention", "link_mention_rate": "cited"}


async def questions(client: Client, keyword: str) -> list[str]:
    connection = await asyncpg.connect(client.details.postgres_url)
    try:
        found = await connection.fetch("SELECT generated_question FROM question_bank WHERE keyword = $1", keyword)
    finally:
        await connection.close()
    return [row["generated_question"] for row in found]


@pytest.mark.parametrize(
    # The day draws the answers: of 40 intervals of 95 %, 8 or more miss once in a thousand days.
    ("worlds", "brands", "least", "missing"),
    [(ONE, 10, 40, 7), pytest.param(SIX, 6, 120, 14, marks=pytest.mark.long)],
    ids=["one keyword", "six keywords"],
)
async def test_intervals_cover_the_planted_propensities(
    small: Client, worlds: Sequence[World], brands: int, least: int, missing: int
) -> None:
    covered = []
    for seed, keywords in worlds:
        if seed is not None:
            small.world(seed=seed)
        orders = {}
        for keyword in keywords:
            for brand in small.brands(keyword)[:brands]:
                orders[keyword, brand["name"]] = small.order(keyword, brand, engines=list(ENGINES))["id"]
        for (keyword, brand), order in orders.items():
            assert small.ended(order)["status"] == "completed"
            engines = small.report(order)["engines"]
            bank = [each for each in await questions(small, keyword) if brand not in each]
            for engine in ENGINES:
                planted = small.truth(engine, brand, bank)
                for rate, word in RATES.items():
                    measured = engines[engine]["rates"][rate]
                    covered.append(measured["low"] <= planted[word] <= measured["high"])
    assert len(covered) >= least
    assert covered.count(False) <= missing, f"{sum(covered)} of {len(covered)} intervals cover the truth"
