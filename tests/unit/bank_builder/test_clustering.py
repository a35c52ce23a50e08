import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerlens_bank_builder.clustering import _seeded_k_means, cluster, number_of_clusters, without_keyword
from answerlens_bank_builder.embedding import Vectors, unit

INTENTS = 10
DIMENSIONS = 32


def directions(seed: int, rows: int) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(rows, DIMENSIONS)).astype(np.float32))


def around(centres: Vectors, each: int, noise: float, seed: int = 1) -> Vectors:
    spread = np.random.default_rng(seed).normal(scale=noise, size=(len(centres) * each, DIMENSIONS))
    return unit((np.repeat(centres, each, axis=0) + spread).astype(np.float32))


PROTOTYPES = directions(0, INTENTS)
PHRASINGS = [around(row[np.newaxis], 5, 0.02, seed) for seed, row in enumerate(PROTOTYPES)]


def test_questions_go_to_the_intents_they_are_near() -> None:
    wanted = [0, 2, 3, 4, 6, 7, 8, 9]
    clustering = cluster(around(PROTOTYPES[wanted], 6, 0.05), PHRASINGS)
    assert clustering.intents == tuple(wanted)
    assert clustering.labels.tolist() == [label for label in range(8) for _ in range(6)]


def test_no_cluster_is_tiny_though_all_ask_the_same() -> None:
    clustering = cluster(around(PROTOTYPES[:1], 40, 0.05), PHRASINGS)
    assert np.bincount(clustering.labels, minlength=8).min() >= 3


def test_identical_questions() -> None:
    clustering = cluster(np.repeat(PROTOTYPES[:1], 30, axis=0), PHRASINGS)
    assert np.bincount(clustering.labels, minlength=8).min() >= 3


def test_clusters_move_from_their_seeds_to_the_questions() -> None:
    # one group at 40-50 degrees, which the seeds at 0 and 90 would cut in two, and one at 95-105
    angles = np.radians(np.concatenate([np.linspace(40, 50, 10), np.linspace(95, 105, 10)]))
    questions = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert _seeded_k_means(questions, np.eye(2, dtype=np.float32), 3).tolist() == [0] * 10 + [1] * 10


@pytest.mark.parametrize(("questions", "clusters"), [(1, 1), (2, 1), (5, 1), (6, 2), (23, 7), (24, 8), (100, 8)])
def test_fewer_questions_make_fewer_clusters(questions: int, clusters: int) -> None:
    assert number_of_clusters(questions, 8) == clusters
    labels = cluster(directions(5, questions), PHRASINGS).labels
    assert len(np.bincount(labels)) == clusters
    assert np.bincount(labels).min() >= min(3, questions)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), questions=st.integers(1, 60), wanted=st.integers(1, 8))
def test_every_question_has_a_cluster_and_every_cluster_its_least(seed: int, questions: int, wanted: int) -> None:
    vectors = directions(seed, questions)
    clustering = cluster(vectors, PHRASINGS, wanted)
    sizes = np.bincount(clustering.labels, minlength=len(clustering.intents))
    assert len(clustering.intents) == len(sizes) == number_of_clusters(questions, wanted)
    assert sizes.sum() == questions
    assert sizes.min() >= min(3, questions)
    assert np.array_equal(cluster(vectors, PHRASINGS, wanted).labels, clustering.labels)


@pytest.mark.parametrize(
    ("question", "keyword", "rest"),
    [
        ("蓝牙耳机哪个牌子好？", "蓝牙耳机", "哪个牌子好?"),
        ("ＡＩＲＰＯＤＳ和airpods哪个好", "AirPods", "和哪个好"),
        ("C++（入门）怎么学", "c++", "(入门)怎么学"),
        ("蓝牙耳机", "蓝牙耳机", "蓝牙耳机"),
        ("怎么选", "蓝牙耳机", "怎么选"),
    ],
)
def test_without_keyword(question: str, keyword: str, rest: str) -> None:
    assert without_keyword(question, keyword) == rest
