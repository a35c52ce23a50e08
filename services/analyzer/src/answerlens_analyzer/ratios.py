"""Every rate as a ratio of two sums over answers (product.md §1, "Mention rates")."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from answerlens_analyzer.intervals import Floats
from answerlens_analyzer.outcomes import NEGATIVE, NO_SENTIMENT, POSITIVE, Outcomes
from answerlens_common.contracts.no_rate import NoRate

SCORES = range(5)
TOP = 3
# The rates that say where the brand stands among its competitors.
STANDING = ("first_mention_rate", "top3_rate", "mean_position", "share_of_voice")


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


def branded_ratios(answers: Outcomes) -> Iterator[Ratio]:
    """The rates over questions that name a brand of the order, which are never pooled with the rest."""
    yield _proportion("mention_rate[branded]", answers.named, np.ones_like(answers.named))


def mention_ratio(answers: Outcomes) -> Ratio:
    """The answers that name the brand, of all."""
    return _proportion("mention_rate", answers.named, np.ones_like(answers.named))


def unbranded_ratios(answers: Outcomes) -> Iterator[Ratio]:
    """All other rates, over `ok` answers to questions that name no brand of the order."""
    everything = np.ones_like(answers.named)
    yield mention_ratio(answers)
    for score in SCORES:
        scored = answers.score == score
        yield _proportion(f"mention_rate[score={score}]", answers.named, scored, if_none=NoRate.NO_SUCH_SCORE)
    for cluster in np.unique(answers.cluster_id):
        yield _proportion(f"mention_rate[cluster={cluster}]", answers.named, answers.cluster_id == cluster)
    weights = np.maximum(answers.score, 0).astype(np.float64)
    yield Ratio("weighted_mention_rate", weights * answers.named, weights, if_none=NoRate.NO_SCORES)
    yield from _standing(answers, everything)
    told = answers.citations_known
    yield _proportion("link_mention_rate", answers.cited_own > 0, told, if_none=NoRate.CITATIONS_UNKNOWN)
    yield _proportion("link_listed_rate", answers.listed_own > 0, everything)
    yield Ratio(
        "link_share",
        (answers.cited_own * told).astype(np.float64),
        (answers.cited_total * told).astype(np.float64),
        if_none=NoRate.NOTHING_CITED if told.any() else NoRate.CITATIONS_UNKNOWN,
    )
    yield from sentiment_ratios(answers)


def sentiment_ratios(answers: Outcomes) -> Iterator[Ratio]:
    """What answers that name the brand think of it; those that nobody has judged say nothing."""
    judged = answers.named & (answers.sentiment != NO_SENTIMENT)
    if_none = NoRate.NOT_JUDGED if answers.named.any() else NoRate.BRAND_NOT_NAMED
    yield _proportion("positive_share", answers.sentiment == POSITIVE, judged, if_none=if_none)
    yield _proportion("negative_share", answers.sentiment == NEGATIVE, judged, if_none=if_none)


def _standing(answers: Outcomes, everything: NDArray[np.bool_]) -> Iterator[Ratio]:
    """Where the brand stands among its competitors; nowhere when there are none."""
    among = answers.competitors
    if not among:
        nothing = np.zeros(len(everything), dtype=np.float64)
        for name in STANDING:
            yield Ratio(name, nothing, nothing, if_none=NoRate.NO_COMPETITORS)
        return
    first, top = answers.position == 1, answers.named & (answers.position <= TOP)
    yield _proportion("first_mention_rate", first, everything, among)
    yield _proportion("top3_rate", top, everything, among)
    position, named = answers.position.astype(np.float64), answers.named.astype(np.float64)
    yield Ratio("mean_position", position, named, is_share=False, among=among, if_none=NoRate.BRAND_NOT_NAMED)
    voices = named + answers.competitors_named.sum(axis=1)
    yield Ratio("share_of_voice", named, voices, among=among, if_none=NoRate.NOBODY_NAMED)


def _proportion(
    name: str,
    hits: NDArray[np.bool_],
    of: NDArray[np.bool_],
    among: tuple[str, ...] = (),
    if_none: NoRate = NoRate.NO_ANSWERS,
) -> Ratio:
    counted = (hits & of).astype(np.float64)
    return Ratio(name, counted, of.astype(np.float64), is_proportion=True, among=among, if_none=if_none)
