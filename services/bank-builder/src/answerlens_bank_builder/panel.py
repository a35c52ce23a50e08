"""What a new bank keeps of the one before: clusters that go on, and in each its anchors.

The anchors let a series compare like with like across banks (docs/method.md). A cluster goes on when at least half of
its questions belong to one group of what people ask now. Only those that belong there may stay, up to a share, drawn by
lot with a seed of its own for each version, so that chance decides and none stays for ever.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from answerlens_bank_builder.grouping import Group

# of a cluster's questions, for the cluster to go on
_LEAST_BELONGING = 0.5


@dataclass(frozen=True)
class PanelQuestion:
    """A question of the bank before, as it was stored.

    Attributes:
        brands: those that it names.
        source_origins: where each of its source questions comes from; empty where that was not kept yet.
    """

    question_id: str
    cluster_id: int
    intent: str
    question: str
    source_questions: tuple[str, ...]
    brands: tuple[str, ...] = ()
    source_origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Panel:
    """The bank before.

    Attributes:
        questions: all of them; empty when there was none.
        free: the first number that no cluster of the keyword ever had.
        seed: draws the lots; another for each version of a keyword.
        share: which share of a new cluster's questions may be kept ones, 0 to 1.
    """

    questions: tuple[PanelQuestion, ...] = ()
    free: int = 0
    seed: str = ""
    share: float = 0.75


@dataclass(frozen=True)
class ClusterPlan:
    """What a group of the new bank becomes: the number and name of the cluster that it continues, and what it keeps.

    Attributes:
        intent: None for a cluster that is new.
        kept_questions: the questions of that cluster that belong to the group, in the order in which they are kept.
    """

    cluster_id: int
    group: Group
    intent: str | None
    kept_questions: tuple[PanelQuestion, ...]


def plan_clusters(groups: Sequence[Group], panel: Panel, placed: Sequence[int]) -> list[ClusterPlan]:
    """Give each group the number of the old cluster half of whose questions belong to it; the rest get new numbers.

    A number thus means the same intent for as long as a keyword is tracked.

    Args:
        groups: of the new bank.
        panel: the bank before.
        placed: for each question of the panel the number of the group that it belongs to.
    """
    clusters = sorted({question.cluster_id for question in panel.questions})
    belonging = np.zeros((len(groups), len(clusters)))
    for question, place in zip(panel.questions, placed, strict=True):
        belonging[place, clusters.index(question.cluster_id)] += 1
    # a few stray questions must not carry a name over to another intent
    belonging[belonging < _LEAST_BELONGING * belonging.sum(axis=0)] = 0
    continued = {
        int(group): clusters[cluster]
        for group, cluster in zip(*linear_sum_assignment(belonging, maximize=True), strict=True)
        if belonging[group, cluster]
    }
    free = panel.free
    plans = []
    for number, group in enumerate(groups):
        if number in continued:
            belong = [
                question
                for question, place in zip(panel.questions, placed, strict=True)
                if question.cluster_id == continued[number] and place == number
            ]
            kept_questions = tuple(sorted(belong, key=lambda question: draw_key(panel.seed, question.question_id)))
            plans.append(ClusterPlan(continued[number], group, kept_questions[0].intent, kept_questions))
        else:
            plans.append(ClusterPlan(free, group, None, ()))
            free += 1
    return plans


def draw_key(seed: str, question_id: str) -> str:
    """Where a question stands in the draw: the questions with the lowest keys are kept."""
    return hashlib.sha256(f"{seed}\0{question_id}".encode()).hexdigest()
