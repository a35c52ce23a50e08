"""Checks labels that a language model gave questions against the company that the questions keep.

A question is moved when nearly all of the labelled questions nearest to it have one other label, and the mean of that
label is nearest too. One that the model left out goes where some of the nearest are, if that mean is nearest too.
"""

import numpy as np
from numpy.typing import NDArray

from answerlens_bank_builder.clustering import LEFT_OVER, Labels
from answerlens_bank_builder.space import Points

UNKNOWN = -2
"""The model gave no label that there is."""

_NEAREST = 6
_NEARLY_ALL = 5
_SOME = 2


def checked(points: Points, labels: Labels) -> Labels:
    """Return a label or `LEFT_OVER` for each question.

    Args:
        points: of the questions.
        labels: 0 … k-1, or `LEFT_OVER` where the model says that none fits, or `UNKNOWN`.
    """
    named = np.flatnonzero(labels >= 0)
    result = np.where(labels == UNKNOWN, LEFT_OVER, labels)
    if not len(named):
        return result
    means = {int(each): points[labels == each].mean(axis=0) for each in np.unique(labels[named])}
    for question, label in enumerate(labels):
        others = named[named != question]
        near = labels[others[_distances(points[others], points[question]).argsort(kind="stable")[:_NEAREST]]]
        if not len(near):
            continue
        commonest = int(np.bincount(near).argmax())
        votes = int((near == commonest).sum())
        closest = min(means, key=lambda each: float(_distances(means[each][np.newaxis], points[question])[0]))
        if votes >= (_SOME if label == UNKNOWN else _NEARLY_ALL) and commonest == closest:
            result[question] = commonest
    return np.asarray(result, dtype=np.intp)


def _distances(points: Points, point: Points) -> NDArray[np.float64]:
    return np.asarray(((points - point) ** 2).sum(axis=1))
