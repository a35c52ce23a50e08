"""95 % intervals: Wilson's for a plain proportion, BCa bootstrap over questions for everything else.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927);
B. Efron, "Better bootstrap confidence intervals", JASA 82 (1987); A. C. Davison and D. V. Hinkley, "Bootstrap
Methods and their Application" (1997), §2.4 for clusters drawn whole; T. C. Hesterberg, "What teachers should know
about the bootstrap", The American Statistician 69 (2015), for few questions; L. Kish, "Survey Sampling" (1965), for how
many questions of unequal weight are.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from answerlens_rates.outcomes import Floats
from answerlens_rates.resamples import resamples_of

LEVEL: Final = 0.95
Z: Final = float(ndtri((1 + LEVEL) / 2))
_ROUNDING: Final = 1e-9


class Interval(NamedTuple):
    """Where the true value lies with 95 % confidence."""

    low: float
    high: float


def wilson(rate: float, n: float) -> Interval:
    """Wilson's score interval of a proportion over `n` > 0 independent answers, which need not be whole."""
    centre = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * float(np.sqrt(max(rate * (1 - rate), 0.0) / n + Z * Z / (4 * n * n)))
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def bootstrap_ratio(numerators: Floats, denominators: Floats) -> Interval | None:
    """BCa interval of sum(numerators) / sum(denominators), an entry a question, questions drawn with replacement.

    It is that of all resamples together, to which those of more and more draws come nearer.

    Args:
        numerators: Whole numbers, shape (questions,).
        denominators: Likewise, all above 0: a question that adds nothing to the ratio is left out before.

    Returns:
        None when the ratio is the same in every resample: then the data say nothing about its spread.

    Raises:
        ValueError: Others than whole numbers.
    """
    rate = float(numerators.sum() / denominators.sum())
    if np.ptp(numerators / denominators) <= _ROUNDING * abs(rate):
        return None
    resamples = resamples_of(numerators, denominators)
    low, high = _bca_levels(resamples.below(rate), numerators, denominators)
    return Interval(resamples.quantile(low), resamples.quantile(high))


def effective_size(denominators: Floats) -> float:
    """Kish's effective number of questions behind a ratio whose questions weigh differently."""
    return float(denominators.sum() ** 2 / (denominators**2).sum())


def _bca_levels(below: float, numerators: Floats, denominators: Floats) -> tuple[float, float]:
    """The quantiles of the resamples to read, moved for bias (how many are `below` the rate) and skew (Efron 1987)."""
    bias = float(ndtri(np.clip(below, _ROUNDING, 1 - _ROUNDING)))
    jackknife = (numerators.sum() - numerators) / (denominators.sum() - denominators)
    deviations = jackknife.mean() - jackknife
    spread = float((deviations**2).sum())
    skew = float((deviations**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0

    def level(z: float) -> float:
        return float(ndtr(bias + (bias + z) / max(1 - skew * (bias + z), 1e-3)))

    reach = _reach(effective_size(denominators))
    return level(-reach), level(reach)


def _reach(questions: float) -> float:
    """How many standard errors of the resamples to go to either side (Hesterberg 2015).

    Resamples of few questions vary too little, and how much the questions vary is itself only estimated; with many
    questions this is Z.
    """
    n = max(questions, 2.0)
    return float(np.sqrt(n / (n - 1)) * stdtrit(n - 1, (1 + LEVEL) / 2))
