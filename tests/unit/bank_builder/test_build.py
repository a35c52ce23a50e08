import asyncio
import hashlib
import json
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, TypeVar

import numpy as np
import pytest
from pydantic import BaseModel

from answerlens_bank_builder.bank import Bank, BankCluster, NoSourceQuestionsError, QuestionsMissingError
from answerlens_bank_builder.build import build_bank
from answerlens_bank_builder.embedding import Vectors, unit
from answerlens_bank_builder.grouping import Grouper
from answerlens_common.llm import InvalidOutputError, LanguageModel, RateLimitedError
from answerlens_common.text.folding import question_key

Reply = TypeVar("Reply", bound=BaseModel)

KEYWORD = "耳机"
TASK = "bank_questions"
ASKED = (
    "耳机第{}代多少钱？",
    "耳机第{}次坏了怎么办？",
    "求推荐第{}款耳机",
    "耳机和第{}种有什么区别？",
    "耳机第{}代有必要买吗？",
    "怎么选购第{}种耳机？",
    "长期戴第{}种耳机有害吗？",
    "如何评价耳机第{}代的发布会？",
)
ABOUT_BRANDS = {2, 3, 7}
SOURCES = [asked.format(number) for asked in ASKED for number in range(5)]


def intent(question: str) -> str:
    """The number of the way in which a source question is asked, as the name of an intent."""
    for number, asked in enumerate(ASKED):
        before, after = asked.split("{}")
        if question.startswith(before) and question.endswith(after):
            return f"意图{number}"
    return "其他"


class HashedWords:
    """Gives every text a direction of its own."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [
            np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])).normal(size=64)
            for text in texts
        ]
        return unit(np.array(rows, dtype=np.float32))


# it learns the intents once, which takes seconds
GROUPER = Grouper(HashedWords())


class Writer(LanguageModel):
    """Tells intents apart by number and writes numbered questions; `write` may be replaced."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.numbers = count()
        self.known: list[str] = []

    async def ask(
        self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
    ) -> Reply:
        assert instructions
        self.asked.append((task, dict(data)))
        await asyncio.sleep(0)
        return reply.model_validate(self.answer(task, dict(data)))

    def answer(self, task: str, data: dict[str, Any]) -> object:
        match task:
            case "keyword_intents":
                names = [{"intent": f"意图{n}", "about_brands": n in ABOUT_BRANDS} for n in range(data["most"])]
                return {"intents": names}
            case "question_intents":
                return {
                    "labels": [{"id": each["id"], "intent": intent(each["question"])} for each in data["unlabelled"]]
                }
            case "cluster_intents":
                return {"intents": [{**each, "intent": f"意图{each['cluster']}"} for each in data["clusters"]]}
            case "named_brands":
                return {"brands": self.known}
        return {"questions": [{"question": each, "brands": self.listed(each)} for each in self.write(data)]}

    def listed(self, question: str) -> list[str]:
        assert question
        return []

    def write(self, data: dict[str, Any]) -> list[str]:
        return [f"关于{data['intent']}的第{next(self.numbers)}个问题" for _ in range(data["count"])]

    def written(self) -> list[dict[str, Any]]:
        return [data for task, data in self.asked if task == TASK]


async def built(llm: LanguageModel, sources: Sequence[str] = SOURCES, **options: Any) -> Bank:
    return await build_bank(KEYWORD, sources, grouper=GROUPER, llm=llm, **options)


async def test_a_bank_of_8_clusters_of_25() -> None:
    llm = Writer()
    bank = await built(llm)
    assert bank.keyword == KEYWORD
    assert [each.cluster_id for each in bank.clusters] == list(range(8))
    assert [len(each.questions) for each in bank.clusters] == [25] * 8
    assert len({question_key(question) for each in bank.clusters for question in each.questions}) == 200
    assert len({each.intent for each in bank.clusters}) == 8
    assert sorted(question for each in bank.clusters for question in each.source_questions) == sorted(SOURCES)
    assert min(len(each.source_questions) for each in bank.clusters) >= 3
    assert bank.notes == ()
    assert [task for task, _ in llm.asked] == [
        "keyword_intents",
        *["question_intents"] * 2,
        "named_brands",
        *["bank_questions"] * 8,
        *["named_brands"] * 2,
    ]
    for cluster, data in zip(bank.clusters, llm.written(), strict=True):
        assert set(data["examples"]) <= set(cluster.source_questions)
        assert data["intent"] == cluster.intent


async def test_few_source_questions_make_fewer_clusters_and_a_note() -> None:
    sources = [asked.format(number) for asked in ASKED[:4] for number in range(3)]
    bank = await built(Writer(), sources, per_cluster=2)
    assert len(bank.clusters) == 4
    assert bank.notes == ("源问题只有 12 个，因此分为 4 个意图簇，而不是 8 个",)


@pytest.mark.case("o13")
async def test_what_fits_no_intent_is_not_asked_about_and_the_note_says_so() -> None:
    strays = ["今天晚上的月亮真圆啊", "从前有座山山里有座庙", "asdf qwer zxcv"]
    llm = Writer()
    bank = await built(llm, [*SOURCES, *strays], per_cluster=2)
    shown = {question for data in llm.written() for question in data["examples"]}
    assert not shown & set(strays)
    assert sorted(question for each in bank.clusters for question in each.source_questions) == sorted(SOURCES)
    assert bank.notes == ("43 个源问题中有 3 个不属于任何意图簇（其他），没有据此提问",)
    assert bank.left_over == tuple(strays)


async def test_one_source_question() -> None:
    bank = await built(Writer(), SOURCES[:1], per_cluster=2)
    assert [each.source_questions for each in bank.clusters] == [(SOURCES[0],)]


