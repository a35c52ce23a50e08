import asyncio
from collections.abc import Sequence

import numpy as np

from answerlens_bank_builder.embedding import Vectors
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.intents import INTENTS

PRICE = [f"第{number}种多少钱？" for number in range(5)]
TROUBLE = [f"第{number}次漏水了怎么办？" for number in range(4)]


class NoMeaning:
    """Every text the same to it; counts what it is asked for."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    async def embed(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        return np.ones((len(texts), 2), dtype=np.float32)


async def test_groups_carry_generic_names_and_the_questions_as_they_were_given() -> None:
    questions = [PRICE[0], *TROUBLE, *PRICE[1:]]
    groups = await Grouper(NoMeaning()).group("水管", questions, 2)
    assert [(each.intent, list(each.questions)) for each in groups] == [
        ("价格与性价比", PRICE),
        ("问题与故障解决", TROUBLE),
    ]


async def test_the_keyword_is_not_looked_at() -> None:
    model = NoMeaning()
    await Grouper(model).group("水管", ["水管多少钱？"], 1)
    assert model.batches[-1] == ["多少钱?"]


async def test_the_intents_are_learnt_once() -> None:
    model = NoMeaning()
    grouper = Grouper(model)
    await asyncio.gather(*(grouper.group("水管", PRICE, 1) for _ in range(3)))
    phrasings = sum(len(intent.phrasings) for intent in INTENTS)
    assert [len(batch) for batch in model.batches if len(batch) > len(PRICE)] == [phrasings]
