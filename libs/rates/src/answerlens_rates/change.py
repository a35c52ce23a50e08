"""Whether a brand's mention rate moved from one day to the next, paired by question.

Sources: Q. McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 12
(1947), in its exact form; for questions asked several times the same test in general, R. A. Fisher's sign-flip
permutation test ("The Design of Experiments", 1935, §21).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from answerlens_rates.outcomes import Floats, Outcomes
from answerlens_rates.rate import Test, Verdict
from answerlens_rates.rates import FEWEST_QUESTIONS

ALPHA: Final = 0.05
# Differences are fractions of small numbers of answers; finer ones than this are rounded.
_FINEST: Final = 20_000
_MOST_STEPS: Final = 2**16

Hits = Callable[[Outcomes], NDArray[np.bool_]]


def names_the_brand(outcomes: Outcomes) -> NDArray[np.bool_]:
    """The answers that `mention_rate` counts."""
    return outcomes.named


def cites_the_order(outcomes: Outcomes) -> NDArray[np.bool_]:
    """The answers that `link_mention_rate` counts."""
    return outcomes.cited_own > 0


def every_answer(outcomes: Outcomes) -> NDArray[np.bool_]:
    """The answers that `mention_rate` is of, among those of status ok to unbranded questions."""
    return np.ones_like(outcomes.ok)


def tells_citations(outcomes: Outcomes) -> NDArray[np.bool_]:
    """The answers that `link_mention_rate` is of, likewise."""
    return outcomes.citations_known


@dataclass(frozen=True, slots=True)
class Change:
    """The move of a rate over the questions answered on both days.

    Attributes:
        gained: Questions whose answers count more often than before (name the brand, cite its links).
        lost: Questions whose answers count less often.
        n: Questions answered on both days.
        delta: Mean over these questions of now minus then, None without any.
        p_value: Probability of a move at least as large when nothing changed.
        method: The test.
        verdict: What to tell.
    """

    gained: int
    lost: int
    n: int
    delta: float | None
    p_value: float
    method: Test
    verdict: Verdict


def paired_change(previous: Outcomes, current: Outcomes, of: Hits = names_the_brand, *, alpha: float = ALPHA) -> Change:
    """Compare two days of one order on one engine (or pooled alike), over unbranded questions that both answered.

    Args:
        previous: The earlier day, or days.
        current: The later.
        of: Which answers the rate counts.
        alpha: The level of the test.
    """
    then, now = rates_by_question(previous, of), rates_by_question(current, of)
    shared = sorted(then.keys() & now.keys())
    differences = np.array([now[question] - then[question] for question in shared], dtype=np.float64)
    gained, lost = int((differences > 0).sum()), int((differences < 0).sum())
    if np.isin(differences, (-1.0, 0.0, 1.0)).all():
        method: Test = "mcnemar"
        p_value = mcnemar_exact(gained, lost)
    else:
        method, p_value = "sign_flip", sign_flip(differences)
    delta = float(differences.mean()) if shared else None
    verdict = verdict_of(len(shared), delta, p_value, alpha=alpha)
    return Change(gained, lost, len(shared), delta, p_value, method, verdict)


def judge(verdict: Verdict | None, change: Change) -> Verdict | None:
    """The verdict of a rate that has changed so: one with too few questions behind it keeps that verdict.

    A change with too few questions behind it (a new bank) says nothing, and nothing against the rate either.
    """
    return verdict if verdict == "too_few" or change.verdict == "too_few" else change.verdict


def mcnemar_exact(gained: int, lost: int) -> float:
    """Two-sided p-value of so uneven a split of the questions that changed, each a fair coin."""
    return min(1.0, 2 * float(binom.cdf(min(gained, lost), gained + lost, 0.5)))


def sign_flip(differences: Floats) -> float:
    """Two-sided p-value of the mean difference when each question's sign is a fair coin, over all throws of them."""
    steps = _whole_steps(differences[differences != 0])
    ways = np.ones(1)
    for step in np.sort(np.abs(steps)):  # the share of the throws in which those that fall up add up to each number
        ways = np.pad(ways, (0, step)) + np.pad(ways, (step, 0))
        ways /= 2
    observed = abs(int(steps.sum()))
    return min(1.0, 2 * float(ways[(len(ways) - 1 + observed) // 2 :].sum())) if observed else 1.0


def _whole_steps(differences: Floats) -> NDArray[np.int64]:
    """The differences as multiples of one fraction that fits all, or as many of them as can be."""
    fractions = [Fraction(difference).limit_denominator(_FINEST) for difference in differences.tolist()]
    most = int(_MOST_STEPS / max(1.0, float(np.abs(differences).sum())))
    parts = 1
    for denominator, _ in Counter(fraction.denominator for fraction in fractions).most_common():
        if lcm(parts, denominator) <= most:
            parts = lcm(parts, denominator)
    return np.array([round(fraction * parts) for fraction in fractions], dtype=np.int64)


def verdict_of(
    n: int, delta: float | None, p_value: float, *, alpha: float = ALPHA, fewest: int = FEWEST_QUESTIONS
) -> Verdict:
    """What a move of `delta` over `n` questions tells; `p_value` may be corrected for other tests beside it."""
    if n < fewest or delta is None:
        return "too_few"
    if p_value >= alpha or delta == 0:
        return "within_noise"
    return "up" if delta > 0 else "down"


def rates_by_question(outcomes: Outcomes, of: Hits) -> dict[str, float]:
    """For each unbranded question the share of its `ok` answers that the rate counts."""
    answers = outcomes.where(outcomes.ok & ~outcomes.branded)
    questions, inverse = np.unique(answers.question_id, return_inverse=True)
    means = np.bincount(inverse, of(answers)) / np.bincount(inverse)
    return dict(zip(questions.tolist(), means.tolist(), strict=True))
