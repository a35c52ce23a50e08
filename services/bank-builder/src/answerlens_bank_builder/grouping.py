"""From the source questions of a keyword to groups, each with the intent it stands for: the embedded way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from answerlens_bank_builder.classifier import IntentClassifier
from answerlens_bank_builder.clustering import Clustering, Labels, cluster, nearest_mean, without_keyword
from answerlens_bank_builder.embedding import Embedder
from answerlens_bank_builder.intents import INTENTS
from answerlens_bank_builder.space import Space, Views, views_of
from answerlens_bank_builder.writing import unlike
from answerlens_common.text.folding import question_key

OTHER = "其他"
"""What questions that fit no group are shown as; no bank asks about them."""


@dataclass(frozen=True)
class Group:
    """Questions with one intent, in the order in which they were given.

    Attributes:
        intent: the name of the generic intent, numbered where two groups have one; or the name that the language
            model has given.
        questions: at least 3, where there are 3 in all.
        about_brands: whether who has the intent asks about brands.
        is_named: whether the language model has given the name.
    """

    intent: str
    questions: tuple[str, ...]
    about_brands: bool = False
    is_named: bool = False


class Grouper:
    """Groups questions; learns the intents from their phrasings at the first call, once.

    Attributes:
        model: embeds the questions.
    """

    def __init__(self, model: Embedder) -> None:
        self.model = model
        self._lock = asyncio.Lock()
        self._classifier: IntentClassifier | None = None

    async def group(self, keyword: str, questions: Sequence[str], wanted: int) -> list[Group]:
        """Return `wanted` groups, or fewer when there are not as many of 3 questions; at least one question.

        A question that fits no group is in none.
        """
        views = await self.views(keyword, questions)
        clustering = await asyncio.to_thread(_alone, views, wanted)
        groups: list[Group] = []
        names: set[str] = set()
        for number, intent in enumerate(clustering.intents):
            name = unlike(INTENTS[intent].name, names)
            names.add(question_key(name))
            own = tuple(each for each, label in zip(questions, clustering.labels, strict=True) if label == number)
            groups.append(Group(name, own, INTENTS[intent].about_brands))
        return groups

    async def place(self, keyword: str, groups: Sequence[Group], questions: Sequence[str]) -> list[int]:
        """Return for each question, all of one keyword, the number of the group whose mean is nearest to it."""
        if not questions:
            return []
        sources = [question for group in groups for question in group.questions]
        labels: Labels = np.repeat(np.arange(len(groups)), [len(group.questions) for group in groups])
        views = await self.views(keyword, sources)
        space = Space(views)
        others = space.points(await self.views(keyword, questions))
        return [int(number) for number in nearest_mean(space.points(views), labels, others)]

    async def views(self, keyword: str, questions: Sequence[str]) -> Views:
        """Return how the questions, all of one keyword, are seen; at least one."""
        classifier = await self._learnt()
        texts = [without_keyword(each, keyword) for each in questions]
        whole, bare = await self.model.embed(questions), await self.model.embed(texts)
        return views_of(classifier, texts, whole, bare)

    async def _learnt(self) -> IntentClassifier:
        async with self._lock:
            if self._classifier is None:
                vectors = await self.model.embed([each for intent in INTENTS for each in intent.phrasings])
                self._classifier = await asyncio.to_thread(IntentClassifier, INTENTS, vectors)
        return self._classifier


def _alone(views: Views, wanted: int) -> Clustering:
    # too small to share between processor cores
    with threadpool_limits(1):
        return cluster(views, wanted)
