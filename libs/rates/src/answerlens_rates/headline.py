"""Which rates a reader looks at first, and why it may not be the mention rate."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from answerlens_rates.definitions import BRANDED_RATE, MENTION_RATE, SENTIMENT_RATES
from answerlens_rates.outcomes import Outcomes
from answerlens_rates.rate import Rate
from answerlens_rates.rates import FEWEST_QUESTIONS

# what still tells brands apart where nearly every answer names one of them
AMONG_RIVALS: Final = ("first_mention_rate", "share_of_voice")
# the rates that a brand in the keyword lifts whatever the engines think of it
_LIFTED: Final = (MENTION_RATE, "weighted_mention_rate")


@dataclass(frozen=True, slots=True)
class KeywordNames:
    """Whom of an order the keyword names itself: nearly every answer will name them too.

    Attributes:
        competitors: By their names.
    """

    brand: bool = False
    competitors: tuple[str, ...] = ()


def headline(outcomes: Outcomes, named: KeywordNames) -> dict[str, Any]:
    """What is stored beside the rates of a table: `rates`, the names of those to lead with, and what decides it.

    With fewer than 30 questions that name no brand of the order, the rate of those that do is the one to lead with,
    as long as there are any.
    """
    unbranded, branded = (len(np.unique(outcomes.question_id[rows])) for rows in (~outcomes.branded, outcomes.branded))
    beside_mentions = (*AMONG_RIVALS, *SENTIMENT_RATES) if outcomes.competitors else SENTIMENT_RATES
    leading: tuple[str, ...] = beside_mentions if named.brand else (MENTION_RATE,)
    if branded and unbranded < FEWEST_QUESTIONS:
        leading = (BRANDED_RATE,)
    return {
        "rates": list(leading),
        "keyword_names_brand": named.brand,
        "keyword_names_competitors": list(named.competitors),
        "unbranded_questions": unbranded,
        "branded_questions": branded,
    }


def without_visibility_verdict(rates: Mapping[str, Rate]) -> dict[str, Rate]:
    """The rates of an order whose brand the keyword names: none of them says that the brand is seen more, or less.

    That there are too few answers for a figure is said all the same.
    """
    return {name: _without_verdict(rate) if _is_lifted(name) else rate for name, rate in rates.items()}


def _is_lifted(name: str) -> bool:
    return name.split("[", maxsplit=1)[0] in _LIFTED


def _without_verdict(rate: Rate) -> Rate:
    pooled = rate.pooled_change
    return replace(
        rate,
        verdict="too_few" if rate.verdict == "too_few" else None,
        pooled_change=None if pooled is None else replace(pooled, verdict=None),
    )
