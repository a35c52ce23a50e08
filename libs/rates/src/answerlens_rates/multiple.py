"""Many comparisons at once: which of them to believe.

Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate: a practical and powerful approach to
multiple testing", Journal of the Royal Statistical Society B 57 (1995).
"""

from collections.abc import Sequence

import numpy as np

from answerlens_rates.outcomes import Floats


def benjamini_hochberg(p_values: Sequence[float]) -> Floats:
    """The p-values corrected for one another, in the order given.

    Calling significant what is below 5 % of these, at most 5 % of what is called significant is expected to be false,
    whatever the number of comparisons (for independent or positively dependent ones).
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)
    stepped = p[order] * len(p) / np.arange(1, len(p) + 1)
    corrected = np.empty_like(p)
    # the correction may not turn the order of two p-values around
    corrected[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return corrected
