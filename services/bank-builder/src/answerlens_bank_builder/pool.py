"""The questions a bank has so far, and whether another one is new."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from answerlens_bank_builder.clustering import without_keyword
from answerlens_bank_builder.embedding import Embedder, Vectors, unit
from answerlens_common.text.folding import question_key

# Characters of a keyword. Of 112 questions written on one of 5, 72, 76 and 255 characters, 107, 49, 85 and 65 were new
# by the strictest measure with the keyword in them, and 106 to 108 of those on the long ones without it.
LONGEST_COMPARED: Final = 20


def compared(question: str, keyword: str) -> str:
    """The question as others are compared with it: without a long keyword.

    A keyword of a hundred characters is most of every question: to an embedding model they would all be alike.
    """
    return question if len(keyword) <= LONGEST_COMPARED else without_keyword(question, keyword)


def distinct(questions: Sequence[str]) -> list[str]:
    """Return the first of each set of equal questions, in their order."""
    first: dict[str, str] = {}
    for question in questions:
        first.setdefault(question_key(question), question)
    first.pop("", None)
    return list(first.values())


class QuestionPool:
    """Questions of which no two are the same, or nearer to one another than was allowed."""

    def __init__(self, model: Embedder, centre: Vectors, keyword: str = "") -> None:
        """Start empty; `centre` is the mean vector of the keyword's source questions."""
        self._model = model
        self._centre = centre
        self._keyword = keyword
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
            texts = [compared(question, self._keyword) for question in unknown]
            vectors = unit(await self._model.embed(texts) - self._centre)
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
