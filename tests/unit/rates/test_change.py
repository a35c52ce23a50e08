from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

from answerlens_rates.change import cites_the_order, judge, mcnemar_exact, paired_change, sign_flip
from answerlens_rates.outcomes import pool
from tests.unit.rates.tables import day, row, table


@pytest.mark.parametrize(("gained", "lost"), list(product((0, 1, 5, 12, 40), repeat=2)))
def test_mcnemar_is_the_exact_binomial_test(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert mcnemar_exact(gained, lost) == pytest.approx(expected)


def test_the_sign_flip_test_is_mcnemars_for_single_asks() -> None:
    differences = np.repeat([1.0, -1.0, 0.0], [20, 8, 172])
    assert sign_flip(differences) == pytest.approx(mcnemar_exact(20, 8), abs=0.01)


@pytest.mark.parametrize(("now", "verdict"), [(90, "up"), (40, "down"), (60, "within_noise"), (64, "within_noise")])
def test_the_verdict_follows_the_test(now: int, verdict: str) -> None:
    change = paired_change(day(60), day(now))
    assert change.verdict == verdict
    assert change.delta == pytest.approx((now - 60) / 200)
    assert (change.n, change.method) == (200, "mcnemar")


def test_the_same_delta_is_noise_when_many_answers_flip_by_chance() -> None:
    """The pairing matters: +8 points with 48 gained and 32 lost is noise, with 16 gained and none lost it is not."""
    then = table([row(i, named=i < 82) for i in range(200)])
    churn = table([row(i, named=32 <= i < 130) for i in range(200)])
    change = paired_change(then, churn)
    assert (change.gained, change.lost, change.verdict) == (48, 32, "within_noise")
    assert paired_change(then, day(98)).verdict == "up"


def test_only_questions_answered_on_both_days_are_compared() -> None:
    then = table([row(i, named=i < 50, ok=i < 80) for i in range(100)])
    now = table([row(i, named=True) for i in range(40, 140)])
    change = paired_change(then, now)
    assert (change.n, change.gained, change.lost) == (40, 30, 0)


def test_branded_questions_are_not_compared() -> None:
    then = table([row(i, branded=True) for i in range(100)])
    now = table([row(i, named=True, branded=True) for i in range(100)])
    assert (paired_change(then, now).n, paired_change(then, now).verdict) == (0, "too_few")


def test_too_few_questions_give_no_verdict_on_change() -> None:
    assert paired_change(day(0, 29), day(29, 29)).verdict == "too_few"
    assert paired_change(table([]), table([])).delta is None


def test_several_answers_to_a_question_are_tested_by_its_mean() -> None:
    then = pool([day(40), day(40)])
    now = pool([day(75), day(40)])
    change = paired_change(then, now)
    assert (change.method, change.gained, change.lost, change.verdict) == ("sign_flip", 35, 0, "up")
    assert change.delta == pytest.approx(35 / 400)


def test_false_alarms_stay_at_the_level_promised() -> None:
    generator = np.random.default_rng(3)
    propensity = generator.beta(0.6, 1.4, (300, 200))
    flags = 0
    for day_propensity in propensity:
        then, now = generator.random((2, 200)) < day_propensity
        flags += mcnemar_exact(int((now & ~then).sum()), int((then & ~now).sum())) < 0.05
    assert flags / 300 <= 0.06


def test_the_links_of_the_order_are_compared_like_its_names() -> None:
    then = table([row(i, cited=1) for i in range(100)])
    now = table([row(i, cited=1, own=1 if i < 20 else 0) for i in range(100)])
    assert paired_change(then, now).verdict == "within_noise"
    change = paired_change(then, now, cites_the_order)
    assert (change.gained, change.verdict) == (20, "up")


def test_the_verdict_is_put_on_the_rate_unless_it_has_too_few_behind_it() -> None:
    change = paired_change(day(60), day(90))
    assert judge(None, change) == "up"
    assert judge("too_few", change) == "too_few"
    assert judge(None, paired_change(day(0, 20), day(20, 20))) is None
