"""From the source questions of a keyword to groups, each with the generic intent it stands for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_bank_builder.classifier import IntentClassifier
from answerlens_bank_builder.clustering import cluster, without_keyword
from answerlens_bank_builder.embedding import Embedder
from answerlens_bank_builder.intents import INTENTS


@dataclass(frozen=True)
class Group:
    """Questions with one intent, in the order in which they were given.

    Attributes:
        intent: the name of the generic intent.
        questions: at least 3, where there are 3 in all.
        about_brands: whether who has the intent asks about brands.
    """

    intent: str
    questions: tuple[str, ...]
    about_brands: bool = False


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
        """Return `wanted` groups, or fewer when there are not 3 questions for each; at least one question."""
        classifier = await self._learnt()
        texts = [without_keyword(each, keyword) for each in questions]
        clustering = cluster(classifier.log_probabilities(texts, await self.model.embed(texts)), wanted)
        return [
            Group(
                INTENTS[intent].name,
                tuple(each for each, label in zip(questions, clustering.labels, strict=True) if label == number),
                INTENTS[intent].about_brands,
            )
            for number, intent in enumerate(clustering.intents)
        ]

    async def place(self, keyword: str, groups: Sequence[Group], questions: Sequence[str]) -> list[int]:
        """Return for each question, all of one keyword, the number of the group whose intent is likeliest for it."""
        if not questions:
            return []
        classifier = await self._learnt()
        texts = [without_keyword(each, keyword) for each in questions]
        names = [intent.name for intent in INTENTS]
        of_groups = [names.index(group.intent) for group in groups]
        likelihood = classifier.log_probabilities(texts, await self.model.embed(texts))[:, of_groups]
        return [int(number) for number in likelihood.argmax(axis=1)]

    async def _learnt(self) -> IntentClassifier:
        async with self._lock:
            if self._classifier is None:
                vectors = await self.model.embed([each for intent in INTENTS for each in intent.phrasings])
                self._classifier = await asyncio.to_thread(IntentClassifier, INTENTS, vectors)
        return self._classifier
