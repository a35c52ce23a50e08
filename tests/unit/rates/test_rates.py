from typing import Any

import pytest

from answerlens_rates.intervals import wilson
from answerlens_rates.outcomes import Outcomes, pool
from answerlens_rates.rate import Rate
from answerlens_rates.rates import compute_rates
from tests.unit.rates.tables import as_stored, day, row, table


def test_a_plain_proportion_has_wilsons_interval() -> None:
    rate = compute_rates(day(60))["mention_rate"]
    assert rate == Rate(60, 200, 0.3, *wilson(0.3, 200), "wilson", None)


def test_only_ok_answers_count() -> None:
    rows = [row(i, named=i < 20, ok=i < 40) for i in range(100)]
    rate = compute_rates(table(rows))["mention_rate"]
    assert (rate.k, rate.n, rate.rate) == (20, 40, 0.5)


def test_no_ok_answer_gives_no_rate_rather_than_zero() -> None:
    for outcomes in (table([]), table([row(1, named=True, ok=False)])):
        rates = compute_rates(outcomes)
        assert set(rates) >= {"mention_rate", "share_of_voice", "mean_position", "link_share", "mention_rate[branded]"}
        assert all(
            (rate.k, rate.n, rate.rate, rate.low, rate.high, rate.method, rate.verdict)
            == (None, None, None, None, None, "none", None)
            for rate in rates.values()
        )
        assert all(rate.reason for rate in rates.values())


@pytest.mark.case("o4")
@pytest.mark.parametrize("named", [0, 60, 200])
def test_without_competitors_there_is_no_rank(named: int) -> None:
    rates = asdict_of(table([row(i, named=i < named) for i in range(200)]))
    for name in ("first_mention_rate", "top3_rate", "mean_position", "share_of_voice"):
        found = rates[name]
        assert (found["k"], found["n"], found["rate"], found["verdict"]) == (None, None, None, None), name
        assert found.get("reason") == "no_competitors", name
    assert (rates["mention_rate"]["k"], rates["mention_rate"].get("reason")) == (named, None)


@pytest.mark.case("o4")
def test_a_rate_that_is_null_says_why_and_one_that_is_not_does_not() -> None:
    """Each way in which nothing can be divided, and what it is called."""
    unnamed = [row(i, others=[True], score=0, cited=0) for i in range(40)]
    nobody = [row(i, others=[False]) for i in range(40)]
    silent = [row(i, named=True, others=[False], told=False) for i in range(40)]
    failed = [row(i, named=True, others=[False], ok=False) for i in range(40)]
    cases = {
        "mean_position": (unnamed, "brand_not_named"),
        "positive_share": (unnamed, "brand_not_named"),
        "negative_share": (silent, "not_judged"),
        "share_of_voice": (nobody, "nobody_named"),
        "weighted_mention_rate": (unnamed, "no_scores"),
        "mention_rate[score=4]": (unnamed, "no_such_score"),
        "link_share": (unnamed, "nothing_cited"),
        "link_mention_rate": (silent, "citations_unknown"),
        "mention_rate[branded]": (unnamed, "no_questions"),
        "mention_rate": (failed, "no_answers"),
        "first_mention_rate": (failed, "no_answers"),
    }
    for name, (rows, reason) in cases.items():
        found = asdict_of(table(rows))[name]
        assert (found["rate"], found["k"], found["n"], found.get("reason")) == (None, None, None, reason), name
    for found in asdict_of(table(silent)).values():
        assert (found["rate"] is None) == (found.get("reason") is not None)


def asdict_of(outcomes: Outcomes) -> dict[str, dict[str, Any]]:
    """The rates as they are stored."""
    return as_stored(compute_rates(outcomes))


def test_one_question_has_an_interval_and_too_few_behind_it() -> None:
    rate = compute_rates(table([row(1, named=True)]))["mention_rate"]
    assert (rate.k, rate.n, rate.rate, rate.verdict) == (1, 1, 1.0, "too_few")
    assert (rate.low, rate.high) == wilson(1.0, 1)


