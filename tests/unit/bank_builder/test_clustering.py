import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerlens_bank_builder.classifier import LogProbabilities
from answerlens_bank_builder.clustering import cluster, number_of_clusters, without_keyword

INTENTS = 15


def likelihood(seed: int, questions: int) -> LogProbabilities:
    return np.log(np.random.default_rng(seed).dirichlet(np.full(INTENTS, 0.3), size=questions) + 1e-12)


def sure_of(intents: list[int]) -> LogProbabilities:
    return np.log(np.eye(INTENTS)[intents] + 0.01)


def test_questions_go_to_their_likeliest_intents() -> None:
    wanted = [0, 2, 3, 4, 6, 7, 8, 10]
    clustering = cluster(sure_of([intent for intent in wanted for _ in range(6)]))
    assert clustering.intents == tuple(wanted)
    assert clustering.labels.tolist() == [label for label in range(8) for _ in range(6)]


def test_the_intents_used_least_are_dropped_and_their_questions_go_elsewhere() -> None:
    rows = sure_of([0] * 9 + [1] * 8 + [2])
    rows[-1, 1] = -1
    clustering = cluster(rows, wanted=2)
    assert clustering.intents == (0, 1)
    assert clustering.labels[-1] == 1


def test_no_cluster_is_tiny_though_all_ask_the_same() -> None:
    assert np.bincount(cluster(sure_of([0] * 40)).labels, minlength=8).min() == 3


def test_a_small_cluster_takes_the_questions_that_lose_least() -> None:
    rows = sure_of([0] * 9 + [1])
    rows[3:5, 1] = -1
    assert np.flatnonzero(cluster(rows, wanted=2).labels == 1).tolist() == [3, 4, 9]


@pytest.mark.parametrize(("questions", "clusters"), [(1, 1), (2, 1), (5, 1), (6, 2), (23, 7), (24, 8), (100, 8)])
def test_fewer_questions_make_fewer_clusters(questions: int, clusters: int) -> None:
    assert number_of_clusters(questions, 8) == clusters
    labels = cluster(likelihood(5, questions)).labels
    assert len(np.bincount(labels)) == clusters
    assert np.bincount(labels).min() >= min(3, questions)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), questions=st.integers(1, 60), wanted=st.integers(1, 8))
def test_every_question_has_a_cluster_and_every_cluster_its_least(seed: int, questions: int, wanted: int) -> None:
    rows = likelihood(seed, questions)
    clustering = cluster(rows, wanted)
    sizes = np.bincount(clustering.labels, minlength=len(clustering.intents))
    assert len(clustering.intents) == len(sizes) == number_of_clusters(questions, wanted)
    assert sizes.sum() == questions
    assert sizes.min() >= min(3, questions)
    assert np.array_equal(cluster(rows, wanted).labels, clustering.labels)


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
