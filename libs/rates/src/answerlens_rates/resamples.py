"""How a ratio of two sums is distributed over all resamples of its questions: computed, where others draw some of them.

n questions drawn with replacement add up to (N*, D*), and the ratio of a resample is N* / D*. Both are sums of n
independent draws, so their joint distribution is that of one draw folded with itself n times: with discrete Fourier
transforms a power. Nothing is drawn, so no digit depends on a seed. Where the table of all (N*, D*) would be too large
the ratios lie too densely to tell from a continuum, and the distribution function is read from the characteristic
function of N* - r D* instead.

Sources: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 6 (the ideal bootstrap);
R. B. Davies, "Numerical inversion of a characteristic function", Biometrika 60 (1973).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, next_fast_len

from answerlens_rates.outcomes import Floats

Integers = NDArray[np.int64]

# What lies further out than so many standard deviations, or extreme draws of one question, is never seen.
_DEVIATIONS: Final = 9.0
_EXTREMES: Final = 4
_MOST_CELLS: Final = 2**19
_HALVINGS: Final = 40
_ROUNDING: Final = 1e-9
_IMPOSSIBLE: Final = 1e-13
_NODES: Final = 64
_MOST_NODES: Final = 4_096


class Resamples(Protocol):
    """The ratios of all resamples."""

    def below(self, ratio: float) -> float:
        """The share of resamples below `ratio`, and half of those that have it."""

    def quantile(self, level: float) -> float:
        """The least ratio that a share of `level` of the resamples does not exceed."""


def resamples_of(numerators: Floats, denominators: Floats) -> Resamples:
    """All resamples of these questions.

    Args:
        numerators: Whole numbers, shape (questions,).
        denominators: Whole numbers above 0, shape (questions,).

    Raises:
        ValueError: Others than whole numbers.
    """
    whole = [np.rint(values).astype(np.int64) for values in (numerators, denominators)]
    if any((values != given).any() for values, given in zip(whole, (numerators, denominators), strict=True)):
        message = "numerators and denominators must be whole numbers"
        raise ValueError(message)
    # a common factor of all makes the table larger and says nothing
    units = [int(np.gcd.reduce(values)) or 1 for values in whole]
    questions, counts = np.unique(np.stack([whole[0] // units[0], whole[1] // units[1]]), axis=1, return_counts=True)
    drawn = _Drawn(questions[0], questions[1], counts / len(numerators), len(numerators), units[0] / units[1])
    sums = [_Sums.of(values, drawn) for values in questions]
    if sums[0].size * sums[1].size > _MOST_CELLS:
        return _Continuum(drawn)
    return _Table.of(drawn, *sums)


@dataclass(frozen=True)
class _Drawn:
    """One draw: its kinds of question, how likely each is; how many draws there are, and the unit of the ratio."""

    numerators: Integers
    denominators: Integers
    shares: Floats
    draws: int
    unit: float

    @property
    def ends(self) -> tuple[float, float]:
        """No resample's ratio is outside of these."""
        ratios = self.numerators / self.denominators
        return float(ratios.min()), float(ratios.max())


def _least(ends: tuple[float, float], reached: Callable[[float], bool]) -> float:
    """The least ratio between the ends that has `reached`, the highest by a rounding at most too high."""
    low, high = ends
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


@dataclass(frozen=True)
class _Sums:
    """The sums of draws that are looked at: `size` of them from `first` on, of values from which `least` was taken."""

    values: Integers
    least: int
    first: int
    size: int

    @classmethod
    def of(cls, values: Integers, drawn: _Drawn) -> "_Sums":
        least = int(values.min())
        above = values - least
        mean = float(drawn.shares @ above)
        deviation = float(np.sqrt(max(float(drawn.shares @ above**2) - mean**2, 0.0) * drawn.draws))
        reach = int(np.ceil(_DEVIATIONS * deviation)) + _EXTREMES * int(above.max())
        middle = round(drawn.draws * mean)
        first = max(0, middle - reach)
        last = min(drawn.draws * int(above.max()), middle + reach)
        return cls(above, drawn.draws * least, first, last - first + 1)

    def frequencies(self, length: int, rows: int) -> NDArray[np.complex128]:
        """The transform of each value, at the first `rows` of `length` frequencies."""
        angles = 2 * np.pi / length * np.outer(np.arange(rows), self.values)
        transform: NDArray[np.complex128] = np.cos(angles) - 1j * np.sin(angles)
        return transform

    def from_first(self, length: int) -> Integers:
        """Where each sum that is looked at lies in a transform of this length, which goes round."""
        return (self.first + np.arange(self.size)) % length

    @property
    def sums(self) -> Integers:
        return self.least + self.first + np.arange(self.size)