@pytest.mark.parametrize(("named", "rate"), [(0, 0.0), (50, 1.0)])
def test_none_and_all_named_still_have_an_interval(named: int, rate: float) -> None:
    rows = [
        row(i, named=i < named, others=[True], replicate=r, own=int(i < named), cited=1)
        for i in range(50)
        for r in (1, 2)
    ]
    rates = compute_rates(table(rows))
    for name in ("mention_rate", "weighted_mention_rate", "link_share"):
        assert (rates[name].rate, rates[name].method) == (rate, "wilson"), name
        # 50 questions, not 100 answers: those of one question may simply repeat each other
        assert (rates[name].low, rates[name].high) == pytest.approx(wilson(rate, 50)), name


def test_branded_questions_are_never_pooled_with_the_rest() -> None:
    rows = [row(f"b{i}", named=True, branded=True) for i in range(50)] + [row(i, named=i < 10) for i in range(100)]
    rates = compute_rates(table(rows))
    assert (rates["mention_rate"].k, rates["mention_rate"].n) == (10, 100)
    assert (rates["mention_rate[branded]"].k, rates["mention_rate[branded]"].n) == (50, 50)
    assert all((rate.n or 0) <= 100 for name, rate in rates.items() if name != "mention_rate[branded]")


def test_an_answer_weighs_as_much_as_its_score() -> None:
    rows = [row(i, named=True, score=4) for i in range(30)] + [row(100 + i, score=1) for i in range(30)]
    rates = compute_rates(table(rows))
    weighted = rates["weighted_mention_rate"]
    assert (weighted.k, weighted.n, weighted.rate, weighted.method) == (120, 150, 0.8, "bootstrap")
    assert rates["mention_rate"].rate == 0.5
    assert weighted.low is not None
    assert weighted.high is not None
    assert weighted.low < 0.8 < weighted.high


def test_answers_without_score_or_room_for_brands_have_no_weight() -> None:
    rates = compute_rates(table([row(1, named=True, score=None), row(2, named=True, score=0), row(3, score=2)]))
    assert (rates["weighted_mention_rate"].k, rates["weighted_mention_rate"].n) == (0, 2)


