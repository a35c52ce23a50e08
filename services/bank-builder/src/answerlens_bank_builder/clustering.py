"""Groups the source questions of a keyword by what they ask for.

The start is a set of generic intents, each given by phrasings (`intents`). Those the questions use most seed a
k-means whose clusters all get at least `SMALLEST` questions. Nothing here is random: the same questions give the
same clusters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from answerlens_bank_builder.embedding import Vectors, unit
from answerlens_common.folding import fold

SMALLEST = 3
_ROUNDS = 50


@dataclass(frozen=True)
class Clustering:
    """Which question belongs where.

    Attributes:
        labels: for each question its cluster, 0 … k-1; every cluster occurs.
        intents: for each cluster the index of the generic intent it grew from.
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


def cluster(vectors: Vectors, phrasings: Sequence[Vectors], wanted: int = 8) -> Clustering:
    """Group questions into `wanted` clusters, or fewer when there are not 3 questions for each.

    Args:
        vectors: a row for each question, without its keyword; at least one.
        phrasings: for each generic intent the vectors of its phrasings; at least `wanted` intents.
        wanted: how many clusters, if there are questions enough.
    """
    count = number_of_clusters(len(vectors), wanted)
    smallest = min(SMALLEST, len(vectors) // count)
    # centred each on their own: what all questions of a keyword share is not what tells them apart
    questions = unit(vectors - vectors.mean(axis=0))
    means = np.stack([rows.mean(axis=0) for rows in phrasings])
    prototypes = unit(means - means.mean(axis=0))
    used = _most_used(questions @ prototypes.T, count)
    return Clustering(_seeded_k_means(questions, prototypes[used], smallest), tuple(used))


def _most_used(similarity: NDArray[np.float32], count: int) -> list[int]:
    """Drop the intent that is nearest to the fewest questions, again and again, until `count` are left."""
    left = list(range(similarity.shape[1]))
    while len(left) > count:
        nearest = similarity[:, left].argmax(axis=1)
        left.pop(int(np.bincount(nearest, minlength=len(left)).argmin()))
    return left


def _seeded_k_means(questions: Vectors, seeds: Vectors, smallest: int) -> NDArray[np.intp]:
    labels = _assign(questions @ seeds.T, smallest)
    for _ in range(_ROUNDS):
        centres = unit(np.stack([questions[labels == each].sum(axis=0) for each in range(len(seeds))]))
        moved = _assign(questions @ centres.T, smallest)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels


def _assign(similarity: NDArray[np.float32], smallest: int) -> NDArray[np.intp]:
    """Give each question to its most similar cluster, under the bound that each gets at least `smallest`.

    Exact: each cluster has `smallest` places to be filled, and all other places are open to any cluster.
    """
    questions, clusters = similarity.shape
    bound = smallest * clusters
    places = np.repeat(similarity, smallest, axis=1)
    free = np.repeat(similarity.max(axis=1, keepdims=True), questions - bound, axis=1)
    _, place = linear_sum_assignment(np.concatenate([places, free], axis=1), maximize=True)
    return np.asarray(np.where(place < bound, place // smallest, similarity.argmax(axis=1)), dtype=np.intp)
