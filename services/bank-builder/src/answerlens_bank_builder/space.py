"""Where the questions of a keyword stand to one another: three views of each, side by side, as one point.

Its topic (the centred vector), how it is asked (`asking`) and what it is likely after (the classifier's
probabilities, as square roots: Hellinger's distance). An intent that the classifier is sure of parts questions by
itself; where it is not, its probabilities are nearly the same for all, and topic and way of asking decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answerlens_bank_builder.asking import Asking, are_questions, ways_of_asking
from answerlens_bank_builder.classifier import IntentClassifier, LogProbabilities
from answerlens_bank_builder.embedding import Vectors, unit

Points = NDArray[np.float64]

LIKELY = 0.4
"""From this probability on a question is taken to have the intent."""

# Shares of questions with a likely intent, and how much intents weigh at each; between them the weight grows evenly.
# Real titles have shares of 0.2 to 0.45, tidy questions of one intent each 0.5 to 0.7.
_SHARES = (0.4, 0.6)
_WEIGHTS = (1.5, 2.5)


@dataclass(frozen=True)
class Views:
    """The three views of the questions of one keyword, a row for each question.

    Attributes:
        likelihood: the logarithm of each intent's probability.
        topic: unit vectors, centred.
        asking: 1 for each way of asking that the question has.
        is_question: whether the text has the form of one.
    """

    likelihood: LogProbabilities
    topic: Vectors
    asking: Asking
    is_question: NDArray[np.bool_]

    @property
    def likeliest(self) -> NDArray[np.float64]:
        """The probability of each question's likeliest intent."""
        return np.asarray(np.exp(self.likelihood.max(axis=1)))

    def of(self, questions: NDArray[np.intp]) -> "Views":
        """Return the views of some of the questions, by their numbers."""
        return Views(
            self.likelihood[questions], self.topic[questions], self.asking[questions], self.is_question[questions]
        )


@dataclass(frozen=True)
class Proportions:
    """How much topic and way of asking weigh beside intents, and how many intents are told apart."""

    topic: float = 1.0
    asking: float = 0.7
    intents: int = 13


MIDDLE = Proportions()


class Space:
    """The space of one keyword's source questions; other questions of the keyword can be placed in it."""

    def __init__(self, sources: Views) -> None:
        self._likelihood = sources.likelihood
        share = float((sources.likeliest >= LIKELY).mean())
        self._weight = float(np.interp(share, _SHARES, _WEIGHTS))

    def points(self, views: Views, proportions: Proportions = MIDDLE) -> Points:
        """Return a point for each question."""
        used = most_used(self._likelihood, proportions.intents)
        probabilities = np.exp(views.likelihood[:, used])
        probabilities /= np.maximum(probabilities.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        parts = [
            proportions.topic * views.topic,
            proportions.asking * views.asking,
            self._weight * np.sqrt(probabilities),
        ]
        return np.hstack(parts).astype(np.float64)


def views_of(classifier: IntentClassifier, texts: Sequence[str], whole: Vectors, bare: Vectors) -> Views:
    """Return the views of questions.

    Args:
        classifier: tells intents apart.
        texts: the questions, folded and without the keyword.
        whole: the vectors of the questions as they are.
        bare: the vectors of the texts.
    """
    topic = unit(whole - whole.mean(axis=0))
    return Views(classifier.log_probabilities(texts, bare), topic, ways_of_asking(texts), are_questions(texts))


def most_used(likelihood: LogProbabilities, count: int) -> list[int]:
    """Drop the intent that is likeliest for the fewest questions, again and again, until `count` are left."""
    left = list(range(likelihood.shape[1]))
    while len(left) > count:
        likeliest = likelihood[:, left].argmax(axis=1)
        left.pop(int(np.bincount(likeliest, minlength=len(left)).argmin()))
    return left
