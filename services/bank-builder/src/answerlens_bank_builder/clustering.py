"""Groups the source questions of a keyword by what they ask for, and leaves over what fits no group.

Questions are grouped many times, with topic, way of asking and intents in slightly different proportions (Ward's
method, then each question to the nearest mean). Those that are mostly together belong together. A group of one or two,
and a question that has no likely intent and no firm place in its group, are left over: 其他. Nothing here is random:
the same questions give the same clusters.
"""

import re
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import silhouette_samples

from answerlens_bank_builder.classifier import LogProbabilities
from answerlens_bank_builder.space import LIKELY, Points, Proportions, Space, Views
from answerlens_common.text.folding import fold

Labels = NDArray[np.intp]

SMALLEST = 3
LEFT_OVER = -1
MOST_LEFT_OVER = 0.3
"""Of the questions: what is left over beyond goes to the nearest cluster."""

_PROPORTIONS = tuple(Proportions(*each) for each in product((0.8, 1.0, 1.2), (0.6, 0.7, 0.8), (11, 13, 16)))
_ROUNDS = 30
# of the groupings, in which a question is with an average question of its cluster
_FIRM = 0.5
# times chance: the mean probability of the intent that a cluster's questions share most
_LEAST_SHARED = 2
# of the mean probability of a cluster's likeliest intent, for another to describe it
_WELL_DESCRIBED = 0.6
# times chance: the probability of its likeliest intent below which a question asks nothing that people ask
_VAGUE = 4


@dataclass(frozen=True)
class Clustering:
    """Which question belongs where.

    Attributes:
        labels: for each question its cluster, 0 … k-1, or `LEFT_OVER`; every cluster occurs 3 times at least, where
            there are 3 questions.
        intents: for each cluster the index of the generic intent that describes it; two may share one.
    """

    labels: Labels
    intents: tuple[int, ...]


