from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from answerlens_bank_builder.writing import (
    WrittenQuestion,
    clean_question,
    longest_question,
    name_intents,
    write_questions,
)
from answerlens_common.llm import LanguageModel

Reply = TypeVar("Reply", bound=BaseModel)


class ScriptedModel(LanguageModel):
    """Answers by a function."""

    def __init__(self, answer: Callable[[Mapping[str, Any]], object]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    async def ask(
        self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
    ) -> Reply:
        assert instructions
        self.asked.append((task, data))
        return reply.model_validate(self.answer(data))


def naming(*names: tuple[int, str]) -> ScriptedModel:
    return ScriptedModel(lambda _: {"intents": [{"cluster": number, "intent": name} for number, name in names]})


CLUSTERS = {0: ("哪个好？",), 1: ("多少钱？",), 2: ("坏了怎么办？",)}
GENERIC = {0: "推荐", 1: "价格", 2: "故障"}


async def test_intents_are_named_in_one_call() -> None:
    llm = naming((1, "预算与价格"), (0, "「品牌推荐」。"), (2, "3. 故障排查"))
    assert await name_intents(llm, "耳机", CLUSTERS, GENERIC) == {0: "品牌推荐", 1: "预算与价格", 2: "故障排查"}
    shown = [{"cluster": number, "questions": list(questions)} for number, questions in CLUSTERS.items()]
    assert llm.asked == [("cluster_intents", {"keyword": "耳机", "clusters": shown})]


@pytest.mark.parametrize(
    "names",
    [
        [(0, "选购"), (2, "修理")],
        [(0, "选购"), (1, "选 购！"), (2, "修理")],
        [(0, "选购"), (1, " "), (2, "修理")],
        [(0, "选购"), (1, "太长的意图" * 5), (2, "修理")],
        [(0, "选购"), (0, "价钱"), (7, "别的"), (2, "修理")],
    ],
)
async def test_an_intent_without_a_name_of_its_own_gets_the_generic_one(names: list[tuple[int, str]]) -> None:
    assert await name_intents(naming(*names), "耳机", CLUSTERS, GENERIC) == {0: "选购", 1: "价格", 2: "修理"}


async def test_names_differ_from_those_taken_and_from_generic_ones() -> None:
    named = await name_intents(naming((0, "价格"), (2, "已有")), "耳机", CLUSTERS, GENERIC, taken=["已有"])
    assert named == {0: "价格", 1: "价格（2）", 2: "故障"}


async def test_questions_are_asked_for_and_cleaned() -> None:
    replies = [("1. 索尼的耳机好不好", ["索尼"]), ("  ", []), ("“耳机多少钱？”", [])]
    reply = {"questions": [{"question": question, "brands": brands} for question, brands in replies]}
    llm = ScriptedModel(lambda _: reply)
    examples = [f"第{number}个例子" for number in range(40)]
    written = await write_questions(llm, "耳机", "推荐", 5, examples, ["旧问题？"])
    assert written == [WrittenQuestion("索尼的耳机好不好？", ("索尼",)), WrittenQuestion("耳机多少钱？")]
    ((task, data),) = llm.asked
    assert task == "bank_questions"
    assert (data["keyword"], data["intent"], data["count"], data["avoid"]) == ("耳机", "推荐", 5, ["旧问题？"])
    assert data["examples"] == examples[: len(data["examples"])]
    assert 0 < len(data["examples"]) < 40


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("耳机哪个牌子好", "耳机哪个牌子好？"),
        ("耳机哪个牌子好?", "耳机哪个牌子好？"),
        ("耳机哪个牌子好？？！", "耳机哪个牌子好？"),
        ("求推荐一款耳机。", "求推荐一款耳机？"),
        ("1. 耳机哪个牌子好？", "耳机哪个牌子好？"),
        ("12、耳机哪个牌子好？", "耳机哪个牌子好？"),
        ("（3）耳机哪个牌子好？", "耳机哪个牌子好？"),
        ("- 耳机哪个牌子好？", "耳机哪个牌子好？"),
        ("Q1：耳机哪个牌子好？", "耳机哪个牌子好？"),
        ("问题2：耳机哪个牌子好？", "耳机哪个牌子好？"),
        ("1. “耳机哪个牌子好？”", "耳机哪个牌子好？"),
        ("「2. 耳机哪个牌子好」？", "耳机哪个牌子好？"),
        ("耳机\n哪个\t牌子好？\u200b\x00", "耳机 哪个 牌子好？"),
        ("3.5mm 的耳机还有必要买吗？", "3.5mm 的耳机还有必要买吗？"),
        ("200元的耳机哪个好？", "200元的耳机哪个好？"),
        ("2024年耳机怎么选？", "2024年耳机怎么选？"),
        ("“开放式”和“入耳式”哪个好？", "“开放式”和“入耳式”哪个好？"),
        ("耳机是“智商税”吗？", "耳机是“智商税”吗？"),
        ("如何看待“智商税”？", "如何看待“智商税”？"),
        ("“音质”还是“降噪”？", "“音质”还是“降噪”？"),
        ("字" * 79, "字" * 79 + "？"),
        ("买哪个", "买哪个？"),
    ],
)
def test_clean_question(text: str, question: str) -> None:
    assert clean_question(text) == question
    assert clean_question(question) == question


@pytest.mark.parametrize("text", ["", "？", " \n", "1.", "“”", "买啥", "……！！——", "字" * 80])
def test_no_question(text: str) -> None:
    assert clean_question(text) is None


@pytest.mark.parametrize("length", [1, 20, 76, 150, 255])
async def test_a_long_keyword_leaves_room_for_the_question(length: int) -> None:
    keyword = "长" * length
    texts = [f"{keyword}{'问' * 40}", f"{'问' * 30}{keyword}", f"便宜的{keyword}和贵的{keyword}有什么区别"]
    llm = ScriptedModel(lambda _: {"questions": [{"question": text, "brands": []} for text in texts]})
    written = await write_questions(llm, keyword, "推荐", 2, [], [])
    assert [each.question for each in written] == [f"{text}？" for text in texts]
    assert llm.asked[0][1]["longest"] == longest_question(keyword) >= 80
