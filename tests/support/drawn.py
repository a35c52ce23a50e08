"""The BCa interval by drawing resamples, which the analyzer does not: what its intervals are held against."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

CHUNK = 20_000


def drawn(
    numerators: NDArray[np.number], denominators: NDArray[np.number], resamples: int, seed: int
) -> tuple[float, float]:
    """The interval of a ratio of sums: multinomial counts of the different questions, an entry a question."""
    questions, counts = np.unique(np.stack([numerators, denominators]), axis=1, return_counts=True)
    generator = np.random.default_rng(seed)
    parts = []
    for start in range(0, resamples, CHUNK):
        many = min(CHUNK, resamples - start)
        times = generator.multinomial(len(numerators), counts / len(numerators), size=many)
        parts.append((times @ questions[0]) / (times @ questions[1]))
    values = np.concatenate(parts)
    rate = numerators.sum() / denominators.sum()
    below = (np.mean(values < rate - 1e-9) + np.mean(values < rate + 1e-9)) / 2
    bias = ndtri(np.clip(below, 1 / resamples, 1 - 1 / resamples))
    without = (numerators.sum() - numerators) / (denominators.sum() - denominators)
    deviations = without.mean() - without
    skew = (deviations**3).sum() / (6 * (deviations**2).sum() ** 1.5)
    n = max(float(denominators.sum() ** 2 / (denominators**2).sum()), 2.0)
    reach = np.sqrt(n / (n - 1)) * stdtrit(n - 1, 0.975)
    levels = [ndtr(bias + (bias + z) / max(1 - skew * (bias + z), 1e-3)) for z in (-reach, reach)]
    low, high = np.quantile(values, levels)
    return float(low), float(high)
