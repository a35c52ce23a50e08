import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from answerlens_bank_builder.asking import WAYS, are_questions, ways_of_asking
from answerlens_bank_builder.classifier import LogProbabilities
from answerlens_bank_builder.clustering import (
    LEFT_OVER,
    MOST_LEFT_OVER,
    Clustering,
    cluster,
    number_of_clusters,
    without_keyword,
)
from answerlens_bank_builder.space import Views

INTENTS = 25


def seen(likelihood: LogProbabilities, topic: int = 0) -> Views:
    """Views with topics drawn at random (or all the same), in which each question asks in the first way."""
    rows = len(likelihood)
    topics = np.zeros((rows, 8)) if not topic else np.random.default_rng(topic).normal(size=(rows, 8)) / 3
    asking = np.zeros((rows, len(WAYS)))
    asking[:, 0] = 1
    return Views(likelihood, topics.astype(np.float32), asking, np.ones(rows, dtype=np.bool_))


def likelihood(seed: int, questions: int) -> LogProbabilities:
    return np.log(np.random.default_rng(seed).dirichlet(np.full(INTENTS, 0.3), size=questions) + 1e-12)


def sure_of(intents: list[int]) -> LogProbabilities:
    rows = np.eye(INTENTS)[intents] + 0.01
    return np.asarray(np.log(rows / rows.sum(axis=1, keepdims=True)))


def sizes(clustering: Clustering) -> list[int]:
    return [int(size) for size in np.bincount(clustering.labels[clustering.labels != LEFT_OVER])]


def test_questions_go_to_their_likeliest_intents() -> None:
    wanted = [intent for intent in [0, 2, 3, 4, 6, 7, 8, 10] for _ in range(6)]
    clustering = cluster(seen(sure_of(wanted), topic=1))
    assert [clustering.intents[label] for label in clustering.labels] == wanted


def test_a_question_that_nothing_is_like_is_left_over() -> None:
    clustering = cluster(seen(sure_of([0] * 9 + [1] * 8 + [2])), wanted=3)
    assert clustering.intents == (0, 1)
    assert clustering.labels[-1] == LEFT_OVER
    assert sizes(clustering) == [9, 8]


def test_what_is_no_question_is_left_over_however_much_there_is_of_it() -> None:
    unlikely = np.full((5, INTENTS), -np.log(INTENTS))
    views = seen(np.concatenate([sure_of([0] * 9 + [1] * 8), unlikely]))
    views.asking[-5:] = 0
    clustering = cluster(views, wanted=3)
    assert np.flatnonzero(clustering.labels == LEFT_OVER).tolist() == list(range(17, 22))
    unlikely[:, 0] += 2
    views = seen(np.concatenate([sure_of([0] * 9 + [1] * 8), unlikely]))
    views.asking[-5:], views.is_question[-5:] = 0, False
    assert np.flatnonzero(cluster(views, wanted=3).labels == LEFT_OVER).tolist() == list(range(17, 22))


def test_what_asks_the_same_is_not_torn_apart() -> None:
    clustering = cluster(seen(sure_of([0] * 40)))
    assert (clustering.intents, sizes(clustering)) == ((0,), [40])


def test_ways_of_asking_part_what_intents_do_not() -> None:
    views = seen(np.full((12, INTENTS), -np.log(INTENTS)))
    views.asking[6:, 0], views.asking[6:, 1] = 0, 1
    views.likelihood[:, 0] += 1
    assert np.ptp(cluster(views, wanted=2).labels[:6]) == 0
    assert sizes(cluster(views, wanted=2)) == [6, 6]


@pytest.mark.parametrize(("second", "described"), [(0.3, {0, 1}), (0.1, {0})])
def test_clusters_are_described_apart_where_that_describes_them_well(second: float, described: set[int]) -> None:
    probabilities = np.full((12, INTENTS), 0.2 / (INTENTS - 2))
    probabilities[:, :2] = 0.8 - second, second
    views = seen(np.log(probabilities))
    views.topic[:6, 0], views.topic[6:, 0] = 1, -1
    clustering = cluster(views, wanted=2)
    assert sizes(clustering) == [6, 6]
    assert set(clustering.intents) == described


@pytest.mark.parametrize(("questions", "clusters"), [(1, 1), (2, 1), (5, 1), (6, 2), (23, 7), (24, 8), (100, 8)])
def test_fewer_questions_make_fewer_clusters(questions: int, clusters: int) -> None:
    assert number_of_clusters(questions, 8) == clusters
    found = sizes(cluster(seen(likelihood(5, questions), topic=5)))
    assert len(found) <= clusters
    assert min(found) >= min(3, questions)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(1, 10_000), questions=st.integers(1, 60), wanted=st.integers(1, 8))
@example(seed=401, questions=50, wanted=8)
def test_every_cluster_has_its_least_and_few_questions_are_left_over(seed: int, questions: int, wanted: int) -> None:
    views = seen(likelihood(seed, questions), topic=seed)
    clustering = cluster(views, wanted)
    found = sizes(clustering)
    left = int((clustering.labels == LEFT_OVER).sum())
    # two may have one intent, where another would describe one of them badly: see `test_clusters_are_described_apart_…`
    assert len(clustering.intents) == len(found) <= number_of_clusters(questions, wanted)
    assert sum(found) + left == questions
    assert left <= MOST_LEFT_OVER * questions
    assert min(found) >= min(3, questions)
    assert np.array_equal(cluster(views, wanted).labels, clustering.labels)


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


def test_ways_of_asking() -> None:
    ways = ways_of_asking(["如何评价新款?", "预算三百元, 求推荐", "月亮"])
    assert ways.shape == (3, len(WAYS))
    assert ways.sum(axis=1).tolist() == [2, 2, 0]
    assert ways_of_asking([]).shape == (0, len(WAYS))


def test_a_request_is_a_question_and_a_remark_is_none() -> None:
    texts = ["多少钱", "求一款耐用的", "想听大家说说用过的", "今天晚上的月亮真圆啊", "asdf"]
    assert are_questions(texts).tolist() == [True, True, True, False, False]
