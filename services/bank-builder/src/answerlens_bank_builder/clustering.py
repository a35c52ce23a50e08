"""Groups the source questions of a keyword by what they ask for.

Every question goes to a generic intent (`classifier`), of which only those the questions use most are kept, and
each cluster gets at least `SMALLEST` questions. Nothing here is random: the same questions give the same clusters.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from answerlens_bank_builder.classifier import LogProbabilities
from answerlens_common.folding import fold

SMALLEST = 3


@dataclass(frozen=True)
class Clustering:
    """Which question belongs where.

    Attributes:
        labels: for each question its cluster, 0 … k-1; every cluster occurs.
        intents: for each cluster the index of its generic intent.
    """

    labels: NDArray[np.intp]
    intents: tuple[int, ...]


def number_of_clusters(questions: int, wanted: int) -> int:
    """Return how many clusters so many questions can fill, at least one."""
    return max(1, min(wanted, questions // SMALLEST))


def without_keyword(question: str, keyword: str) -> str:
    """Return the folded question without the keyword, which all share and which would pull them together."""
    folded = fold(question)
    rest = re.sub(re.escape(fold(keyword)), "", folded).strip()
    return rest or folded


def cluster(likelihood: LogProbabilities, wanted: int = 8) -> Clustering:
    """Group questions into `wanted` clusters, or fewer when there are not 3 questions for each.

    Args:
        likelihood: for each question (row; at least one) the logarithm of each intent's probability; at least
            `wanted` intents.
        wanted: how many clusters, if there are questions enough.
    """
    count = number_of_clusters(len(likelihood), wanted)
    used = _most_used(likelihood, count)
    return Clustering(_assign(likelihood[:, used], min(SMALLEST, len(likelihood) // count)), tuple(used))


def _most_used(likelihood: LogProbabilities, count: int) -> list[int]:
    """Drop the intent that is likeliest for the fewest questions, again and again, until `count` are left."""
    left = list(range(likelihood.shape[1]))
    while len(left) > count:
        likeliest = likelihood[:, left].argmax(axis=1)
        left.pop(int(np.bincount(likeliest, minlength=len(left)).argmin()))
    return left


def _assign(likelihood: LogProbabilities, smallest: int) -> NDArray[np.intp]:
    """Give each question to its likeliest cluster, under the bound that each gets at least `smallest`.

    Exact: each cluster has `smallest` places to be filled, and all other places are open to any cluster.
    """
    questions, clusters = likelihood.shape
    bound = smallest * clusters
    places = np.repeat(likelihood, smallest, axis=1)
    free = np.repeat(likelihood.max(axis=1, keepdims=True), questions - bound, axis=1)
    _, place = linear_sum_assignment(np.concatenate([places, free], axis=1), maximize=True)
    return np.asarray(np.where(place < bound, place // smallest, likelihood.argmax(axis=1)), dtype=np.intp)
