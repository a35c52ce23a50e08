"""What a bank takes in of what the model writes: no brands where they do not belong, and in an order of its own."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from answerlens_bank_builder.build import build_bank
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.panel import Panel, PanelQuestion
from tests.unit.bank_builder.test_build import ABOUT_BRANDS, KEYWORD, SOURCES, HashedWords, Reply, Writer, built


class Naming(Writer):
    """Names a brand in every other question, and says so if it is honest."""

    def __init__(self, *, honest: bool) -> None:
        super().__init__()
        self.honest = honest

    def write(self, data: dict[str, Any]) -> list[str]:
        return [f"{text}{'索尼' if n % 2 else ''}" for n, text in enumerate(super().write(data))]

    def listed(self, question: str) -> list[str]:
        return ["索尼"] if self.honest and "索尼" in question else []


ASKED_BY_NAME = [*SOURCES, "索尼耳机怎么样？"]


@pytest.mark.parametrize(("honest", "known"), [(True, False), (False, True), (True, True)])
async def test_brands_are_named_only_where_the_intent_is_about_them(*, honest: bool, known: bool) -> None:
    llm = Naming(honest=honest)
    llm.known = ["索尼"] if known else []
    bank = await built(llm, ASKED_BY_NAME, per_cluster=5)
    named = {each.cluster_id for each in bank.clusters if any("索尼" in question for question in each.questions)}
    assert named == ABOUT_BRANDS
    assert any("索尼" in question for data in llm.written() for question in data["avoid"])
    for each in bank.clusters:
        assert each.brands == tuple(("索尼",) if "索尼" in question else () for question in each.questions)


async def test_an_anchor_that_names_a_brand_leaves_where_the_intent_is_not_about_brands() -> None:
    llm = Writer()
    questions = [
        PanelQuestion(f"1-{cluster}-{n}", cluster, "意图", f"耳机{cluster}.{n}{'索尼' if n % 2 else ''}？", ("来源？",))
        for cluster in range(8)
        for n in range(6)
    ]
    llm.known = ["索尼"]

    class Settled(Grouper):
        async def place(self, *_: object) -> list[int]:
            return [question.cluster_id for question in questions]

    panel = Panel(tuple(questions), free=8, seed="k 2")
    settled = Settled(HashedWords())
    bank = await build_bank(KEYWORD, ASKED_BY_NAME, grouper=settled, llm=llm, per_cluster=8, panel=panel)
    assert {each.cluster_id: len(each.anchors) for each in bank.clusters} == {
        cluster: 6 if cluster in ABOUT_BRANDS else 3 for cluster in range(8)
    }


async def test_the_bank_does_not_depend_on_who_answers_first() -> None:
    class Slow(Writer):
        """Writes alike for all clusters, which therefore want one another's questions; one of them is late."""

        def __init__(self, late: int) -> None:
            super().__init__()
            self.late = f"意图{late}"

        async def ask(
            self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **options: object
        ) -> Reply:
            for _ in range(20 if data.get("intent") == self.late else 0):
                await asyncio.sleep(0)
            return await super().ask(task, instructions, data, reply, **options)

        def write(self, data: dict[str, Any]) -> list[str]:
            begin = len(data["avoid"])
            return [f"{KEYWORD}常问的{n}？" for n in range(begin, begin + data["count"] + 40)]

    banks = [await built(Slow(late), per_cluster=5) for late in (0, 3, 7)]
    assert banks[0] == banks[1] == banks[2]