async def test_equal_source_questions_count_once() -> None:
    doubled = [each for question in SOURCES[:6] for each in (question, question.replace("？", " ?"))]
    bank = await built(Writer(), [*doubled, "？"], per_cluster=1)
    assert sorted(question for each in bank.clusters for question in each.source_questions) == sorted(SOURCES[:6])


@pytest.mark.parametrize("sources", [[], ["？", " "]])
async def test_no_source_questions(sources: list[str]) -> None:
    with pytest.raises(NoSourceQuestionsError) as caught:
        await built(Writer(), sources)
    assert caught.value.keyword == KEYWORD


async def test_what_is_missing_is_asked_again_with_what_to_avoid() -> None:
    class Repeating(Writer):
        def write(self, data: dict[str, Any]) -> list[str]:
            # most of what it writes first is the same whatever the intent
            return super().write(data) if data["avoid"] else [f"{KEYWORD}常问的{n}？" for n in range(data["count"])]

    llm = Repeating()
    bank = await built(llm, per_cluster=5)
    questions = [question for each in bank.clusters for question in each.questions]
    assert len({question_key(question) for question in questions}) == len(questions) == 40
    again = [data for data in llm.written() if data["avoid"]]
    assert len(again) == 7
    assert all(f"{KEYWORD}常问的0？" in data["avoid"] for data in again)
    assert all(data["count"] >= 5 for data in again)


async def test_a_model_that_only_repeats_itself() -> None:
    class Stuck(Writer):
        def write(self, data: dict[str, Any]) -> list[str]:
            return [f"{KEYWORD}的{data['intent']}只有{n}？" for n in range(3)]

    llm = Stuck()
    with pytest.raises(QuestionsMissingError) as caught:
        await built(llm, SOURCES[:3], per_cluster=5)
    assert (caught.value.cluster_id, caught.value.missing, caught.value.wanted) == (0, 2, 5)
    assert "2 of 5" in str(caught.value)
    assert 1 < len(llm.written()) < 10


async def test_questions_that_are_near_one_another_are_taken_rather_than_none() -> None:
    class Compass(HashedWords):
        """Puts the one model's questions near one another: 30 degrees apart are a cosine of about 0.9."""

        async def embed(self, texts: Sequence[str]) -> Vectors:
            vectors = await super().embed(texts)
            for row, text in enumerate(texts):
                if text in {"近0的问题？", "近1的问题？", "近4的问题？"}:
                    angle = np.radians(30 * int(text[1]))
                    vectors[row] = 0
                    vectors[row, :2] = np.cos(angle), np.sin(angle)
            return vectors

    class Near(Writer):
        def write(self, data: dict[str, Any]) -> list[str]:
            assert data["count"]
            return ["近0的问题？", "近1的问题？", "近4的问题？"]

    llm = Near()
    bank = await build_bank(KEYWORD, SOURCES[:3], grouper=Grouper(Compass()), llm=llm, per_cluster=3)
    assert bank.clusters[0].questions == ("近0的问题？", "近4的问题？", "近1的问题？")


async def test_clusters_are_handed_over_as_they_finish() -> None:
    kept: list[BankCluster] = []

    async def keep(cluster: BankCluster) -> None:
        await asyncio.sleep(0)
        kept.append(cluster)

    bank = await built(Writer(), per_cluster=3, on_cluster=keep)
    assert sorted(kept, key=lambda each: each.cluster_id) == list(bank.clusters)


async def test_one_failing_cluster_does_not_cost_the_others() -> None:
    class Limited(Writer):
        def write(self, data: dict[str, Any]) -> list[str]:
            if data["intent"] == "意图2":
                raise RateLimitedError(TASK, 1)
            return super().write(data)

    kept: dict[int, BankCluster] = {}

    async def keep(cluster: BankCluster) -> None:
        kept[cluster.cluster_id] = cluster

    with pytest.raises(RateLimitedError):
        await built(Limited(), per_cluster=3, on_cluster=keep)
    assert set(kept) == set(range(8)) - {2}


class Remembered(Writer):
    """A model of which the replies are kept by request, as `answerlens_common.llm` does; it fails when told to."""

    def __init__(self, fails: Container[int] = ()) -> None:
        super().__init__()
        self.kept: dict[str, object] = {}
        self.fails = fails

    def answer(self, task: str, data: dict[str, Any]) -> object:
        request = json.dumps([task, data], ensure_ascii=False)
        if request not in self.kept:
            if len(self.kept) in self.fails:
                raise RateLimitedError(TASK, 1)
            self.kept[request] = super().answer(task, data)
        return self.kept[request]

    def write(self, data: dict[str, Any]) -> list[str]:
        """The question of a number that the request alone decides; the first of every request is one of cluster 0's."""
        begin = len(data["avoid"])
        return ["都会问的问题？", *(f"{data['intent']}的第{begin + each}个问题？" for each in range(data["count"]))]


@pytest.mark.parametrize("after", range(24))
async def test_an_interrupted_build_comes_to_the_bank_it_would_have_been(after: int) -> None:
    """Wherever it stops: after so many replies every further request fails."""
    uninterrupted = Remembered()
    bank = await built(uninterrupted, per_cluster=3)
    llm = Remembered(range(after, 1000))
    with suppress(RateLimitedError):
        await built(llm, per_cluster=3)
    llm.fails = ()
    assert await built(llm, per_cluster=3) == bank
    assert uninterrupted.kept.items() <= llm.kept.items()


async def test_what_will_fail_again_is_raised_before_what_may_pass() -> None:
    class Failing(Writer):
        def write(self, data: dict[str, Any]) -> list[str]:
            if data["intent"] == "意图5":
                raise InvalidOutputError(TASK, "nothing")
            raise RateLimitedError(TASK, 1)

    with pytest.raises(InvalidOutputError):
        await built(Failing())
