import numpy as np

from answerlens_bank_builder.classifier import IntentClassifier
from answerlens_bank_builder.embedding import Vectors, unit
from answerlens_bank_builder.intents import Intent

INTENTS = (
    Intent("价格", ("多少钱？", "茶叶多少钱一斤？", "一年多少钱？")),
    Intent("故障", ("怎么办？", "漏水了怎么办？", "锁不上怎么办？")),
)
# what an intent's phrasings share in meaning is a direction of its own
MEANINGS: Vectors = np.repeat(np.eye(2, dtype=np.float32), 3, axis=0)
NO_MEANING: Vectors = unit(np.ones((2, 2), dtype=np.float32))


def classifier() -> IntentClassifier:
    return IntentClassifier(INTENTS, MEANINGS)


def test_the_characters_tell_where_the_vectors_do_not() -> None:
    likelihood = classifier().log_probabilities(["轮胎多少钱?", "轮胎破了怎么办?"], NO_MEANING)
    assert likelihood.argmax(axis=1).tolist() == [0, 1]


def test_the_vectors_tell_where_the_characters_do_not() -> None:
    likelihood = classifier().log_probabilities(["甲", "乙"], np.eye(2, dtype=np.float32)[::-1])
    assert likelihood.argmax(axis=1).tolist() == [1, 0]


def test_what_all_questions_share_does_not_count() -> None:
    shifted = unit(np.eye(2, dtype=np.float32) + np.array([0, 5], dtype=np.float32))
    assert classifier().log_probabilities(["甲", "乙"], shifted).argmax(axis=1).tolist() == [0, 1]


def test_each_row_is_a_distribution_also_for_a_single_question() -> None:
    likelihood = classifier().log_probabilities(["多少钱"], NO_MEANING[:1])
    assert likelihood.shape == (1, 2)
    assert np.isclose(np.exp(likelihood).sum(), 1)


def test_it_learns_the_same_from_the_same() -> None:
    one, other = (classifier().log_probabilities(["多少", "咋办"], NO_MEANING) for _ in range(2))
    assert np.array_equal(one, other)
