from collections.abc import Mapping, Sequence

import pytest

from answerlens_bank_builder.grouping import Group
from answerlens_bank_builder.panel import Panel, PanelQuestion, plan_clusters

GROUPS = [
    Group("价格与性价比", ("多少钱？",)),
    Group("使用方法与保养", ("怎么用？",)),
    Group("原理与知识", ("为什么？",)),
]


def panel(clusters: Mapping[int, int], seed: str = "k 2") -> Panel:
    """So many questions in each cluster."""
    questions = [
        PanelQuestion(f"1-{cluster}-{number:02d}", cluster, f"意图{cluster}", f"{cluster}.{number}？", ("来源？",))
        for cluster, count in clusters.items()
        for number in range(count)
    ]
    return Panel(tuple(questions), free=max(clusters) + 1, seed=seed)


def plans(before: Panel, placed: Sequence[int]) -> dict[int, tuple[str, str | None, int]]:
    return {
        plan.cluster_id: (plan.group.intent, plan.intent, len(plan.kept_questions))
        for plan in plan_clusters(GROUPS, before, placed)
    }


def test_a_cluster_keeps_its_number_and_its_name_and_a_new_one_gets_a_number_of_its_own() -> None:
    # the old cluster 0 is now the group 使用方法, the old 4 the group 价格; nothing was ever asked on 原理
    assert plans(panel({0: 5, 4: 5}), [1] * 5 + [0] * 5) == {
        4: ("价格与性价比", "意图4", 5),
        0: ("使用方法与保养", "意图0", 5),
        5: ("原理与知识", None, 0),
    }


def test_only_those_that_belong_there_still_stay() -> None:
    placed = [0, 0, 0, 1, 2, 1, 1, 1, 1, 0]
    found = plan_clusters(GROUPS, panel({0: 5, 1: 5}), placed)
    assert [{one.question_id for one in plan.kept_questions} for plan in found] == [
        {"1-0-00", "1-0-01", "1-0-02"},
        {"1-1-00", "1-1-01", "1-1-02", "1-1-03"},
        set(),
    ]


def test_a_cluster_does_not_go_on_where_one_of_its_questions_went() -> None:
    # the old 0 is outnumbered in the group that most of it belongs to; its one stray question carries no name along
    before = panel({0: 25, 1: 25})
    assert plans(before, [0] * 24 + [1] + [0] * 25) == {
        1: ("价格与性价比", "意图1", 25),
        2: ("使用方法与保养", None, 0),
        3: ("原理与知识", None, 0),
    }


@pytest.mark.parametrize(("stayed", "goes_on"), [(5, True), (4, False)])
def test_a_cluster_goes_on_with_half_of_its_questions(stayed: int, *, goes_on: bool) -> None:
    placed = [0] * stayed + [1] * ((10 - stayed) // 2) + [2] * (10 - stayed - (10 - stayed) // 2)
    found = plans(panel({0: 10}), placed)
    assert (found.get(0) == ("价格与性价比", "意图0", stayed)) == goes_on
    assert (0 in found) == goes_on


def test_a_first_bank_is_numbered_from_zero() -> None:
    assert [(plan.cluster_id, plan.intent) for plan in plan_clusters(GROUPS, Panel(), [])] == [
        (0, None),
        (1, None),
        (2, None),
    ]


def test_who_stays_first_is_drawn_anew_for_each_version_and_the_same_for_one() -> None:
    def order(seed: str) -> list[str]:
        return [one.question_id for one in plan_clusters(GROUPS, panel({0: 25}, seed), [0] * 25)[0].kept_questions]

    assert order("k 2") == order("k 2")
    assert order("k 2") != order("k 3")
    assert sorted(order("k 2")) == sorted(order("k 3"))


def test_every_question_has_the_same_chance_to_stay() -> None:
    kept = [
        one.question_id
        for n in range(400)
        for one in plan_clusters(GROUPS, panel({0: 20}, f"k {n}"), [0] * 20)[0].kept_questions[:15]
    ]
    shares = [kept.count(question_id) / 400 for question_id in set(kept)]
    assert len(shares) == 20
    assert min(shares) == pytest.approx(0.75, abs=0.1)
    assert max(shares) == pytest.approx(0.75, abs=0.1)