@dataclass(frozen=True)
class _Table:
    """Every (N*, D*) with its share of the resamples."""

    drawn: _Drawn
    least: int
    denominators: Integers
    shares: Floats
    summed: Floats

    @classmethod
    def of(cls, drawn: _Drawn, above: _Sums, below: _Sums) -> "_Table":
        lengths = next_fast_len(above.size), next_fast_len(below.size, real=True)
        first = above.frequencies(lengths[0], lengths[0]) * drawn.shares
        one = first @ below.frequencies(lengths[1], lengths[1] // 2 + 1).T
        folded = irfft2(_power(one, drawn.draws), s=lengths)
        shares = folded[np.ix_(above.from_first(lengths[0]), below.from_first(lengths[1]))].clip(min=0.0)
        shares /= shares.sum()
        return cls(drawn, int(above.sums[0]), below.sums, shares, shares.cumsum(axis=0))

    def below(self, ratio: float) -> float:
        scaled = ratio / self.drawn.unit
        return (self._at_most(scaled, _ROUNDING) + self._at_most(scaled, -_ROUNDING)) / 2

    def quantile(self, level: float) -> float:
        # sums of shares are exact to about 1e-13: the ends of a distribution are not reached by less
        wanted = min(max(level, _IMPOSSIBLE), 1 - _IMPOSSIBLE)
        high = _least(self.drawn.ends, lambda ratio: self._at_most(ratio, _ROUNDING) >= wanted)
        rows = np.floor(high * self.denominators + _ROUNDING).astype(np.int64)
        there = self._shares(rows) > _IMPOSSIBLE
        # the ratio itself, which halving only comes near to
        exact = float((rows[there] / self.denominators[there]).max()) if there.any() else high
        return exact * self.drawn.unit

    def _at_most(self, ratio: float, more: float) -> float:
        """The share of resamples whose ratio is at most this, and that little more."""
        rows = np.floor(ratio * self.denominators + more).astype(np.int64) - self.least
        seen = np.minimum(rows, len(self.summed) - 1)
        columns = np.flatnonzero(seen >= 0)
        return float(self.summed[seen[columns], columns].sum())

    def _shares(self, numerators: Integers) -> Floats:
        rows = numerators - self.least
        inside = (rows >= 0) & (rows < len(self.shares))
        return np.where(inside, self.shares[np.where(inside, rows, 0), np.arange(len(rows))], 0.0)


def _power(base: NDArray[np.complex128], exponent: int) -> NDArray[np.complex128]:
    """By repeated squaring: NumPy's own power of complex numbers takes thirty times as long."""
    power = np.ones_like(base)
    while exponent:
        if exponent % 2:
            power = power * base
        exponent //= 2
        if exponent:
            base = base * base
    return power


@dataclass(frozen=True)
class _Continuum:
    """Ratios that lie so densely that none has a share of its own."""

    drawn: _Drawn

    def below(self, ratio: float) -> float:
        return self._below(ratio / self.drawn.unit)

    def quantile(self, level: float) -> float:
        return _least(self.drawn.ends, lambda ratio: self._below(ratio) >= level) * self.drawn.unit

    def _below(self, ratio: float) -> float:
        """The share of resamples with N* - ratio D* below 0."""
        drawn = self.drawn
        each = drawn.numerators - ratio * drawn.denominators
        mean = float(drawn.shares @ each)
        deviation = float(np.sqrt((float(drawn.shares @ each**2) - mean**2) * drawn.draws))
        span = abs(mean) * drawn.draws + _DEVIATIONS * deviation + _EXTREMES * float(np.abs(each).max())
        step = np.pi / span
        total = 0.0
        for start in range(0, _MOST_NODES, _NODES):
            nodes = np.arange(start, start + _NODES) + 0.5
            transform = (np.exp(1j * step * np.outer(nodes, each)) @ drawn.shares) ** drawn.draws
            total += float((transform.imag / nodes).sum())
            if np.abs(transform[-_NODES // 8 :]).max() < _ROUNDING:
                break
        return min(1.0, max(0.0, 0.5 - total / np.pi))
