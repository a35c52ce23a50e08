"""A change of the rules by which answers are read: the linked series moves with the answers only."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from answerlens_analyzer import analyse as analysis
from answerlens_analyzer import relinking, store
from answerlens_analyzer.analyse import outcomes_of
from answerlens_analyzer.store import StoredAnswer
from answerlens_common.db import Database
from answerlens_common.text.branding import BRANDED_RULE
from answerlens_common.text.matching import fold_text
from tests.integration.analyzer.conftest import NAMED, QUESTIONS, Tracked, day
from tests.support.answered import Given, analyse, drop_day, store_bank, store_day

# The matcher of before took these words for the brand; today's does not.
ONCE_NAMED = "据说是那个牌子。"
OLD, NEW = "before", "today"
RULE = f"branded rule {BRANDED_RULE}"


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both matchers, told apart by their version."""

    def by_version(answers: Sequence[StoredAnswer], *more: Any) -> Any:
        def read(answer: StoredAnswer) -> StoredAnswer:
            if vars(store)["MATCHER_VERSION"] != OLD or answer.text != ONCE_NAMED:
                return answer
            return replace(answer, text=NAMED, folded=fold_text(NAMED).folded)

        return outcomes_of([read(answer) for answer in answers], *more)

    for module in (analysis, relinking):
        monkeypatch.setattr(module, "outcomes_of", by_version)


async def measure(tracked: Tracked, n: int, named: int, once: int, engine: str = "chat-a") -> dict[str, Any]:
    """A day on which so many answers name the brand, and the `once` after them do for the old matcher only."""
    texts = [NAMED] * named + [ONCE_NAMED] * once + ["都可以。"] * (QUESTIONS - named - once)
    await tracked.wait_on(n, engine)
    await store_day(tracked.db, engine, day(n), {f"q{i:03}": Given(text=text) for i, text in enumerate(texts)})
    await analyse(tracked.db, engine, day(n))
    return await tracked.rates(n, engine)


async def stored(db: Database, n: int) -> list[Any]:
    """All that is delivered of a day."""
    rows = await db.rows(
        "SELECT engine, rates, versions, (SELECT json_agg(outcomes) FROM measurement_outcome o WHERE o.date = p.date)"
        " AS outcomes FROM mention_percentage p WHERE date = :date ORDER BY engine",
        date=day(n),
    )
    return [dict(row) for row in rows]


