"""What the pretend model says of a keyword's questions: which intents they have, and which has each.

It knows intents by ordinary word rules, and one label in ten is wrong, so that a check of labels has what to find.
"""

from collections import Counter
from typing import Any

from pydantic import BaseModel, Field

from answerlens_sandbox.draw import pick, unit
from answerlens_sandbox.intents import Intent, intent_of, intents
from answerlens_sandbox.world import World

WRONG = 0.1
"""The share of labels that are wrong."""

_OTHER = "其他"
# of an intent's questions, for it to be proposed
_LEAST = 3


class KeywordIntents(BaseModel):
    """Data of `keyword_intents`."""

    keyword: str
    most: int = Field(ge=1)
    questions: list[str]


class _Question(BaseModel):
    id: int
    question: str


class QuestionIntents(BaseModel):
    """Data of `question_intents`."""

    keyword: str
    intents: list[str] = Field(min_length=1)
    unlabelled: list[_Question]


def keyword_intents(_world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """Propose the intents that at least three of the questions have, the commonest first."""
    given = KeywordIntents.model_validate(data_)
    counts = Counter(intent_of(question, given.keyword).id for question in given.questions)
    by_id = {intent.id: intent for intent in intents()}
    found = [by_id[each] for each, number in counts.most_common(given.most) if number >= _LEAST]
    proposed = [{"intent": each.names[0], "about_brands": each.about_brands} for each in found]
    return {"intents": proposed}, len(proposed), []


def question_intents(world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """Label each question with the intent it has by its words, one in ten with another one."""
    given = QuestionIntents.model_validate(data_)
    labels = [{"id": each.id, "intent": label(world.seed, given, each.question)} for each in given.unlabelled]
    return {"labels": labels}, len(labels), []


def label(seed: int, given: QuestionIntents, question: str) -> str:
    """Return the intent that the model gives a question."""
    right = right_label(given, question)
    others = [each for each in given.intents if each != right]
    if others and unit(seed, "label", given.keyword, question) < WRONG:
        return pick(others, seed, "wrong label", given.keyword, question)
    return right


def right_label(given: QuestionIntents, question: str) -> str:
    """Return the intent that a question has by its words: one of those given, or 其他."""
    intent: Intent = intent_of(question, given.keyword)
    return next((each for each in given.intents if each in intent.names), _OTHER)
