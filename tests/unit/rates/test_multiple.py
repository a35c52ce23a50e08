import numpy as np
import pytest
from scipy.stats import false_discovery_control

from answerlens_rates.multiple import benjamini_hochberg

# Table 1 of Benjamini and Hochberg (1995): 15 comparisons, of which 4 are significant at a rate of 5 %.
PUBLISHED = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0000,
]


def test_benjamini_and_hochbergs_own_example() -> None:
    corrected = benjamini_hochberg(PUBLISHED)
    assert int((corrected < 0.05).sum()) == 4
    assert corrected[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])


def test_it_keeps_the_order_it_was_given_and_agrees_with_scipy() -> None:
    generator = np.random.default_rng(1)
    for size in (1, 2, 8, 50):
        p_values = generator.random(size) ** 2
        assert benjamini_hochberg(p_values.tolist()) == pytest.approx(false_discovery_control(p_values))


def test_a_single_comparison_is_not_corrected() -> None:
    assert benjamini_hochberg([0.03]).tolist() == [0.03]
    assert benjamini_hochberg([]).tolist() == []


def test_false_discoveries_stay_at_the_level_promised() -> None:
    """8 clusters, 2 of them really changed: of those called changed at most 5 % are not, on average over 2,000 days."""
    generator = np.random.default_rng(5)
    false_share = []
    for _ in range(2_000):
        p_values = np.concatenate([generator.random(6), generator.random(2) * 1e-3])
        called = benjamini_hochberg(p_values.tolist()) < 0.05
        false_share.append(called[:6].sum() / max(1, called.sum()))
    assert np.mean(false_share) <= 0.05