async def test_the_series_is_linked_over_a_day_that_is_analysed_by_both(
    tracked: Tracked, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MATCHER_VERSION", OLD)
    for n in (1, 2):
        assert (await measure(tracked, n, named=15, once=15))["mention_rate"]["rate"] == 0.5
    delivered = await stored(database, 2)
    monkeypatch.setattr(store, "MATCHER_VERSION", NEW)
    third = await measure(tracked, 3, named=15, once=15)
    await measure(tracked, 4, named=27, once=15)
    for engine in ("chat-a", "overall"):
        rate = (await tracked.rates(3, engine))["mention_rate"]
        assert (rate["rate"], rate["linked"]["rate"], rate["linked"]["matched"]) == (0.25, 0.5, QUESTIONS)
        assert rate["linked"]["rules"] == [f"matcher before, {RULE}", f"matcher today, {RULE}"]
        assert (rate["linked"]["both_rules_on"], rate["linked"]["anew"]) == ([day(2).isoformat()], None)
        assert (rate["linked"]["since"], rate["linked"]["banks"]) == (day(1).isoformat(), [1])
        # day against day, too, is by one matcher
        assert (rate["change"]["against"], rate["change"]["delta"]) == (day(2).isoformat(), 0.0)
        later = (await tracked.rates(4, engine))["mention_rate"]
        assert (later["rate"], later["linked"]["rate"]) == (pytest.approx(0.45), pytest.approx(0.7))
        assert later["linked"]["both_rules_on"] == [day(2).isoformat()]
    assert third["mention_rate"]["linked"]["low"] < 0.5 < third["mention_rate"]["linked"]["high"]
    assert await stored(database, 2) == delivered


async def test_without_the_answers_the_series_begins_anew_and_says_so(
    tracked: Tracked, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MATCHER_VERSION", OLD)
    await measure(tracked, 1, named=15, once=15)
    await drop_day(database, day(1))
    monkeypatch.setattr(store, "MATCHER_VERSION", NEW)
    for n in (2, 3):
        linked = (await measure(tracked, n, named=15, once=15))["mention_rate"]["linked"]
        assert (linked["rate"], linked["since"], linked["anew"]) == (0.25, day(2).isoformat(), "rules_changed")
        assert (linked["rules"], linked["both_rules_on"]) == ([f"matcher today, {RULE}"], [])
    assert "change" not in (await tracked.rates(2))["mention_rate"]


async def test_the_branded_rule_is_a_rule_too(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates from before it had a version are those of the first."""
    real = store.load_measured

    async def load_measured(*arguments: Any) -> store.Measured:
        run = await real(*arguments)
        return replace(run, versions={name: value for name, value in run.versions.items() if name != "branded_rule"})

    with monkeypatch.context() as before:
        before.setattr(store, "load_measured", load_measured)
        await measure(tracked, 1, named=15, once=0)
    linked = (await measure(tracked, 2, named=18, once=0))["mention_rate"]["linked"]
    assert [each.split(", ")[1] for each in linked["rules"]] == ["branded rule 1", "branded rule 2"]
    assert linked["rate"] == pytest.approx(0.3)


async def test_a_new_bank_after_new_rules_goes_on_from_there(
    tracked: Tracked, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MATCHER_VERSION", OLD)
    await measure(tracked, 1, named=15, once=15)
    monkeypatch.setattr(store, "MATCHER_VERSION", NEW)
    await measure(tracked, 2, named=15, once=15)
    kept = [f"q{i:03}" for i in range(45)]
    await store_bank(database, {each: (0, f"问题 {each}：怎么选？") for each in (*kept, "new")}, version=2)
    texts = {each: NAMED if int(each[1:]) < 15 else "都可以。" for each in kept} | {"new": NAMED}
    await tracked.wait_on(3, "chat-a")
    await store_day(database, "chat-a", day(3), {each: Given(text=text) for each, text in texts.items()}, version=2)
    await analyse(database, "chat-a", day(3))
    linked = (await tracked.rates(3))["mention_rate"]["linked"]
    assert (linked["rate"], linked["matched"], linked["banks"]) == (pytest.approx(0.5), 45, [1, 2])
    assert (len(linked["rules"]), linked["both_rules_on"]) == (2, [day(1).isoformat()])


async def test_an_engine_that_waits_for_its_link_keeps_the_others(
    tracked: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over all engines the link needs that of each; on each it needs its own only."""
    monkeypatch.setattr(store, "MATCHER_VERSION", OLD)
    for engine in ("chat-a", "chat-b"):
        await measure(tracked, 1, named=15, once=15, engine=engine)
    monkeypatch.setattr(store, "MATCHER_VERSION", NEW)
    first = await measure(tracked, 2, named=15, once=15)
    assert first["mention_rate"]["linked"]["rate"] == 0.5
    await measure(tracked, 2, named=21, once=9, engine="chat-b")
    overall = (await tracked.rates(2, "overall"))["mention_rate"]
    assert (overall["rate"], overall["linked"]["rate"]) == (pytest.approx(0.3), pytest.approx(0.55))


async def test_engines_of_one_day_by_different_rules_are_not_taken_for_one(
    tracked: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release in the middle of a day: nothing was answered differently, so no figure may say that it was."""
    monkeypatch.setattr(store, "MATCHER_VERSION", OLD)
    for engine in ("chat-a", "chat-b"):
        await measure(tracked, 1, named=15, once=15, engine=engine)
    await measure(tracked, 2, named=15, once=15, engine="chat-a")
    monkeypatch.setattr(store, "MATCHER_VERSION", NEW)
    await measure(tracked, 2, named=15, once=15, engine="chat-b")
    mixed = (await tracked.rates(2, "overall"))["mention_rate"]
    assert (mixed["rate"], "change" in mixed) == (0.375, False)
    linked = mixed.get("linked", {})
    assert (linked.get("rules"), linked.get("anew")) == ([f"matcher before + today, {RULE}"], "rules_changed")
    for engine in ("chat-a", "chat-b"):
        await measure(tracked, 3, named=15, once=15, engine=engine)
    for engine in ("chat-a", "chat-b", "overall"):
        rate = (await tracked.rates(3, engine))["mention_rate"]
        assert (rate["rate"], rate["change"]["against"], rate["change"]["delta"]) == (0.25, day(2).isoformat(), 0.0)
        assert rate["linked"]["matched"] == QUESTIONS
    assert (await tracked.rates(3, "overall"))["mention_rate"]["linked"]["rate"] == 0.375


async def test_an_engine_that_fails_keeps_the_others_from_a_link_over_all(
    tracked: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over all engines the days of one and of two are not alike, whichever rules they were read by."""
    monkeypatch.setattr(store, "MATCHER_VERSION", OLD)
    await measure(tracked, 1, named=15, once=15)
    await measure(tracked, 1, named=30, once=0, engine="chat-b")
    monkeypatch.setattr(store, "MATCHER_VERSION", NEW)
    assert (await measure(tracked, 2, named=15, once=15))["mention_rate"]["linked"]["rate"] == 0.5
    overall = (await tracked.rates(2, "overall"))["mention_rate"]
    assert "change" not in overall
    assert overall.get("linked", {}).get("both_rules_on", []) == []
