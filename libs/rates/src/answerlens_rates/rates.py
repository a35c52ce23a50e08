"""The mention rates of an order with their intervals and verdicts."""

from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from answerlens_common.contracts.no_rate import NoRate
from answerlens_rates.definitions import (
    Ratio,
    branded_ratios,
    first_of_two,
    mention_ratio,
    sentiment_ratios,
    unbranded_ratios,
)
from answerlens_rates.intervals import Interval, bootstrap_ratio, effective_size, wilson
from answerlens_rates.outcomes import Floats, Outcomes
from answerlens_rates.rate import Method, Rate, Verdict

# When a figure is shown as an interval only, after the National Center for Health Statistics' Data Presentation
# Standards for Proportions (Vital Health Stat 2(175), 2017): under 30 effective cases, or an interval of 30 points.
FEWEST_QUESTIONS: Final = 30
WIDEST_INTERVAL: Final = 0.30
_ROUNDING: Final = 1e-6


class _Part(NamedTuple):
    """The `ok` answers to questions of one kind, with the number of each one's question; why there are none."""

    answers: Outcomes
    questions: NDArray[np.intp]
    empty: NoRate | None

    @classmethod
    def of(cls, outcomes: Outcomes, *, branded: bool = False) -> Self:
        asked = outcomes.where(outcomes.branded == branded)
        answers = asked.where(asked.ok)
        empty = NoRate.NO_ANSWERS if len(asked.ok) else NoRate.NO_QUESTIONS
        return cls(answers, np.unique(answers.question_id, return_inverse=True)[1], None if len(answers.ok) else empty)


def compute_rates(outcomes: Outcomes) -> dict[str, Rate]:
    """All rates of product.md §1 for the outcomes of one engine and day, or for a pooled table.

    Only `ok` answers count. Questions that name a brand of the order have `mention_rate[branded]` and are in no
    other rate.
    """
    unbranded, branded = _Part.of(outcomes), _Part.of(outcomes, branded=True)
    return {
        ratio.name: _rate(ratio, part)
        for part, ratios in ((unbranded, unbranded_ratios), (branded, branded_ratios))
        for ratio in ratios(part.answers)
    }


def mention_rate(outcomes: Outcomes, *, fewest: int = FEWEST_QUESTIONS) -> Rate:
    """The mention rate alone of a table, shown as an interval only below `fewest` questions."""
    part = _Part.of(outcomes)
    return _rate(mention_ratio(part.answers), part, fewest)


def compute_sentiment(outcomes: Outcomes) -> dict[str, Rate]:
    """Those of `compute_rates` that tell what answers think of the brand."""
    part = _Part.of(outcomes)
    return {ratio.name: _rate(ratio, part) for ratio in sentiment_ratios(part.answers)}


def head_to_head(own: Outcomes, rival: Outcomes) -> Rate | None:
    """How often the own brand is named first where an answer names both; None when none does.

    Args:
        own: The outcomes of one brand, compared with others.
        rival: Those of another of them, of the same answers in the same order.
    """
    part = _Part.of(own)
    ratio = first_of_two(part.answers, _Part.of(rival).answers)
    return _rate(ratio, part) if ratio.denominator.any() else None


def rates_with_a_value(outcomes: Outcomes) -> set[str]:
    """The names of those of `compute_rates` that have a value."""
    unbranded, branded = _Part.of(outcomes).answers, _Part.of(outcomes, branded=True).answers
    ratios = (*unbranded_ratios(unbranded), *branded_ratios(branded))
    return {ratio.name for ratio in ratios if ratio.denominator.any()}


def _rate(ratio: Ratio, part: _Part, fewest: int = FEWEST_QUESTIONS) -> Rate:
    k, n = ratio.numerator.sum(), ratio.denominator.sum()
    if n == 0:
        without_rivals = ratio.if_none is NoRate.NO_COMPETITORS
        reason = ratio.if_none if without_rivals else part.empty or ratio.if_none
        return Rate(None, None, None, None, None, "none", None, ratio.among, reason)
    counts = (int(k), int(n)) if ratio.is_share else (int(n), len(part.questions))
    denominators = np.bincount(part.questions, ratio.denominator).astype(np.float64)
    asked = denominators > 0
    numerators = np.bincount(part.questions, ratio.numerator).astype(np.float64)[asked]
    method, interval = _interval(ratio, numerators, denominators[asked])
    low, high = interval or (None, None)
    verdict = _verdict(ratio, effective_size(denominators[asked]), interval, fewest)
    return Rate(*counts, float(k / n), low, high, method, verdict, ratio.among)


def _interval(ratio: Ratio, numerators: Floats, denominators: Floats) -> tuple[Method, Interval | None]:
    rate = float(numerators.sum() / denominators.sum())
    if ratio.is_proportion and denominators.max() <= 1:  # asked once: answers to different questions are independent
        return "wilson", wilson(rate, float(denominators.sum()))
    interval = bootstrap_ratio(numerators, denominators)
    if interval is not None:
        return "bootstrap", interval
    if ratio.is_share and rate in {0.0, 1.0}:  # no resample differs, yet 0 of 50 questions is not 0 for certain
        return "wilson", wilson(rate, effective_size(denominators))
    return "none", None


def _verdict(ratio: Ratio, questions: float, interval: Interval | None, fewest: int) -> Verdict | None:
    too_wide = ratio.is_share and interval is not None and interval.high - interval.low >= WIDEST_INTERVAL
    return "too_few" if questions < fewest - _ROUNDING or too_wide else None
