"""The distribution of a ratio over its resamples, against all of them where they can be listed."""

from itertools import product

import numpy as np
import pytest

from answerlens_rates import resamples
from answerlens_rates.resamples import resamples_of

LEVELS = (0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.999)
NEXT_TO_NOTHING = 1e-4  # of a share: a tenth of the last digit that is shown


@pytest.mark.parametrize(
    ("numerators", "denominators"),
    [
        ([0, 1], [2, 2]),
        ([0, 1, 1, 2, 0], [2, 2, 1, 3, 1]),
        ([5, 1, 2, 2, 4], [1, 1, 1, 1, 1]),
        ([0, 0, 0, 30, 1], [10, 20, 10, 30, 10]),
        ([3, 7, 0, 1, 1, 2], [4, 8, 1, 1, 2, 9]),
    ],
)
def test_every_resample_of_few_questions_is_counted(numerators: list[int], denominators: list[int]) -> None:
    above, below = np.array(numerators, dtype=np.float64), np.array(denominators, dtype=np.float64)
    found = resamples_of(above, below)
    draws = np.array(list(product(range(len(above)), repeat=len(above))))
    ratios = np.sort(above[draws].sum(axis=1) / below[draws].sum(axis=1))
    for ratio in np.unique(ratios):
        share = (np.mean(ratios < ratio - 1e-9) + np.mean(ratios < ratio + 1e-9)) / 2
        assert found.below(float(ratio)) == pytest.approx(share, abs=1e-9)
    for level in LEVELS:
        assert found.quantile(level) == pytest.approx(ratios[int(np.ceil(level * len(ratios) - 1e-6)) - 1], abs=1e-9)


def test_what_is_no_whole_number_is_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        resamples_of(np.array([0.5, 1.0]), np.ones(2))


def test_a_table_that_would_be_too_large_gives_the_same_quantiles(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(4)
    below = generator.integers(1, 12, 200).astype(np.float64)
    above = generator.binomial(below.astype(np.int64), 0.2).astype(np.float64)
    table = resamples_of(above, below)
    monkeypatch.setattr(resamples, "_MOST_CELLS", 0)
    continuum = resamples_of(above, below)
    assert type(continuum) is not type(table)
    assert continuum.below(float(above.sum() / below.sum())) == pytest.approx(
        table.below(float(above.sum() / below.sum())), abs=2e-4
    )
    for level in LEVELS:
        assert continuum.quantile(level) == pytest.approx(table.quantile(level), abs=NEXT_TO_NOTHING)
