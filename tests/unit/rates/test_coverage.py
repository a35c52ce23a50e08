"""Every published rate, computed as it is for an order, against a known truth: `benchmarks/coverage.py` in small."""

import pytest
from benchmarks.coverage import POOLED, RATES, coverage
from scipy.stats import binom

# 95 % intervals cover 93 to 97 %, as far as so many days can tell.
LEAST = 0.93
MOST = 0.97
CHANCE = 0.005


@pytest.mark.parametrize(
    ("questions", "asks", "days"),
    [
        (100, 3, 30),
        (50, 1, 60),
        (25, 7, 60),
        *(pytest.param(*each, marks=pytest.mark.long) for each in [(100, 3, 200), (50, 1, 300), (25, 7, 600)]),
    ],
)
def test_every_rate_covers_the_truth_though_answers_to_a_question_are_alike(
    questions: int, asks: int, days: int
) -> None:
    covered, _ = coverage(questions, asks, 0.3, days)
    assert covered.keys() == {*RATES, *([POOLED] if asks > 1 else [])}
    outside = {
        name: sum(held) / len(held)
        for name, held in covered.items()
        if binom.cdf(sum(held), len(held), LEAST) < CHANCE or binom.sf(sum(held) - 1, len(held), MOST) < CHANCE
    }
    assert not outside


@pytest.mark.parametrize("days", [10, pytest.param(40, marks=pytest.mark.long)])
def test_the_interval_of_a_mean_position_is_shown_alone_where_few_questions_name_the_brand(days: int) -> None:
    _, too_few = coverage(200, 3, 0.05, days)
    assert too_few["mean_position"] >= days - 1
    assert too_few["mention_rate"] == 0
