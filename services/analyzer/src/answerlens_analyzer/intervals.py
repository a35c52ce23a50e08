"""95 % intervals: Wilson's for a plain proportion, BCa bootstrap over questions for everything else.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927);
B. Efron, "Better bootstrap confidence intervals", JASA 82 (1987); A. C. Davison and D. V. Hinkley, "Bootstrap
Methods and their Application" (1997), §2.4 for clusters drawn whole; T. C. Hesterberg, "What teachers should know
about the bootstrap", The American Statistician 69 (2015), for few questions; L. Kish, "Survey Sampling" (1965), for how
many questions of unequal weight are.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

LEVEL: Final = 0.95
Z: Final = float(ndtri((1 + LEVEL) / 2))
RESAMPLES: Final = 2_000
SEED: Final = 20_250_101
_ROUNDING: Final = 1e-9

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """Where the true value lies with 95 % confidence."""

    low: float
    high: float


def wilson(rate: float, n: float) -> Interval:
    """Wilson's score interval of a proportion over `n` > 0 independent answers, which need not be whole."""
    centre = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * float(np.sqrt(max(rate * (1 - rate), 0.0) / n + Z * Z / (4 * n * n)))
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def bootstrap_ratio(
    numerators: Floats, denominators: Floats, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Interval | None:
    """BCa interval of sum(numerators) / sum(denominators), an entry a question, questions drawn with replacement.

    Args:
        numerators: Shape (questions,).
        denominators: Shape (questions,), all above 0: a question that adds nothing to the ratio is left out before.
        resamples: How often to draw.
        seed: The same data and seed give the same interval.

    Returns:
        None when the ratio is the same in every resample: then the data say nothing about its spread.
    """
    draws = _draws(len(denominators), resamples, seed)
    values = (draws @ numerators) / (draws @ denominators)
    rate = float(numerators.sum() / denominators.sum())
    if np.ptp(values) <= _ROUNDING * abs(rate):
        return None
    low, high = np.quantile(values, _bca_levels(values, rate, numerators, denominators))
    return Interval(float(low), float(high))


def effective_size(denominators: Floats) -> float:
    """Kish's effective number of questions behind a ratio whose questions weigh differently."""
    return float(denominators.sum() ** 2 / (denominators**2).sum())


def _bca_levels(values: Floats, rate: float, numerators: Floats, denominators: Floats) -> tuple[float, float]:
    """The quantiles of the resamples to read, moved for bias and skew (Efron 1987)."""
    close = np.abs(values - rate) <= _ROUNDING
    below = float((values < rate)[~close].sum() + close.sum() / 2) / len(values)
    bias = float(ndtri(np.clip(below, 1 / len(values), 1 - 1 / len(values))))
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


@lru_cache(maxsize=8)
def _draws(questions: int, resamples: int, seed: int) -> Floats:
    """How often each question is drawn in each resample, shape (resamples, questions); the same for every order."""
    drawn = np.random.default_rng(seed).integers(0, questions, (resamples, questions))
    drawn += np.arange(resamples)[:, None] * questions
    draws = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape).astype(np.float64)
    draws.flags.writeable = False
    return draws
