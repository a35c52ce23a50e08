"""Measured on labelled sets: our own, 6 + 2 keywords x 8 intents x 10 questions; of others, 2 x 8 x 8 and 5 x 8 x 10.

A set in the manner of hot lists is our own too: real titles are measured by `make bench-intents`, and are not kept.

docs/method.md tells where each comes from.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from answerlens_bank_builder.embedding import unit
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.intents import INTENTS

DATA = Path(__file__).parents[2] / "data"
Labelled = dict[str, dict[str, str]]


def labelled(name: str) -> Labelled:
    """The intent of each question, by keyword."""
    rows: Labelled = defaultdict(dict)
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["keyword"]][row["question"]] = row["intent"]
    return rows


async def ours(grouper: Grouper, keyword: str, questions: Sequence[str]) -> dict[str, int]:
    groups = await grouper.group(keyword, questions, 8)
    assert len(groups) == 8
    assert min(len(group.questions) for group in groups) >= 3
    number = {question: number for number, group in enumerate(groups) for question in group.questions}
    assert len(number) >= 0.7 * len(questions)
    # what is left over is a class of its own
    return {question: number.get(question, -1) for question in questions}


@pytest.mark.parametrize(
    ("name", "keywords", "least", "least_of_one"),
    [
        pytest.param("clustering.jsonl", 6, 0.75, 0.45, marks=pytest.mark.long),
        ("clustering_held_out.jsonl", 2, 0.7, 0.45),
        ("clustering_blind.jsonl", 2, 0.7, 0.45),
        pytest.param("clustering_others.jsonl", 5, 0.5, 0.35, marks=pytest.mark.long),
    ],
)
async def test_intents_are_found_far_better_than_by_similarity_alone(
    grouper: Grouper, name: str, keywords: int, least: float, least_of_one: float
) -> None:
    found, plain = [], []
    for keyword, truth in labelled(name).items():
        label_of = await ours(grouper, keyword, list(truth))
        assert label_of == await ours(grouper, keyword, list(truth))
        found.append(adjusted_rand_score(list(truth.values()), [label_of[each] for each in truth]))
        vectors = await grouper.model.embed(list(truth))
        centred = unit(vectors - vectors.mean(axis=0))
        similar = KMeans(8, n_init=10, random_state=0).fit_predict(centred)
        plain.append(adjusted_rand_score(list(truth.values()), similar))
    assert len(found) == keywords
    assert np.mean(found) >= least
    assert min(found) >= least_of_one
    assert np.mean(found) >= 2 * np.mean(plain)


@pytest.mark.case("o13")
async def test_titles_as_hot_lists_have_them_are_grouped_by_what_they_ask(grouper: Grouper) -> None:
    found, plain = [], []
    for keyword, truth in labelled("clustering_hot_list.jsonl").items():
        label_of = await ours(grouper, keyword, list(truth))
        found.append(adjusted_rand_score(list(truth.values()), [label_of[each] for each in truth]))
        vectors = await grouper.model.embed(list(truth))
        similar = KMeans(len(set(truth.values())), n_init=50, random_state=0)
        labels = similar.fit_predict(unit(vectors - vectors.mean(axis=0)))
        plain.append(adjusted_rand_score(list(truth.values()), labels))
    assert len(found) == 2
    assert np.mean(found) >= 0.8
    assert np.mean(found) >= 1.3 * np.mean(plain)


@pytest.mark.case("o13")
@pytest.mark.parametrize("strays", [1, 3, 6])
async def test_what_asks_nothing_about_the_keyword_is_in_no_group(grouper: Grouper, strays: int) -> None:
    asked = [each for each, intent in labelled("clustering_hot_list.jsonl")["电压力锅"].items() if intent != "对比"]
    stray = [
        "今天晚上的月亮真圆啊",
        "从前有座山山里有座庙",
        "哈哈哈哈哈哈哈",
        "asdf qwer zxcv",
        "一二三四五六七",
        "嗯嗯好的谢谢",
    ]
    groups = await grouper.group("电压力锅", [*asked, *stray[:strays]], 8)
    grouped = {question for group in groups for question in group.questions}
    assert not grouped & set(stray)
    assert len(grouped & set(asked)) >= 0.9 * len(asked)


@pytest.mark.parametrize(
    ("name", "each"),
    [
        ("clustering.jsonl", 10),
        ("clustering_held_out.jsonl", 10),
        ("clustering_blind.jsonl", 8),
        ("clustering_others.jsonl", 10),
    ],
)
def test_the_labelled_set_is_what_it_says(name: str, each: int) -> None:
    for truth in labelled(name).values():
        assert sorted(np.unique(list(truth.values()), return_counts=True)[1]) == [each] * 8


def test_no_phrasing_names_a_keyword_or_is_a_labelled_question() -> None:
    phrasings = {each for intent in INTENTS for each in intent.phrasings}
    sets = (
        labelled(name)
        for name in (
            "clustering.jsonl",
            "clustering_held_out.jsonl",
            "clustering_others.jsonl",
            "clustering_hot_list.jsonl",
        )
    )
    for keyword, truth in chain.from_iterable(each.items() for each in sets):
        assert phrasings.isdisjoint(truth)
        assert not [each for each in phrasings if keyword in each]
