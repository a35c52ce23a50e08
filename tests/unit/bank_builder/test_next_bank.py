"""What a rebuilt bank keeps of the one before."""

from collections.abc import Sequence
from typing import Any

from answerlens_bank_builder.bank import Bank
from answerlens_bank_builder.build import build_bank
from answerlens_bank_builder.grouping import Group, Grouper
from answerlens_bank_builder.panel import Panel, PanelQuestion
from answerlens_common.text.folding import question_key
from tests.unit.bank_builder.test_build import KEYWORD, SOURCES, HashedWords, Writer, built


def panel_of(bank: Bank, version: int = 1) -> Panel:
    """A bank as the next one finds it stored."""
    return Panel(
        tuple(
            PanelQuestion(f"{version}-{each.cluster_id}-{n:02d}", each.cluster_id, each.intent, question, ("来源？",))
            for each in bank.clusters
            for n, question in enumerate(each.questions)
        ),
        free=max(each.cluster_id for each in bank.clusters) + 1,
        seed=f"{KEYWORD} {version + 1}",
    )


class Settled(Grouper):
    """Places each question where its intent's number says, but some of the last two intents' elsewhere."""

    async def place(self, keyword: str, groups: Sequence[Group], questions: Sequence[str]) -> list[int]:
        assert keyword == KEYWORD
        assert len(groups) == 8
        numbers = [int(question.split("意图")[1][0]) for question in questions]
        left = {**dict.fromkeys(range(6), 25), 6: 15, 7: 12}
        return [number if numbers[:n].count(number) < left[number] else 0 for n, number in enumerate(numbers)]


async def test_a_next_bank_keeps_three_quarters_of_a_cluster_and_never_more() -> None:
    llm = Writer()
    first = await built(llm)
    before = panel_of(first)
    again = await build_bank(KEYWORD, SOURCES, grouper=Settled(HashedWords()), llm=llm, panel=before)
    names = {each.cluster_id: each.intent for each in first.clusters}
    old = {one.question_id: one for one in before.questions}
    # of cluster 6 only 15 belong there still; of cluster 7 less than half, so that it has ended
    assert {each.cluster_id: len(each.anchors) for each in again.clusters} == {
        **dict.fromkeys(range(6), 19),
        6: 15,
        8: 0,
    }
    for cluster in again.clusters:
        assert len(cluster.questions) == 25
        assert all(old[one.question_id] == one and one.cluster_id == cluster.cluster_id for one in cluster.anchors)
        assert [one.question for one in cluster.anchors] == list(cluster.questions[: len(cluster.anchors)])
        assert names.get(cluster.cluster_id, cluster.intent) == cluster.intent
    assert len({question_key(question) for each in again.clusters for question in each.questions}) == 200


async def test_a_question_like_an_anchor_is_not_written() -> None:
    class Repeating(Writer):
        """Begins with what it has written for the intent before."""

        def write(self, data: dict[str, Any]) -> list[str]:
            old = [one.question for one in before.questions if one.intent == data["intent"]]
            return [*(old if len(data["avoid"]) < 25 else []), *super().write(data)]

    before = panel_of(await built(Writer()))
    again = await built(Repeating(), panel=before)
    assert len({question_key(question) for each in again.clusters for question in each.questions}) == 200
