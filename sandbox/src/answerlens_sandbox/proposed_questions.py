"""The questions that the pretend model proposes about a keyword when it is asked what people might ask."""

from typing import Any

from pydantic import BaseModel, Field

from answerlens_sandbox.draw import filled, fold, shuffled
from answerlens_sandbox.intents import intents
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots
from answerlens_sandbox.world import World

_ROUNDS = 20
"""How often each question pattern is filled anew before the model has no more ideas."""


class SourceQuestions(BaseModel):
    """Data of `source_questions`."""

    keyword: str = Field(min_length=1)
    count: int = Field(ge=1, le=1000)
    avoid: list[str] = []


def source_questions(world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """Propose questions about a keyword, each intent in turn, without brands; none equal to one to be avoided."""
    given = SourceQuestions.model_validate(data_)
    about = world.field(given.keyword)
    key = (world.seed, "proposed", given.keyword)
    seen = {fold(each) for each in given.avoid}
    proposed: list[str] = []
    for turn in range(_ROUNDS):
        for intent in intents():
            patterns: list[str] = shuffled(data("questions")[intent.id]["zhihu"], *key, intent.id)
            values = slots(about, *key, intent.id, turn) | {"k": given.keyword}
            question = filled(patterns[turn % len(patterns)], values)
            if fold(question) not in seen:
                seen.add(fold(question))
                proposed.append(question)
            if len(proposed) == given.count:
                return {"questions": proposed}, given.count, []
    return {"questions": proposed}, given.count, []
