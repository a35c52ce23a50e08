"""Tells how likely each generic intent is for a question: logistic regression, learnt from the intents' phrasings.

Two views of a question, side by side: its vector, which knows what it means, and its characters (TF-IDF of one and
of two), in which the words of asking (怎么办, 多少钱, 还是) weigh as much as the topic. docs/method.md compares.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from answerlens_bank_builder.embedding import Vectors, unit
from answerlens_bank_builder.intents import Intent
from answerlens_common.text.folding import fold

LogProbabilities = NDArray[np.float64]

# of regularisation; 3 to 100 give the same within 0.03 ARI
_INVERSE_STRENGTH = 10


class IntentClassifier:
    """Learns when it is made; the same phrasings give the same classifier."""

    def __init__(self, intents: Sequence[Intent], vectors: Vectors) -> None:
        """Learn from the vectors of all phrasings, intent by intent."""
        self._characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
        phrasings = [fold(each) for intent in intents for each in intent.phrasings]
        self._characters.fit(phrasings)
        self._regression = LogisticRegression(C=_INVERSE_STRENGTH, max_iter=1000)
        labels = np.repeat(np.arange(len(intents)), [len(each.phrasings) for each in intents])
        # Too small to share: on two cores two threads took eight times the processor time of one.
        with threadpool_limits(1):
            self._regression.fit(self._features(phrasings, vectors), labels)

    def log_probabilities(self, questions: Sequence[str], vectors: Vectors) -> LogProbabilities:
        """Return the logarithms of the intents' probabilities, shape (len(questions), number of intents).

        Args:
            questions: all questions of one keyword, folded and without the keyword; at least one.
            vectors: a row for each.
        """
        return np.asarray(self._regression.predict_log_proba(self._features(questions, vectors)), dtype=np.float64)

    def _features(self, texts: Sequence[str], vectors: Vectors) -> NDArray[np.float64]:
        # centred each set on its own: what all questions of a keyword share is not what tells them apart
        meaning = unit(vectors - vectors.mean(axis=0))
        return np.hstack([meaning, self._characters.transform(texts).toarray()])
