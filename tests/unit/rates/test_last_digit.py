"""No digit that is shown hangs on how often, or with which seed, something was drawn."""

from itertools import product

import numpy as np
import pytest
from benchmarks.coverage import world

from answerlens_rates.change import mcnemar_exact, sign_flip
from answerlens_rates.intervals import bootstrap_ratio
from answerlens_rates.outcomes import pool
from answerlens_rates.rates import compute_rates
from tests.support.drawn import drawn

# half of the last digit that is shown of a share: tenths of a point
DIGIT = 0.0005


@pytest.mark.case("o9")
@pytest.mark.parametrize("once", [1, 15, 35, 45, 65, 75, 105])
def test_155_of_400_answers_have_the_interval_of_all_resamples(once: int) -> None:
    """200 questions on two engines: so many name the brand on one of them, the others on both or neither."""
    named = np.repeat([0.0, 1.0, 2.0], [200 - once - (155 - once) // 2, once, (155 - once) // 2])
    assert named.sum() == 155
    interval = bootstrap_ratio(named, np.full(200, 2.0))
    assert interval is not None
    # only certain values can be reached: the very same ones
    assert interval == pytest.approx(drawn(named, np.full(200, 2.0), 2_000_000, seed=3), abs=1e-9)


@pytest.mark.case("o9")
@pytest.mark.parametrize("seed", [2])
def test_the_last_digit_of_every_bootstrapped_rate_is_right(seed: int) -> None:
    generator = np.random.default_rng(seed)
    outcomes = pool([world(generator, 120, 1, 0.35), world(generator, 120, 1, 0.3)])
    rates = compute_rates(outcomes)
    answers = outcomes.where(outcomes.ok)
    weights = np.maximum(answers.score, 0).astype(np.float64)
    voices = answers.named + answers.competitors_named.sum(axis=1)
    judged = answers.named & (answers.sentiment >= -1)
    for name, above, below in (
        ("mention_rate", answers.named, np.ones(len(weights))),
        ("weighted_mention_rate", weights * answers.named, weights),
        ("mean_position", answers.position, answers.named),
        ("share_of_voice", answers.named, voices),
        ("link_share", answers.cited_own, answers.cited_total),
        ("positive_share", (answers.sentiment == 1) & judged, judged),
        ("first_mention_rate", answers.position == 1, np.ones(len(weights))),
    ):
        questions = np.unique(answers.question_id, return_inverse=True)[1]
        numerators, denominators = np.bincount(questions, above), np.bincount(questions, below)
        expected = drawn(numerators[denominators > 0], denominators[denominators > 0], 400_000, seed=1)
        rate = rates[name]
        assert rate.method == "bootstrap", name
        step = 10 if name == "mean_position" else 1
        assert (rate.low, rate.high) == pytest.approx(expected, abs=2 * DIGIT * step), name


@pytest.mark.case("o9")
@pytest.mark.parametrize("questions", [4, 8, 15])
def test_the_interval_of_few_questions_is_that_of_all_resamples(questions: int) -> None:
    named = np.arange(questions, dtype=np.float64) % 4
    asked = 3 + np.arange(questions, dtype=np.float64) % 3
    interval = bootstrap_ratio(named, asked)
    assert interval is not None
    assert interval == pytest.approx(drawn(named, asked, 2_000_000, seed=3), abs=2 * DIGIT)


@pytest.mark.case("o9")
@pytest.mark.parametrize("seed", range(4))
def test_the_sign_flip_test_counts_every_throw(seed: int) -> None:
    """Of so few questions each throw can be listed; thirds and halves beside whole ones."""
    moved = np.random.default_rng(seed).choice([-1, -0.5, -1 / 3, 1 / 3, 0.5, 2 / 3, 1], 14)
    throws = np.array(list(product((-1.0, 1.0), repeat=14))) @ np.abs(moved)
    expected = float(np.mean(np.abs(throws) >= abs(moved.sum()) - 1e-9))
    assert sign_flip(np.concatenate([moved, np.zeros(20)])) == pytest.approx(expected, abs=1e-9)


@pytest.mark.case("o9")
@pytest.mark.parametrize("gained", range(20, 60))
def test_at_the_edge_of_the_level_the_verdict_is_the_tests_own(gained: int) -> None:
    """Half an answer up or down in so many questions: the exact binomial test knows how likely that is."""
    lost = gained - round(2 * np.sqrt(2 * gained))
    differences = np.repeat([0.5, -0.5], [gained, lost])
    assert sign_flip(differences) == pytest.approx(mcnemar_exact(gained, lost), abs=1e-12)


def test_differences_of_many_denominators_are_rounded_where_they_are_rare() -> None:
    generator = np.random.default_rng(6)
    differences = np.concatenate(
        [generator.integers(-7, 8, 150) / 14, generator.integers(-6, 7, 20) / 13, [5 / 11, -3 / 17, 7 / 19, -2 / 23]]
    )
    moved = differences[differences != 0]
    throws = np.concatenate([generator.choice([-1.0, 1.0], (50_000, len(moved))) @ moved for _ in range(8)])
    expected = float(np.mean(np.abs(throws) >= abs(moved.sum()) - 1e-9))
    assert sign_flip(differences) == pytest.approx(expected, abs=4e-3)
