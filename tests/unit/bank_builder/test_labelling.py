from collections.abc import Callable
from typing import Any

import pytest

from answerlens_bank_builder.checking import UNKNOWN
from answerlens_bank_builder.clustering import LEFT_OVER
from answerlens_bank_builder.labelling import group_with_model, label_questions, propose_intents
from answerlens_common.llm import InvalidOutputError
from tests.unit.bank_builder.test_build import ASKED, GROUPER, KEYWORD, SOURCES, TASK, Writer

Answer = Callable[[dict[str, Any]], object]


class Told(Writer):
    """Answers some tasks as it is told."""

    def __init__(self, **answers: Answer) -> None:
        super().__init__()
        self.told = answers

    def answer(self, task: str, data: dict[str, Any]) -> object:
        return self.told[task](data) if task in self.told else super().answer(task, data)


def proposal(*names: str) -> Answer:
    return lambda _: {"intents": [{"intent": name, "about_brands": False} for name in names]}


async def test_groups_are_what_the_model_labels_with_the_names_it_proposes() -> None:
    groups = await group_with_model(Writer(), GROUPER, KEYWORD, [*SOURCES, "今天的月亮真圆啊"], 8)
    assert [group.intent for group in groups] == [f"意图{number}" for number in range(8)]
    assert [list(group.questions) for group in groups] == [SOURCES[n : n + 5] for n in range(0, 40, 5)]
    assert all(group.is_named for group in groups)


async def test_proposals_are_cleaned_and_no_two_the_same() -> None:
    llm = Told(keyword_intents=proposal("1. “价格”", "价格", "其他", "", "长" * 30, "故障排查", "对比", "多出来的"))
    assert list(await propose_intents(llm, KEYWORD, SOURCES, 3)) == ["价格", "故障排查", "对比"]


async def test_what_is_left_out_or_labelled_with_what_there_is_not_is_asked_once_more() -> None:
    def first_only(data: dict[str, Any]) -> object:
        ids = [each["id"] for each in data["unlabelled"]]
        stray = [{"id": 99, "intent": "价格"}, {"id": ids[-1], "intent": "没有的意图"}]
        return {"labels": [{"id": ids[0], "intent": "价格"}, *stray]}

    llm = Told(question_intents=first_only)
    labels = await label_questions(llm, KEYWORD, ["价格", "故障"], ["甲？", "乙？", "丙？"])
    assert labels.tolist() == [0, 0, UNKNOWN]
    assert [[each["id"] for each in data["unlabelled"]] for _, data in llm.asked] == [[0, 1, 2], [1, 2]]


async def test_the_model_may_say_that_none_fits() -> None:
    llm = Told(question_intents=lambda _: {"labels": [{"id": 0, "intent": "其他"}, {"id": 1, "intent": "故障"}]})
    labels = await label_questions(llm, KEYWORD, ["价格", "故障"], ["甲？", "乙？"])
    assert labels.tolist() == [LEFT_OVER, 1]


async def test_an_intent_with_two_questions_makes_no_group() -> None:
    sources = [*(asked.format(number) for asked in ASKED[:3] for number in range(5)), *SOURCES[15:17]]
    groups = await group_with_model(Writer(), GROUPER, KEYWORD, sources, 8)
    assert [len(group.questions) for group in groups] == [5, 5, 5]


def fails(_: dict[str, Any]) -> object:
    raise InvalidOutputError(TASK, "nothing")


@pytest.mark.parametrize(
    "llm",
    [
        Told(keyword_intents=fails),
        Told(question_intents=fails),
        Told(keyword_intents=proposal()),
        Told(keyword_intents=proposal("只有一个")),
        Told(question_intents=lambda _: {"labels": []}),
    ],
)
async def test_without_answers_that_can_be_used_the_embedded_way_stands_alone(llm: Told) -> None:
    assert await group_with_model(llm, GROUPER, KEYWORD, SOURCES, 8) == await GROUPER.group(KEYWORD, SOURCES, 8)