def test_rates_are_given_by_score_and_by_cluster() -> None:
    rows = [row(i, named=i % 2 == 0, score=i % 5, cluster=i // 25) for i in range(200)]
    rates = compute_rates(table(rows))
    assert (rates["mention_rate[score=4]"].k, rates["mention_rate[score=4]"].n) == (20, 40)
    assert (rates["mention_rate[cluster=7]"].k, rates["mention_rate[cluster=7]"].n) == (12, 25)
    assert sum(rates[f"mention_rate[cluster={c}]"].n or 0 for c in range(8)) == 200


def test_a_cluster_of_25_is_shown_as_an_interval_only() -> None:
    rates = compute_rates(table([row(i, named=i < 8) for i in range(25)]))
    rate = rates["mention_rate[cluster=0]"]
    assert rate.verdict == "too_few"
    assert (rate.low, rate.high) == pytest.approx((0.172, 0.516), abs=0.001)


def test_fewer_than_thirty_questions_are_too_few() -> None:
    assert compute_rates(day(0, 29))["mention_rate"].verdict == "too_few"
    assert compute_rates(day(0, 30))["mention_rate"].verdict is None


def test_questions_that_weigh_little_count_for_little_of_the_thirty() -> None:
    """40 questions name the brand, three of them in most of the answers: no more is known than of eight."""
    rows = [
        row(i, named=True, position=1 + i % 2, replicate=r, others=[True])
        for i in range(40)
        for r in range(30 if i < 3 else 1)
    ]
    rates = compute_rates(table(rows))
    assert rates["mean_position"].verdict == "too_few"
    assert (
        compute_rates(table([row(i, named=True, position=1 + i % 2, others=[True]) for i in range(40)]))[
            "mean_position"
        ].verdict
        is None
    )


def test_an_interval_of_thirty_points_is_too_few() -> None:
    assert compute_rates(day(15, 30))["mention_rate"].verdict == "too_few"
    assert compute_rates(day(2, 30))["mention_rate"].verdict is None


def test_first_top_three_and_mean_position_rank_among_the_competitors() -> None:
    positions = [1] * 30 + [3] * 30 + [5] * 30
    rows = [row(i, named=True, position=position, others=[True] * 4) for i, position in enumerate(positions)]
    rows += [row(200 + i, others=[True] * 4) for i in range(10)]
    rates = compute_rates(table(rows))
    assert (rates["first_mention_rate"].k, rates["first_mention_rate"].n) == (30, 100)
    assert (rates["top3_rate"].k, rates["top3_rate"].n) == (60, 100)
    mean = rates["mean_position"]
    assert (mean.k, mean.n, mean.rate, mean.method) == (90, 100, 3.0, "bootstrap")
    assert mean.low is not None
    assert 2.5 < mean.low < 3 < (mean.high or 0) < 3.5
    assert mean.among == ("a", "b", "c", "d")


def test_a_position_that_never_varies_has_no_interval() -> None:
    mean = compute_rates(table([row(i, named=i < 50, others=[False]) for i in range(200)]))["mean_position"]
    assert (mean.rate, mean.low, mean.high, mean.method) == (1.0, None, None, "none")


def test_share_of_voice_is_by_answers_and_names_its_competitors() -> None:
    rows = [row(i, named=i < 50, others=[i < 100, i < 50]) for i in range(200)]
    share = compute_rates(table(rows))["share_of_voice"]
    assert (share.k, share.n, share.rate, share.method) == (50, 200, 0.25, "bootstrap")
    assert share.among == ("a", "b")


def test_share_of_voice_is_null_when_nobody_is_named() -> None:
    share = compute_rates(table([row(i, others=[False, False]) for i in range(200)]))["share_of_voice"]
    assert (share.k, share.n, share.rate, share.low, share.among) == (None, None, None, None, ("a", "b"))


def test_share_of_voice_is_null_without_competitors() -> None:
    assert compute_rates(day(60))["share_of_voice"].rate is None


def test_cited_and_listed_links_have_rates_of_their_own() -> None:
    rows = [row(i, own=2 * (i < 20), listed=3 * (i < 50), cited=4) for i in range(100)]
    rates = compute_rates(table(rows))
    assert (rates["link_mention_rate"].k, rates["link_mention_rate"].n) == (20, 100)
    assert (rates["link_listed_rate"].k, rates["link_listed_rate"].n) == (50, 100)
    assert (rates["link_share"].k, rates["link_share"].n, rates["link_share"].rate) == (40, 400, 0.1)
    assert rates["link_share"].method == "bootstrap"


def test_answers_whose_citations_are_unknown_are_in_no_rate_of_citations() -> None:
    rows = [row(i, own=i < 20, listed=i < 50, cited=4, told=i < 40) for i in range(100)]
    rates = compute_rates(table(rows))
    assert (rates["link_mention_rate"].k, rates["link_mention_rate"].n) == (20, 40)
    assert (rates["link_share"].k, rates["link_share"].n) == (20, 160)
    assert (rates["link_listed_rate"].k, rates["link_listed_rate"].n) == (50, 100)
    never = compute_rates(table([row(i, listed=1, told=False) for i in range(100)]))
    for name in ("link_mention_rate", "link_share"):
        assert (never[name].n, never[name].rate, never[name].method) == (None, None, "none")


def test_replicates_are_bootstrapped_over_questions() -> None:
    rows = [row(i, named=i < 60, replicate=r) for i in range(200) for r in range(1, 6)]
    rate = compute_rates(table(rows))["mention_rate"]
    assert (rate.k, rate.n, rate.method) == (300, 1000, "bootstrap")
    # five answers that agree tell no more than one
    assert (rate.low, rate.high) == pytest.approx(wilson(0.3, 200), abs=0.01)


def test_engines_are_pooled_by_question() -> None:
    """Two engines that give the same answers leave the interval as wide as one."""
    pooled = compute_rates(pool([day(60), day(60)]))["mention_rate"]
    assert (pooled.k, pooled.n, pooled.method) == (120, 400, "bootstrap")
    assert (pooled.low, pooled.high) == pytest.approx(wilson(0.3, 200), abs=0.01)


def test_pooling_one_engine_changes_nothing() -> None:
    assert compute_rates(pool([day(60)])) == compute_rates(day(60))


def test_the_same_outcomes_give_the_same_rates() -> None:
    rows = [row(i, named=i % 3 == 0, others=[i % 2 == 0], score=i % 5) for i in range(200)]
    assert compute_rates(table(rows)) == compute_rates(table(rows))
