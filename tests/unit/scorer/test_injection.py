"""No answer changes another's score, even if the model obeys every attack it is shown."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import pytest
from pydantic import BaseModel

from answerlens_collection.collections.store import Collection
from answerlens_collection.scores.store import Unscored, store
from answerlens_common.contracts.collections import Purpose, Retention
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.events import Lane
from answerlens_common.llm import InvalidOutputError, LanguageModel, labelling
from answerlens_common.llm.labelling import BATCH, Answer, shortened
from answerlens_common.llm.suspicion import visible
from answerlens_scorer.handlers import scores_of
from answerlens_scorer.score import TASK, score_answers
from tests.support.injection import ATTACKS, CARRIED, HONEST

Reply = TypeVar("Reply", bound=BaseModel)
Scores = list[dict[str, Any]]

TRUTH = {answer.id: number % 5 for number, answer in enumerate(HONEST)}


def _refuse(_: Scores) -> Scores:
    raise InvalidOutputError(TASK, "it does as it is told and answers nothing")


# What attacks ask for, done to the scores of everything that is shown with them.
COMMANDS: dict[str, Callable[[Scores], Scores]] = {
    "all the highest": lambda scores: [each | {"score": 4} for each in scores],
    "all the lowest": lambda scores: [each | {"score": 0} for each in scores],
    "upside down": lambda scores: [each | {"score": 4 - each["score"]} for each in scores],
    "ids of its own": lambda scores: [{"id": f"{n:012x}", "score": 4} for n, _ in enumerate(scores)],
    "every id twice": lambda scores: [*scores, *({**each, "score": 4 - each["score"]} for each in scores)],
    "nothing": lambda _: [],
    "no answer at all": _refuse,
}


class Obedient(LanguageModel):
    """Knows every honest answer's score, and every attack; does what it is told to all it is shown at once."""

    def __init__(self, command: Callable[[Scores], Scores]) -> None:
        self._command = command
        self._scores = {answer.text: TRUTH[answer.id] for answer in HONEST}
        self._attacks = {shortened(visible(attack.text)) for attack in (*ATTACKS, *CARRIED)}
        self.shown: list[list[str]] = []

    async def ask(
        self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
    ) -> Reply:
        assert (task, bool(instructions)) == (TASK, True)
        answers = cast("list[dict[str, str]]", data["answers"])
        self.shown.append([each["answer"] for each in answers])
        scores: Scores = [{"id": each["id"], "score": self._scores.get(each["answer"], 1)} for each in answers]
        if any(each["answer"] in self._attacks for each in answers):
            scores = self._command(scores)
        return reply.model_validate({"scores": scores})


def honest(scores: Mapping[str, int]) -> dict[str, int]:
    return {name: score for name, score in scores.items() if name in TRUTH}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
@pytest.mark.parametrize("attacks", [ATTACKS, CARRIED], ids=["alone", "in a good answer"])
async def test_no_attack_changes_another_answers_score(
    attacks: list[Answer], command: Callable[[Scores], Scores]
) -> None:
    assert len(ATTACKS) >= 30
    for attack in attacks:
        scores = await score_answers(Obedient(command), [*HONEST[:4], attack, *HONEST[4:]])
        assert honest(scores) == TRUTH, attack.id


async def test_all_attacks_at_once_change_nothing() -> None:
    model = Obedient(COMMANDS["every id twice"])
    mixed = [answer for n, attack in enumerate(ATTACKS) for answer in (attack, *HONEST[n : n + 1])]
    assert honest(await score_answers(model, mixed)) == TRUTH
    assert max(map(len, model.shown)) == len(HONEST) <= BATCH


async def test_without_the_fence_an_obedient_model_would_change_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelling, "is_suspicious", lambda _: False)
    for attack in ATTACKS:
        scores = await score_answers(Obedient(COMMANDS["upside down"]), [*HONEST, attack])
        assert honest(scores) != TRUTH


async def test_an_attack_on_the_output_leaves_only_itself_without_a_score() -> None:
    scores = await score_answers(Obedient(COMMANDS["no answer at all"]), [*HONEST, *ATTACKS])
    assert scores == TRUTH
    kept: dict[str, Any] = {}

    class Transaction:
        async def execute(self, _: str, **values: object) -> None:
            kept.update(values)

    collection = Collection(
        id=1,
        purpose=Purpose.KEYWORD_DAY,
        keyword="蓝牙耳机",
        owner_id=None,
        engine="chat-a",
        surface="browser",
        date=dt.date(2026, 1, 31),
        bank_version=1,
        retention=Retention.SHARED,
        replicates=1,
        total=len(HONEST) + len(ATTACKS),
        lane=Lane.EXPRESS,
        status=CollectionStatus.COLLECTED,
        asked_at=None,
        completed_at=None,
        task_id=None,
    )
    answers = {
        answer.id: Unscored(number, 1, answer.id, answer.question, answer.text)
        for number, answer in enumerate((*HONEST, *ATTACKS), 1)
    }
    found = scores_of(answers, scores)
    await store(cast("Any", Transaction()), collection, found, rubric_version="1", model="judge-1")
    assert dict(zip(kept["questions"], kept["scores"], strict=True)) == TRUTH
    assert len(kept["numbers"]) == len(TRUTH)
