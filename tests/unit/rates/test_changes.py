"""What is said of changes beside the rates."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from answerlens_rates.changes import Day, with_changes
from answerlens_rates.outcomes import Outcomes, pool
from answerlens_rates.rate import Rate
from answerlens_rates.rates import compute_rates
from tests.unit.rates.tables import as_stored, day, row, table

TODAY = dt.date(2026, 1, 20)


def days(*tables: Mapping[str, Outcomes]) -> list[Day]:
    """Days that end today, given newest first."""
    return [Day(TODAY - dt.timedelta(days=n), tables_of_day) for n, tables_of_day in enumerate(tables)]


def judged(*tables: Mapping[str, Outcomes]) -> dict[str, Any]:
    return as_stored(changed(*tables))


def changed(*tables: Mapping[str, Outcomes]) -> dict[str, Rate]:
    return with_changes(compute_rates(pool(list(tables[0].values()))), days(*tables))


def clusters(named: Mapping[int, int]) -> Outcomes:
    """Clusters of 25 questions with so many of them naming the brand."""
    return table([row(f"{c}-{i}", cluster=c, named=i < count) for c, count in named.items() for i in range(25)])


def test_a_change_is_told_with_its_figures() -> None:
    rate = judged({"chat-a": day(90)}, {"chat-a": day(60)})["mention_rate"]
    assert rate["verdict"] == "up"
    change = rate["change"]
    assert change["delta"] == pytest.approx(0.15)
    assert (change["n"], change["gained"], change["lost"]) == (200, 30, 0)
    assert (change["against"], change["method"]) == ("2026-01-19", "mcnemar")
    assert change["p_value"] < 0.001


def test_links_have_a_change_of_their_own() -> None:
    then = table([row(i, cited=1) for i in range(100)])
    now = table([row(i, cited=1, own=1 if i < 20 else 0) for i in range(100)])
    rates = judged({"chat-a": now}, {"chat-a": then})
    assert (rates["mention_rate"]["verdict"], rates["link_mention_rate"]["verdict"]) == ("within_noise", "up")


def test_an_engine_that_does_not_tell_its_citations_has_no_part_in_their_change() -> None:
    silent = table([row(i, told=False) for i in range(100)])
    then = table([row(i, cited=1) for i in range(100)])
    now = table([row(i, cited=1, own=1 if i < 20 else 0) for i in range(100)])
    both = judged({"chat-a": now, "chat-b": silent}, {"chat-a": then, "chat-b": silent})
    assert both["link_mention_rate"]["change"]["delta"] == pytest.approx(0.2)
    assert both["mention_rate"]["change"]["n"] == 100
    alone = judged({"chat-b": silent}, {"chat-b": silent})["link_mention_rate"]
    assert (alone["rate"], alone["verdict"], alone["change"]["n"]) == (None, None, 0)


def test_a_day_without_another_to_compare_with_has_no_change() -> None:
    rates = judged({"chat-a": day(90)})
    assert rates == as_stored(compute_rates(day(90)))
    degraded = as_stored(with_changes(compute_rates(day(90)), []))
    assert (degraded["mention_rate"]["verdict"], "change" in degraded["mention_rate"]) == (None, False)


def test_what_was_said_before_is_dropped() -> None:
    again = with_changes(changed({"chat-a": day(90)}, {"chat-a": day(60)}), [])
    assert as_stored(again) == as_stored(compute_rates(day(90)))


def test_a_rate_of_too_few_stays_so() -> None:
    rate = judged({"chat-a": day(29, 29)}, {"chat-a": day(0, 29)})["mention_rate"]
    assert (rate["verdict"], rate["change"]["gained"]) == ("too_few", 29)


def test_a_new_bank_takes_no_figure_away() -> None:
    then = table([row(f"old-{i}", named=True) for i in range(200)])
    rate = judged({"chat-a": day(60)}, {"chat-a": then})["mention_rate"]
    assert (rate["verdict"], rate["change"]["n"], rate["change"]["delta"]) == (None, 0, None)


def test_days_on_other_engines_are_not_compared() -> None:
    both = {"chat-a": day(60), "chat-b": day(60)}
    assert judged(both, {"chat-a": day(90)}, both)["mention_rate"]["change"]["against"] == "2026-01-18"
    assert "change" not in judged(both, {"chat-a": day(90)})["mention_rate"]


def test_a_question_that_one_engine_missed_moves_nothing() -> None:
    always, never = day(60, 60), day(0, 60)
    broken = table([row(i, ok=i >= 20) for i in range(60)])
    rate = judged({"chat-a": always, "chat-b": broken}, {"chat-a": always, "chat-b": never})["mention_rate"]
    assert (rate["change"]["delta"], rate["verdict"]) == (0.0, "within_noise")


def test_clusters_are_compared_week_against_week_and_corrected_for_one_another() -> None:
    before, after = clusters(dict.fromkeys(range(8), 8)), clusters({**dict.fromkeys(range(8), 8), 3: 20})
    rates = judged(*[{"chat-a": after}] * 7, *[{"chat-a": before}] * 8)
    moved, still = (rates[f"mention_rate[cluster={c}]"]["pooled_change"] for c in (3, 4))
    assert (moved["verdict"], still["verdict"]) == ("up", "within_noise")
    whole = rates["mention_rate"]["pooled_change"]
    assert whole["n"] == 200
    # the two that moved are first and second of nine: the whole and eight clusters
    assert max(moved["q_value"], whole["q_value"]) == pytest.approx(4.5 * max(moved["p_value"], whole["p_value"]))
    assert (moved["days"][0], moved["days"][-1], len(moved["days"])) == ("2026-01-20", "2026-01-14", 7)
    assert (moved["against"][0], len(moved["against"])) == ("2026-01-13", 7)
    assert rates["mention_rate[cluster=3]"]["verdict"] == "too_few"  # a daily figure of 25 questions stays an interval


def test_what_one_cluster_could_pass_alone_among_eight_is_noise() -> None:
    """6 of 25 questions all gained: p = 0.03 alone, not among eight clusters."""
    before, after = clusters(dict.fromkeys(range(8), 8)), clusters({**dict.fromkeys(range(8), 8), 3: 14})
    pooled = judged({"chat-a": after}, {"chat-a": before})["mention_rate[cluster=3]"]["pooled_change"]
    assert (pooled["p_value"] < 0.05, pooled["q_value"] > 0.05, pooled["verdict"]) == (True, True, "within_noise")


def test_clusters_too_small_to_tell_take_no_power_from_the_others() -> None:
    """All of twelve questions gained, p = 0.0005; four clusters of three could tell nothing."""

    def bank(*, named: bool) -> dict[str, Outcomes]:
        return {"chat-a": table([row(i, cluster=i // 3, named=named) for i in range(12)])}

    rates = judged(bank(named=True), bank(named=False))
    whole, small = rates["mention_rate"]["pooled_change"], rates["mention_rate[cluster=0]"]["pooled_change"]
    assert (whole["verdict"], whole["q_value"]) == ("up", whole["p_value"])
    assert (small["verdict"], small["q_value"]) == ("too_few", None)


def test_a_cluster_has_a_figure_once_it_is_pooled_over_days() -> None:
    """25 questions: an interval only on one day; after seven days a figure, its interval over questions."""
    tables = [{"chat-a": clusters({0: 5 + n % 3, 1: 20})} for n in range(9)]
    rate = judged(*tables)["mention_rate[cluster=0]"]
    pooled = rate["pooled"]
    assert (rate["verdict"], rate["n"]) == ("too_few", 25)
    assert (pooled["k"], pooled["n"], pooled["method"], len(pooled["days"])) == (41, 175, "bootstrap", 7)
    assert pooled["verdict"] is None or pooled["high"] - pooled["low"] >= 0.3
    assert pooled["low"] < pooled["rate"] < pooled["high"]
    assert "pooled" not in judged(tables[0])["mention_rate[cluster=0]"]
    assert "pooled" not in as_stored(with_changes(changed(*tables), []))["mention_rate[cluster=0]"]


def test_a_pooled_cluster_that_varies_much_stays_an_interval() -> None:
    wide = judged(*[{"chat-a": clusters({0: 12})}] * 8)["mention_rate[cluster=0]"]["pooled"]
    assert wide["high"] - wide["low"] > 0.3
    assert wide["verdict"] == "too_few"
    calm = judged(*[{"chat-a": clusters({0: 2})}] * 8)["mention_rate[cluster=0]"]["pooled"]
    assert (calm["verdict"], calm["rate"]) == (None, 0.08)


def test_a_cluster_is_that_of_todays_bank() -> None:
    then = table([row(i, cluster=5) for i in range(25)])
    now = table([row(i, cluster=2, named=True) for i in range(25)])
    pooled = judged({"chat-a": now}, {"chat-a": then})["mention_rate[cluster=2]"]["pooled_change"]
    assert (pooled["n"], pooled["verdict"]) == (25, "up")
    few = judged({"chat-a": now.where(np.arange(25) < 5)}, {"chat-a": then})["mention_rate[cluster=2]"]
    assert few["pooled_change"]["verdict"] == "too_few"


def asked(generator: np.random.Generator, propensity: np.ndarray[Any, Any]) -> dict[str, Outcomes]:
    """A day of 8 clusters of 25 questions, each named with its own propensity."""
    named = generator.random(200) < propensity
    return {"chat-a": table([row(i, cluster=i % 8, named=bool(hit)) for i, hit in enumerate(named)])}


def test_a_planted_change_is_flagged_and_quiet_weeks_are_not() -> None:
    """14 days; where 18 points are planted on day 8 they are told that day, and nearly every cluster's by day 14."""
    generator = np.random.default_rng(11)
    told_at_once = 0
    clusters_told = 0
    families_with_a_false_flag = 0
    worlds = 20
    for _ in range(worlds):
        usual = generator.beta(1.2, 2.8, 200)
        raised = np.minimum(usual + 0.18, 1)
        quiet = [asked(generator, usual) for _ in range(14)]
        planted = [*quiet[:7], *(asked(generator, raised) for _ in range(7))]
        told_at_once += judged(*reversed(planted[:8]))["mention_rate"]["verdict"] == "up"
        clusters_told += sum(
            rate["pooled_change"]["verdict"] == "up"
            for name, rate in judged(*reversed(planted)).items()
            if "pooled_change" in rate and "cluster" in name
        )
        of_quiet = [rate["pooled_change"] for rate in judged(*reversed(quiet)).values() if "pooled_change" in rate]
        assert len(of_quiet) == 9
        families_with_a_false_flag += any(change["verdict"] in {"up", "down"} for change in of_quiet)
    assert told_at_once >= 0.95 * worlds
    assert clusters_told >= 0.9 * 8 * worlds
    # where nothing has changed every flag is a false one: 5 % of the families, 1 of 20, may have any
    assert families_with_a_false_flag <= 3
