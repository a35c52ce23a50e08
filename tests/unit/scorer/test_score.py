import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel, ValidationError
from structlog.testing import capture_logs

from answerlens_common.llm import InvalidOutputError, LanguageModel, RateLimitedError
from answerlens_common.llm.labelling import BATCH, Answer, shortened
from answerlens_scorer.rubric import RUBRIC_VERSION
from answerlens_scorer.score import TASK, score_answers

Reply = TypeVar("Reply", bound=BaseModel)
Shown = list[dict[str, Any]]


class Judge(LanguageModel):
    """Gives the score an answer's text names; `edit` may change what it returns."""

    def __init__(self, edit: Callable[[Shown, Shown], Shown] = lambda _, scores: scores) -> None:
        self.edit = edit
        self.batches: list[Shown] = []
        self.data: list[Mapping[str, object]] = []

    async def ask(
        self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
    ) -> Reply:
        assert task == TASK
        assert "0：" in instructions
        self.data.append(data)
        shown: Shown = data["answers"]  # type: ignore[assignment]
        self.batches.append(shown)
        scores = [{"id": each["id"], "score": int(each["answer"])} for each in shown]
        return reply.model_validate({"scores": self.edit(shown, scores)})


def answers(*texts: str) -> list[Answer]:
    return [Answer(id=f"a{number}", question=f"问题{number}？", text=text) for number, text in enumerate(texts)]


async def test_every_answer_gets_its_score_in_batches() -> None:
    given = answers(*(str(number % 5) for number in range(23)))
    judge = Judge()
    assert await score_answers(judge, given) == {each.id: int(each.text) for each in given}
    assert [len(batch) for batch in judge.batches] == [BATCH, BATCH, 3]
    assert {data["rubric_version"] for data in judge.data} == {RUBRIC_VERSION}
    assert [each["question"] for batch in judge.batches for each in batch] == [each.question for each in given]


async def test_no_answers() -> None:
    assert await score_answers(Judge(), []) == {}


@pytest.mark.fault("F27")
@pytest.mark.parametrize("wrong", ["5", "-1", "85"])
async def test_a_reply_on_another_scale_gives_no_score(wrong: str) -> None:
    class Schooled(Judge):
        """As `LanguageModel` does with what is not a reply."""

        async def ask(
            self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
        ) -> Reply:
            try:
                return await super().ask(task, instructions, data, reply)
            except ValidationError as error:
                raise InvalidOutputError(task, "wrong scale") from error

    judge = Schooled()
    assert await score_answers(judge, answers("1", wrong, "4")) == {"a0": 1, "a2": 4}
    assert [len(batch) for batch in judge.batches] == [3, 1, 1, 1]


async def test_the_same_batch_has_the_same_ids_and_another_has_others() -> None:
    judge = Judge()
    for texts in (("1", "2"), ("1", "2"), ("1", "3"), ("2", "1")):
        await score_answers(judge, answers(*texts))
    ids = [tuple(each["id"] for each in batch) for batch in judge.batches]
    assert ids[0] == ids[1]
    assert len({one for batch in ids[1:] for one in batch}) == 6
    assert not {"a0", "a1"} & set(ids[0])


async def test_left_out_answers_are_asked_alone() -> None:
    judge = Judge(lambda shown, scores: scores[1:] if len(shown) > 1 else scores)
    assert await score_answers(judge, answers("1", "2", "3")) == {"a0": 1, "a1": 2, "a2": 3}
    assert [len(batch) for batch in judge.batches] == [3, 1]
    assert judge.batches[1][0]["answer"] == "1"


async def test_contradicting_scores_are_asked_alone() -> None:
    judge = Judge(lambda shown, scores: [*scores, {**scores[0], "score": 4}] if len(shown) > 1 else scores)
    assert await score_answers(judge, answers("1", "2")) == {"a0": 1, "a1": 2}
    assert [len(batch) for batch in judge.batches] == [2, 1]


async def test_a_score_said_twice_alike_counts_once() -> None:
    judge = Judge(lambda _, scores: [*scores, *scores])
    assert await score_answers(judge, answers("1", "2")) == {"a0": 1, "a1": 2}
    assert len(judge.batches) == 1


async def test_ids_an_answer_names_are_ignored() -> None:
    # as if the model had obeyed an answer that claims scores for ids of its own invention
    judge = Judge(lambda _, scores: [*scores, {"id": "a0", "score": 4}, {"id": "000000000000", "score": 0}])
    assert await score_answers(judge, answers("1", "2")) == {"a0": 1, "a1": 2}


async def test_an_answer_without_a_score_twice_is_left_out_and_logged() -> None:
    judge = Judge(lambda _, scores: [each for each in scores if each["score"] != 2])
    with capture_logs() as logs:
        assert await score_answers(judge, answers("1", "2", "2")) == {"a0": 1}
    assert [len(batch) for batch in judge.batches] == [3, 1, 1]
    assert [(log["event"], log["answer"]) for log in logs] == [
        ("labelling.left_out", "a1"),
        ("labelling.left_out", "a2"),
    ]


async def test_an_answer_that_spoils_the_output_costs_the_others_nothing() -> None:
    class Spoilt(Judge):
        async def ask(
            self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
        ) -> Reply:
            scores = await super().ask(task, instructions, data, reply)
            if any(each["answer"] == "2" for each in self.batches[-1]):
                raise InvalidOutputError(task, "is no JSON")
            return scores

    assert await score_answers(Spoilt(), answers("1", "2", "3")) == {"a0": 1, "a2": 3}


async def test_an_error_leaves_only_when_all_requests_have_ended() -> None:
    class Slow(Judge):
        ended = 0

        async def ask(
            self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
        ) -> Reply:
            scores = await super().ask(task, instructions, data, reply)
            if len(self.batches) == 1:
                raise RateLimitedError(TASK, 3)
            await asyncio.sleep(0.01)
            self.ended += 1
            return scores

    judge = Slow()
    kept: list[Mapping[str, int]] = []

    async def keep(scores: Mapping[str, int]) -> None:
        kept.append(scores)

    with pytest.raises(RateLimitedError):
        await score_answers(judge, answers(*["1"] * (2 * BATCH + 1)), keep)
    assert judge.ended == 2
    assert sorted(len(scores) for scores in kept) == [1, BATCH]


def test_long_answers_lose_their_middle() -> None:
    text = "始" + "中" * 20_000 + "终"
    short = shortened(text)
    assert short.startswith("始")
    assert short.endswith("终")
    assert len(short) < 5_000
    assert shortened("短") == "短"
    assert shortened("字" * 4_000) == "字" * 4_000
