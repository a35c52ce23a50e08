import numpy as np
import pytest
from scipy.stats import bootstrap, norm, t

from answerlens_rates.intervals import Interval, bootstrap_ratio, effective_size, wilson
from answerlens_rates.outcomes import Floats


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(60, 200, 24.1, 36.7), (10, 200, 2.7, 9.0), (8, 25, 17.2, 51.6), (0, 50, 0.0, 7.1), (50, 50, 92.9, 100.0)],
)
def test_wilson_gives_the_known_values(k: int, n: int, low: float, high: float) -> None:
    interval = wilson(k / n, n)
    assert (round(100 * interval.low, 1), round(100 * interval.high, 1)) == (low, high)


@pytest.mark.case("o9")
def test_the_bootstrap_is_the_same_in_whatever_order_the_questions_stand() -> None:
    numerators, denominators = np.arange(40.0) % 3, 3 + np.arange(40.0) % 5
    first = bootstrap_ratio(numerators, denominators)
    assert first is not None
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(40)
        assert bootstrap_ratio(numerators[order], denominators[order]) == first


def test_the_bootstrap_agrees_with_wilson_where_both_apply() -> None:
    numerators = np.repeat([1.0, 0.0], [60, 140])
    interval = bootstrap_ratio(numerators, np.ones(200))
    assert interval is not None
    assert interval == pytest.approx(wilson(0.3, 200), abs=0.01)


def test_the_bootstrap_is_corrected_for_bias_and_skew() -> None:
    """Against SciPy's BCa, on data so skewed that plain percentiles are elsewhere."""
    numerators = np.repeat([9.0, 1.0, 0.0], [2, 6, 52])
    denominators = np.repeat([9.0, 4.0, 3.0], [2, 6, 52])

    def ratio(above: Floats, below: Floats, axis: int = -1) -> Floats:
        shares: Floats = above.sum(axis) / below.sum(axis)
        return shares

    n = effective_size(denominators)
    reference = bootstrap(
        (numerators, denominators),
        ratio,
        paired=True,
        n_resamples=20_000,
        method="BCa",
        confidence_level=2 * norm.cdf(np.sqrt(n / (n - 1)) * t.ppf(0.975, n - 1)) - 1,
        rng=np.random.default_rng(1),
    ).confidence_interval
    interval = bootstrap_ratio(numerators, denominators)
    assert interval == pytest.approx((reference.low, reference.high), abs=0.005)
    percentiles = bootstrap(
        (numerators, denominators),
        ratio,
        paired=True,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert percentiles.high < reference.high - 0.02


def test_the_bootstrap_draws_whole_questions() -> None:
    """Ten answers a question that always agree are no more than one."""
    one = bootstrap_ratio(np.repeat([1.0, 0.0], [30, 70]), np.ones(100))
    ten = bootstrap_ratio(np.repeat([10.0, 0.0], [30, 70]), np.full(100, 10.0))
    assert one is not None
    assert ten == pytest.approx(one)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_data_without_any_difference_have_no_bootstrap_interval(value: float) -> None:
    assert bootstrap_ratio(np.full(50, value), np.ones(50)) is None
    assert bootstrap_ratio(np.array([2.0]), np.array([4.0])) is None


def test_questions_of_unequal_weight_are_fewer() -> None:
    assert effective_size(np.ones(50)) == pytest.approx(50)
    assert effective_size(np.array([100.0, 1.0, 1.0])) < 1.1


def coverage(*, replicates: int, naive: bool) -> float:
    """How often an interval covers a rate of 30 % when a question's answers are alike (intraclass correlation 0.5)."""
    generator = np.random.default_rng(7)
    days = 500
    questions = 100
    rate = 0.3
    propensity = generator.beta(rate, 1 - rate, (days, questions))
    named = generator.binomial(replicates, propensity).astype(np.float64)
    covered = 0
    for day in named:
        asked = np.full(questions, float(replicates))
        interval = wilson(day.sum() / asked.sum(), asked.sum()) if naive else bootstrap_ratio(day, asked)
        covered += interval is not None and interval.low <= rate <= interval.high
    return covered / days


def test_wilson_covers_the_truth_for_one_ask_a_question() -> None:
    assert 0.93 <= coverage(replicates=1, naive=True) <= 0.97


def test_the_bootstrap_covers_the_truth_for_replicates() -> None:
    assert 0.93 <= coverage(replicates=5, naive=False) <= 0.97


def test_wilson_over_replicates_would_be_far_too_narrow() -> None:
    assert coverage(replicates=5, naive=True) < 0.85


# 95 % of the intervals, as far as so many days can tell
DAYS = [pytest.param(100, 0.89, 1.0, id="100"), pytest.param(400, 0.93, 0.97, id="400", marks=pytest.mark.long)]
MORE_DAYS = [pytest.param(150, 0.9, 0.99, id="150"), pytest.param(1000, 0.93, 0.97, id="1000", marks=pytest.mark.long)]


@pytest.mark.parametrize(("days", "least", "most"), DAYS)
def test_the_bootstrap_covers_a_ratio_of_sums(days: int, least: float, most: float) -> None:
    generator = np.random.default_rng(8)
    covered = 0
    for _ in range(days):
        links = generator.integers(1, 12, 150)
        own = generator.binomial(links, generator.beta(0.2, 0.8, 150))
        interval = bootstrap_ratio(own.astype(np.float64), links.astype(np.float64))
        covered += interval is not None and interval.low <= 0.2 <= interval.high
    assert least <= covered / days <= most


@pytest.mark.parametrize(("days", "least", "most"), MORE_DAYS)
@pytest.mark.parametrize(("questions", "asks"), [(12, 1), (12, 7), (20, 7)])
def test_the_bootstrap_covers_a_mean_position_over_few_questions(
    questions: int, asks: int, days: int, least: float, most: float
) -> None:
    """Where plain BCa covers 91 to 93 %: it takes the spread of few questions for known."""
    generator = np.random.default_rng(9)
    covered = 0
    competitors = 4
    ahead = 0.15
    for _ in range(days):
        named = generator.binomial(asks, generator.beta(0.3, 0.7, 500))
        named = named[named > 0][:questions]
        others = generator.beta(ahead, 1 - ahead, (competitors, questions))
        positions = named + generator.binomial(named, others).sum(axis=0)
        interval = bootstrap_ratio(positions.astype(np.float64), named.astype(np.float64))
        covered += interval is not None and interval.low <= 1 + competitors * ahead <= interval.high
    assert least <= covered / days <= most


def test_an_interval_names_its_ends() -> None:
    assert Interval(0.1, 0.2).high == 0.2
