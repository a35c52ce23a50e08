"""Day against day, over stored outcomes."""

import pytest

from answerlens_common.db import Database
from answerlens_common.errors import BusinessError
from tests.integration.analyzer.conftest import NAMED, QUESTIONS, Tracked, day
from tests.support.answered import Given, analyse, drop_day, store_bank, store_day


async def test_a_day_is_compared_with_the_one_before(tracked: Tracked) -> None:
    first = await tracked.measure(1, named=15)
    assert (first["mention_rate"]["verdict"], "change" in first["mention_rate"]) == (None, False)
    second = (await tracked.measure(2, named=30))["mention_rate"]
    assert (second["verdict"], second["change"]["delta"], second["change"]["n"]) == ("up", 0.25, QUESTIONS)
    assert second["change"]["against"] == day(1).isoformat()
    assert (await tracked.rates(2, "overall"))["mention_rate"]["verdict"] == "up"
    third = (await tracked.measure(3, named=29))["mention_rate"]
    assert (third["verdict"], third["change"]["against"]) == ("within_noise", day(2).isoformat())
    assert await tracked.rates(1) == first


async def test_an_outage_is_neither_a_fall_nor_a_rise(tracked: Tracked) -> None:
    """15 of 60 answers of day 3 failed and nobody names the brand: no verdict, and the next day looks past it."""
    await tracked.measure(1, named=15)
    for engine in ("chat-a", "overall"):
        assert (await tracked.rates(1, engine))["mention_rate"]["verdict"] is None
    await tracked.measure(2, named=30)
    broken = await tracked.measure(3, named=0, ok=45)
    assert (broken["mention_rate"]["rate"], broken["mention_rate"]["verdict"]) == (0.0, None)
    assert "change" not in broken["mention_rate"]
    assert not [name for name, rate in broken.items() if "pooled_change" in rate]
    fourth = (await tracked.measure(4, named=30))["mention_rate"]
    assert (fourth["verdict"], fourth["change"]["against"]) == ("within_noise", day(2).isoformat())


async def test_another_name_is_no_change_of_the_brand(tracked: Tracked) -> None:
    await tracked.measure(1, named=30)
    await tracked.rename({"name": "Bose"})
    second = await tracked.measure(2, named=30)
    assert (second["mention_rate"]["rate"], second["mention_rate"]["verdict"]) == (0.0, None)
    assert "change" not in second["mention_rate"]


async def test_all_engines_are_compared_with_a_day_that_had_all(tracked: Tracked) -> None:
    await tracked.measure(1, named=15)
    await tracked.measure(1, named=15, engine="chat-b")
    await tracked.measure(2, named=45)
    assert "change" not in (await tracked.rates(2, "overall"))["mention_rate"]
    await tracked.measure(3, named=15)
    await tracked.measure(3, named=35, engine="chat-b")
    change = (await tracked.rates(3, "overall"))["mention_rate"]["change"]
    assert (change["against"], change["method"]) == (day(1).isoformat(), "sign_flip")
    assert change["delta"] == pytest.approx(10 / 60)
    assert (await tracked.rates(3))["mention_rate"]["change"]["against"] == day(2).isoformat()


async def test_clusters_are_compared_over_pooled_days(tracked: Tracked) -> None:
    for n, named in enumerate((0, 0, 40, 40), 1):
        await tracked.measure(n, named=named)
    pooled = (await tracked.rates(4))["mention_rate[cluster=1]"]["pooled_change"]
    assert (pooled["days"], pooled["against"]) == ([str(day(4)), str(day(3))], [str(day(2)), str(day(1))])
    assert (pooled["n"], pooled["verdict"]) == (15, "up")
    assert pooled["q_value"] >= pooled["p_value"]


async def test_an_earlier_day_analysed_again_changes_what_is_said_of_the_later(
    tracked: Tracked, database: Database
) -> None:
    await tracked.rename({"name": "Bose"})
    await tracked.measure(1, named=30)
    await tracked.rename({"name": "索尼"})
    assert "change" not in (await tracked.measure(2, named=30))["mention_rate"]
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM mention_percentage WHERE date = :date", date=day(1))
    await tracked.wait_on(1, "chat-a")
    await analyse(database, "chat-a", day(1))
    assert (await tracked.rates(1))["mention_rate"]["k"] == 30
    for engine in ("chat-a", "overall"):
        rate = (await tracked.rates(2, engine))["mention_rate"]
        assert (rate["verdict"], rate["change"]["against"]) == ("within_noise", day(1).isoformat())


async def test_answers_that_have_been_dropped_are_not_a_brand_that_nobody_names(
    tracked: Tracked, database: Database
) -> None:
    await tracked.measure(1, named=30)
    await drop_day(database, day(1))
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM mention_percentage")
    await tracked.wait_on(1, "chat-a")
    with pytest.raises(BusinessError, match="dropped"):
        await analyse(database, "chat-a", day(1))


async def test_offsets_and_statuses_are_kept_with_the_outcomes(tracked: Tracked, database: Database) -> None:
    await tracked.measure(1, named=1, ok=59)
    outcomes = await database.value("SELECT outcomes FROM measurement_outcome")
    assert outcomes["mentions"][:2] == [[[2, 4, 0]], []]
    assert outcomes["status"] == ["ok"] * 59 + ["failed"]


async def test_a_new_bank_moves_the_raw_rate_and_not_the_linked(tracked: Tracked, database: Database) -> None:
    """Day 3 has another bank: 45 of 60 questions stay, the new ones are such that every answer names the brand."""
    for n in (1, 2):
        await tracked.measure(n, named=30)
    kept = (
        [f"q{i:03}" for i in range(0, 60, 4)]
        + [f"q{i:03}" for i in range(1, 60, 4)]
        + [f"q{i:03}" for i in range(2, 60, 4)]
    )
    new = [f"2-0-{i:02}" for i in range(15)]
    await store_bank(database, {each: (0, f"问题 {each}：怎么选？") for each in (*kept, *new)}, version=2)
    texts = {each: NAMED if each in new or int(each[1:]) < 30 else "都可以。" for each in (*kept, *new)}
    await tracked.wait_on(3, "chat-a")
    await store_day(database, "chat-a", day(3), {each: Given(text=text) for each, text in texts.items()}, version=2)
    await analyse(database, "chat-a", day(3))
    for engine in ("chat-a", "overall"):
        rate = (await tracked.rates(3, engine))["mention_rate"]
        assert rate["rate"] == pytest.approx(38 / 60)
        assert rate["linked"]["rate"] == pytest.approx(0.5)
        assert (rate["linked"]["matched"], rate["linked"]["banks"]) == (45, [1, 2])
        assert rate["linked"]["since"] == day(1).isoformat()
        # day against day, too, is over the questions that both banks have
        assert (rate["change"]["n"], rate["change"]["delta"], rate["verdict"]) == (45, 0.0, "within_noise")
