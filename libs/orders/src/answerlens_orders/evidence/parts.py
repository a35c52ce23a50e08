"""What each answer adds to a rate: the rates of docs/method.md §3, an answer at a time.

The analyzer computes the rates; `test_evidence_adds_up_to_the_rate` holds that these parts add up to them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

TOP: Final = 3


@dataclass(frozen=True)
class Outcome:
    """One answer as the analyzer stored it for an order; `position` is None when the brand is not named.

    Attributes:
        status: None in outcomes stored before it was kept.
        citations_known: whether the engine tells cited links from listed ones.
        sentiment: 1, 0 or -1: it speaks well, neither, or ill of the brand; None when it has not been judged.
        mentions: start, end, and 0 for the brand or n for the n-th competitor; None when they were not kept yet.
    """

    question_id: str
    replicate: int
    cluster_id: int
    branded: bool
    ok: bool
    score: int | None
    named: bool
    position: int | None
    competitors_named: list[bool]
    cited_own: int
    listed_own: int
    cited_total: int
    status: str | None = None
    mentions: list[tuple[int, int, int]] | None = None
    citations_known: bool = True
    sentiment: int | None = None


Part = tuple[float, float]
Counter = Callable[[Outcome], Part]


def _position(outcome: Outcome) -> Part:
    return (outcome.position or 0, outcome.named)


def _voice(outcome: Outcome) -> Part:
    return (outcome.named, outcome.named + sum(outcome.competitors_named))


def _among_rivals(counter: Counter) -> Counter:
    """Without competitors there is no rank and no share."""
    return lambda outcome: counter(outcome) if outcome.competitors_named else (0, 0)


def _weighted(outcome: Outcome) -> Part:
    weight = outcome.score or 0
    return (weight * outcome.named, weight)


def _judged(outcome: Outcome) -> bool:
    return outcome.named and outcome.sentiment is not None


_COUNTERS: Final[Mapping[str, Counter]] = {
    "mention_rate": lambda outcome: (outcome.named, 1),
    "weighted_mention_rate": _weighted,
    "first_mention_rate": _among_rivals(lambda outcome: (outcome.position == 1, 1)),
    "top3_rate": _among_rivals(lambda outcome: (outcome.position is not None and outcome.position <= TOP, 1)),
    "mean_position": _among_rivals(_position),
    "share_of_voice": _among_rivals(_voice),
    "link_mention_rate": lambda outcome: (outcome.citations_known and outcome.cited_own > 0, outcome.citations_known),
    "link_listed_rate": lambda outcome: (outcome.listed_own > 0, 1),
    "link_share": lambda outcome: (outcome.cited_own, outcome.cited_total) if outcome.citations_known else (0, 0),
    "positive_share": lambda outcome: (outcome.sentiment == 1, _judged(outcome)),
    "negative_share": lambda outcome: (outcome.sentiment == -1, _judged(outcome)),
}
_WITHIN: Final = re.compile(r"mention_rate\[(?:(score|cluster)=(0|[1-9][0-9]{0,3})|(branded))\]")


def counter_of(rate: str) -> Counter | None:
    """What an answer adds to a rate's numerator and denominator; the latter is 0 for answers that are not behind it.

    None when there is no such rate.
    """
    within = _WITHIN.fullmatch(rate)
    counter = _COUNTERS["mention_rate" if within else rate] if within or rate in _COUNTERS else None
    if counter is None:
        return None
    field, number, branded = within.groups("") if within else ("", "", "")

    def parts(outcome: Outcome) -> Part:
        if not outcome.ok or outcome.branded != bool(branded):
            return (0, 0)
        if field and (outcome.score if field == "score" else outcome.cluster_id) != int(number):
            return (0, 0)
        return counter(outcome)

    return parts


RATES: Final = (*_COUNTERS, "mention_rate[score=4]", "mention_rate[cluster=0]", "mention_rate[branded]")
