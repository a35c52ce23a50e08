"""Every rate as a ratio of two sums over answers (product.md §1, "Mention rates").

The one definition: rates are computed from these, and evidence shows what an answer adds to one.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from answerlens_common.contracts.no_rate import NoRate
from answerlens_rates.outcomes import NEGATIVE, NO_SENTIMENT, POSITIVE, Floats, Outcomes

SCORES: Final = range(5)
TOP: Final = 3
MENTION_RATE: Final = "mention_rate"
BRANDED_RATE: Final = "mention_rate[branded]"
# What the language model says, after the other rates are stored.
SENTIMENT_RATES: Final = ("positive_share", "negative_share")
OVERALL: Final = "overall"
"""What stands for all engines of a surface where else an engine is named."""


class Ratio(NamedTuple):
    """A rate before it is summed: a numerator and a denominator for each answer.

    Attributes:
        name: As it is stored and shown.
        numerator: Shape (answers,).
        denominator: Shape (answers,).
        is_proportion: Whether every answer counts as 0 or 1 of 1, so that Wilson's interval can apply.
        is_share: Whether the value lies between 0 and 1.
        among: The competitors it is relative to, where it is.
        if_none: Why it has no value when the denominators add up to 0, though there are answers.
    """

    name: str
    numerator: Floats
    denominator: Floats
    is_proportion: bool = False
    is_share: bool = True
    among: tuple[str, ...] = ()
    if_none: NoRate = NoRate.NO_ANSWERS


class Parts(NamedTuple):
    """What each answer of a table adds to a rate: shape (answers,); nothing where it is not behind the rate."""

    numerator: Floats
    denominator: Floats


def branded_ratios(answers: Outcomes) -> Iterator[Ratio]:
    """The rates over questions that name a brand of the order, which are never pooled with the rest."""
    yield _mentions(BRANDED_RATE, answers)


def mention_ratio(answers: Outcomes) -> Ratio:
    """The answers that name the brand, of all."""
    return _mentions(MENTION_RATE, answers)


def unbranded_ratios(answers: Outcomes) -> Iterator[Ratio]:
    """All other rates, over `ok` answers to questions that name no brand of the order."""
    yield mention_ratio(answers)
    for score in SCORES:
        yield _of_score(answers, score)
    for cluster in np.unique(answers.cluster_id):
        yield _of_cluster(answers, int(cluster))
    for name, define in _UNBRANDED.items():
        if name != MENTION_RATE:
            yield define(answers)


def sentiment_ratios(answers: Outcomes) -> Iterator[Ratio]:
    """What answers that name the brand think of it; those that have not been judged say nothing."""
    yield _positive(answers)
    yield _negative(answers)


def first_of_two(own: Outcomes, rival: Outcomes) -> Ratio:
    """Of the answers that name both brands, those that name the own first; the tables are of the same answers.

    Where both are first named at one place, neither is first.
    """
    return _proportion("head_to_head", own.position < rival.position, own.named & rival.named)


def parts_of(rate: str, outcomes: Outcomes) -> Parts | None:
    """What each answer adds to the numerator and the denominator of a rate; None when there is no such rate."""
    define = _definition(rate)
    if define is None:
        return None
    ratio = define(outcomes)
    behind = outcomes.ok & (outcomes.branded == (rate == BRANDED_RATE))
    return Parts(ratio.numerator * behind, ratio.denominator * behind)


def is_rate(rate: str) -> bool:
    """Whether there is such a rate."""
    return _definition(rate) is not None


def _definition(rate: str) -> Callable[[Outcomes], Ratio] | None:
    if rate == BRANDED_RATE:
        return lambda answers: _mentions(BRANDED_RATE, answers)
    within = _WITHIN.fullmatch(rate)
    if within is None:
        return _UNBRANDED.get(rate)
    number = int(within["number"])
    of_part = _of_score if within["part"] == "score" else _of_cluster
    return lambda answers: of_part(answers, number)


def _mentions(name: str, answers: Outcomes) -> Ratio:
    return _proportion(name, answers.named, _all(answers))


def _of_score(answers: Outcomes, score: int) -> Ratio:
    name = f"mention_rate[score={score}]"
    return _proportion(name, answers.named, answers.score == score, if_none=NoRate.NO_SUCH_SCORE)


def _of_cluster(answers: Outcomes, cluster: int) -> Ratio:
    return _proportion(f"mention_rate[cluster={cluster}]", answers.named, answers.cluster_id == cluster)


def _weighted(answers: Outcomes) -> Ratio:
    weights = np.maximum(answers.score, 0).astype(np.float64)
    return Ratio("weighted_mention_rate", weights * answers.named, weights, if_none=NoRate.NO_SCORES)


def _first(answers: Outcomes) -> Ratio:
    return _standing("first_mention_rate", answers, answers.position == 1)


def _top(answers: Outcomes) -> Ratio:
    return _standing(f"top{TOP}_rate", answers, answers.named & (answers.position <= TOP))


def _standing(name: str, answers: Outcomes, hits: NDArray[np.bool_]) -> Ratio:
    if not answers.competitors:
        return _no_competitors(name, answers)
    return _proportion(name, hits, _all(answers), answers.competitors)


def _mean_position(answers: Outcomes) -> Ratio:
    name, among = "mean_position", answers.competitors
    if not among:
        return _no_competitors(name, answers)
    position, named = answers.position.astype(np.float64), answers.named.astype(np.float64)
    return Ratio(name, position, named, is_share=False, among=among, if_none=NoRate.BRAND_NOT_NAMED)


def _share_of_voice(answers: Outcomes) -> Ratio:
    name, among = "share_of_voice", answers.competitors
    if not among:
        return _no_competitors(name, answers)
    named = answers.named.astype(np.float64)
    voices = named + answers.competitors_named.sum(axis=1)
    return Ratio(name, named, voices, among=among, if_none=NoRate.NOBODY_NAMED)


def _no_competitors(name: str, answers: Outcomes) -> Ratio:
    """Among no others there is no rank and no share."""
    nothing = np.zeros(len(answers.ok), dtype=np.float64)
    return Ratio(name, nothing, nothing, if_none=NoRate.NO_COMPETITORS)


def _link_mentions(answers: Outcomes) -> Ratio:
    told = answers.citations_known
    return _proportion("link_mention_rate", answers.cited_own > 0, told, if_none=NoRate.CITATIONS_UNKNOWN)


def _link_listed(answers: Outcomes) -> Ratio:
    return _proportion("link_listed_rate", answers.listed_own > 0, _all(answers))


def _link_share(answers: Outcomes) -> Ratio:
    told = answers.citations_known
    return Ratio(
        "link_share",
        (answers.cited_own * told).astype(np.float64),
        (answers.cited_total * told).astype(np.float64),
        if_none=NoRate.NOTHING_CITED if told.any() else NoRate.CITATIONS_UNKNOWN,
    )


def _positive(answers: Outcomes) -> Ratio:
    return _opinion("positive_share", answers, answers.sentiment == POSITIVE)


def _negative(answers: Outcomes) -> Ratio:
    return _opinion("negative_share", answers, answers.sentiment == NEGATIVE)


def _opinion(name: str, answers: Outcomes, hits: NDArray[np.bool_]) -> Ratio:
    judged = answers.named & (answers.sentiment != NO_SENTIMENT)
    if_none = NoRate.NOT_JUDGED if answers.named.any() else NoRate.BRAND_NOT_NAMED
    return _proportion(name, hits, judged, if_none=if_none)


def _all(answers: Outcomes) -> NDArray[np.bool_]:
    return np.ones_like(answers.named)


def _proportion(
    name: str,
    hits: NDArray[np.bool_],
    of: NDArray[np.bool_],
    among: tuple[str, ...] = (),
    if_none: NoRate = NoRate.NO_ANSWERS,
) -> Ratio:
    counted = (hits & of).astype(np.float64)
    return Ratio(name, counted, of.astype(np.float64), is_proportion=True, among=among, if_none=if_none)


# Those that are no breakdown, of questions that name no brand of the order.
_UNBRANDED: Final[Mapping[str, Callable[[Outcomes], Ratio]]] = {
    MENTION_RATE: mention_ratio,
    "weighted_mention_rate": _weighted,
    "first_mention_rate": _first,
    "top3_rate": _top,
    "mean_position": _mean_position,
    "share_of_voice": _share_of_voice,
    "link_mention_rate": _link_mentions,
    "link_listed_rate": _link_listed,
    "link_share": _link_share,
    "positive_share": _positive,
    "negative_share": _negative,
}
_WITHIN: Final = re.compile(r"mention_rate\[(?P<part>score|cluster)=(?P<number>0|[1-9][0-9]{0,3})\]")
RATES: Final = (*_UNBRANDED, "mention_rate[score=4]", "mention_rate[cluster=0]", BRANDED_RATE)
"""What a client may ask for; of each kind of breakdown one."""
