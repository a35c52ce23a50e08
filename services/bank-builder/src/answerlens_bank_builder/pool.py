"""The questions a bank has so far, and whether another one is new."""

from collections.abc import Sequence

import numpy as np

from answerlens_bank_builder.embedding import Embedder, Vectors, unit
from answerlens_common.folding import question_key


class QuestionPool:
    """Questions of which no two are the same, or nearer to one another than was allowed."""

    def __init__(self, model: Embedder, centre: Vectors) -> None:
        """Start empty; `centre` is the mean vector of the keyword's source questions."""
        self._model = model
        self._centre = centre
        self._keys: set[str] = set()
        self._vectors: Vectors | None = None
        self._known: dict[str, Vectors] = {}

    async def put(self, questions: Sequence[str]) -> None:
        """Take questions in as they are."""
        if questions:
            for question, vector in zip(questions, await self._centred(questions), strict=True):
                self._keep(question, vector)

    async def admit(self, candidates: Sequence[str], most: int, nearest: float) -> list[str]:
        """Take in the new ones among the candidates and return them.

        Args:
            candidates: in the order in which they are preferred.
            most: how many to take in at most.
            nearest: the cosine of centred vectors from which two questions count as one.
        """
        admitted: list[str] = []
        if not candidates:
            return admitted
        vectors = await self._centred(candidates)
        # nothing is awaited from here on: two clusters cannot take in the same question at once
        for question, vector in zip(candidates, vectors, strict=True):
            if len(admitted) < most and self._is_new(question, vector, nearest):
                self._keep(question, vector)
                admitted.append(question)
        return admitted

    async def _centred(self, questions: Sequence[str]) -> Vectors:
        unknown = [question for question in questions if question not in self._known]
        if unknown:
            vectors = unit(await self._model.embed(unknown) - self._centre)
            self._known.update(zip(unknown, vectors, strict=True))
        return np.stack([self._known[question] for question in questions])

    def _is_new(self, question: str, vector: Vectors, nearest: float) -> bool:
        if question_key(question) in self._keys:
            return False
        return self._vectors is None or float((self._vectors @ vector).max()) < nearest

    def _keep(self, question: str, vector: Vectors) -> None:
        self._keys.add(question_key(question))
        row = vector[np.newaxis]
        self._vectors = row if self._vectors is None else np.concatenate([self._vectors, row])