def number_of_clusters(questions: int, wanted: int) -> int:
    """Return how many clusters so many questions can fill, at least one."""
    return max(1, min(wanted, questions // SMALLEST))


def without_keyword(question: str, keyword: str) -> str:
    """Return the folded question without the keyword, which all share and which would pull them together."""
    folded = fold(question)
    rest = re.sub(re.escape(fold(keyword)), "", folded).strip()
    return rest or folded


def cluster(views: Views, wanted: int = 8) -> Clustering:
    """Group questions into `wanted` clusters, or fewer when there are not as many of 3 questions.

    Args:
        views: of the questions; at least one, and at least `wanted` intents.
        wanted: how many clusters, if there are questions enough.
    """
    labels: Labels = np.zeros(len(views.likelihood), dtype=np.intp)
    most = int(MOST_LEFT_OVER * len(labels))
    labels[_silent(views)[:most]] = LEFT_OVER
    asking = np.flatnonzero(labels != LEFT_OVER)
    count = number_of_clusters(len(asking), wanted)
    if count > 1:
        labels[asking] = _grouped(views.of(asking), count, most - len(labels) + len(asking))
    labels = _in_order(labels)
    return Clustering(labels, describing_intents(views.likelihood, labels))


def describing_intents(likelihood: LogProbabilities, labels: Labels) -> tuple[int, ...]:
    """Return for each cluster an intent of its own, but where that would describe it badly its likeliest."""
    means = _mean_probabilities(likelihood, labels)
    own = _own_intents(means)
    likeliest = means.argmax(axis=1)
    is_bad = means[np.arange(len(own)), own] < _WELL_DESCRIBED * means.max(axis=1)
    return tuple(int(each) for each in np.where(is_bad, likeliest, own))


def nearest_mean(points: Points, labels: Labels, others: Points) -> Labels:
    """Return for each of the other points the cluster whose mean is nearest."""
    means = np.stack([points[labels == each].mean(axis=0) for each in range(int(labels.max()) + 1)])
    distances = ((others[:, np.newaxis] - means) ** 2).sum(axis=2)
    return np.asarray(distances.argmin(axis=1), dtype=np.intp)


def _mean_probabilities(likelihood: LogProbabilities, labels: Labels) -> NDArray[np.float64]:
    """The mean probability of each intent (column) in each cluster (row)."""
    return np.stack([np.exp(likelihood[labels == each]).mean(axis=0) for each in range(int(labels.max()) + 1)])


def _own_intents(means: NDArray[np.float64]) -> Labels:
    """For each cluster an intent that no other has, so that the mean probabilities sum to the most."""
    return np.asarray(linear_sum_assignment(means, maximize=True)[1], dtype=np.intp)


def _silent(views: Views) -> list[int]:
    """The texts that ask nothing that people ask, those with the least likely intents first."""
    likeliest = views.likeliest
    is_vague = (likeliest < LIKELY) & ~views.is_question | (likeliest < _VAGUE / views.likelihood.shape[1])
    silent = np.flatnonzero((views.asking.sum(axis=1) == 0) & is_vague)
    return sorted((int(each) for each in silent), key=lambda each: float(likeliest[each]))


def _grouped(views: Views, count: int, most: int) -> Labels:
    space = Space(views)
    together = _together(space, views, count)
    labels = _with_enough(views, together, count)
    if labels.max() == 0:
        return labels
    points = space.points(views)
    is_usable = ~_astray(views, labels)
    kept = np.where(is_usable[labels], labels, LEFT_OVER)
    left = np.where(is_usable[labels], labels, np.flatnonzero(is_usable)[nearest_mean(points, _numbered(kept), points)])
    left[_doubtful(views, points, together, labels)[:most]] = LEFT_OVER
    return _numbered(_filled(points, left, most))


def _together(space: Space, views: Views, count: int) -> NDArray[np.float64]:
    """For each two questions the share of groupings that put them together."""
    together = np.zeros((len(views.likelihood),) * 2)
    for proportions in _PROPORTIONS:
        points = space.points(views, proportions)
        labels = _settled(points, AgglomerativeClustering(count).fit_predict(points))
        together += labels[:, np.newaxis] == labels
    return together / len(_PROPORTIONS)


def _settled(points: Points, labels: Labels) -> Labels:
    """Move each question to the nearest mean, until none moves; clusters may end."""
    for _ in range(_ROUNDS):
        moved = nearest_mean(points, _numbered(labels), points)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels


def _with_enough(views: Views, together: NDArray[np.float64], count: int) -> Labels:
    """Group by what is together, into so many groups that `count` of them can be asked about.

    Outliers make groups of their own before that.
    """
    best: Labels = np.zeros(len(together), dtype=np.intp)
    most = 1
    # what is always together cannot be told apart
    apart = len(np.unique(together, axis=0))
    for groups in range(min(count, apart), min(2 * count, apart) + 1):
        labels = AgglomerativeClustering(groups).fit_predict(together)
        enough = int((~_astray(views, labels)).sum())
        if most < enough <= count:
            best, most = labels, enough
        if enough >= count:
            break
    return np.asarray(best, dtype=np.intp)


def _astray(views: Views, labels: Labels) -> NDArray[np.bool_]:
    """For each cluster whether nothing can be asked about it: too few, or no intent in common."""
    shared = _mean_probabilities(views.likelihood, labels).max(axis=1)
    return np.asarray((np.bincount(labels) < SMALLEST) | (shared < _LEAST_SHARED / views.likelihood.shape[1]))


def _doubtful(views: Views, points: Points, together: NDArray[np.float64], labels: Labels) -> list[int]:
    """The questions that fit no group, those that fit worst first."""
    firm = np.array([together[each][labels == label].mean() for each, label in enumerate(labels)])
    inside = silhouette_samples(points, labels)
    intents = _own_intents(_mean_probabilities(views.likelihood, labels))[labels]
    is_likely = (views.likeliest >= LIKELY) & (views.likelihood.argmax(axis=1) == intents)
    is_unlike = ~is_likely & ((inside <= 0) | (firm < _FIRM))
    is_astray = _astray(views, labels)[labels]
    worst = np.lexsort((inside, ~is_astray))
    return [int(each) for each in worst if is_unlike[each] or is_astray[each]]


def _filled(points: Points, labels: Labels, most: int) -> Labels:
    """Take apart the clusters that are too small by now: left over while there is room, else to the nearest."""
    labels = labels.copy()
    while True:
        numbers, sizes = np.unique(labels[labels != LEFT_OVER], return_counts=True)
        if sizes.min() >= SMALLEST or len(numbers) == 1:
            return labels
        members = labels == numbers[sizes.argmin()]
        labels[members] = LEFT_OVER
        if (labels == LEFT_OVER).sum() > most:
            others = np.delete(numbers, sizes.argmin())
            labels[members] = others[nearest_mean(points, _numbered(labels), points[members])]


def _numbered(labels: Labels) -> Labels:
    """Return the same clusters, numbered 0 … k-1 in the order of their numbers."""
    numbers = np.unique(labels[labels != LEFT_OVER])
    return np.where(labels == LEFT_OVER, LEFT_OVER, np.searchsorted(numbers, labels)).astype(np.intp)


def _in_order(labels: Labels) -> Labels:
    """Return the same clusters, numbered in the order in which they occur."""
    numbers = list(dict.fromkeys(int(each) for each in labels if each != LEFT_OVER))
    return np.array([LEFT_OVER if each == LEFT_OVER else numbers.index(int(each)) for each in labels], dtype=np.intp)
