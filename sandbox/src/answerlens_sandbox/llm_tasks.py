"""The tasks the pretend model can do, told apart by the name of the schema it is given."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, Field

from answerlens_sandbox.draw import filled, fold, shuffled
from answerlens_sandbox.grouping_tasks import keyword_intents, question_intents
from answerlens_sandbox.intents import Intent, intent_of, intents
from answerlens_sandbox.llm_brands import named_brands, with_brand
from answerlens_sandbox.proposed_questions import source_questions
from answerlens_sandbox.resources import data
from answerlens_sandbox.scoring import score
from answerlens_sandbox.sentiment import sentiment
from answerlens_sandbox.slots import slots
from answerlens_sandbox.world import World

_ROUNDS = 80
"""How often each question pattern is filled anew before the model has no more ideas."""


class _Cluster(BaseModel):
    cluster: int
    questions: list[str]


class ClusterIntents(BaseModel):
    """Data of `cluster_intents`."""

    keyword: str
    clusters: list[_Cluster]


class BankQuestions(BaseModel):
    """Data of `bank_questions`."""

    keyword: str = Field(min_length=1)
    intent: str
    count: int = Field(ge=1, le=1000)
    examples: list[str] = []
    avoid: list[str] = []


class _Answer(BaseModel):
    id: str
    question: str
    answer: str


class AnswerScores(BaseModel):
    """Data of `answer_scores`."""

    answers: list[_Answer]


class _Brand(BaseModel):
    name: str
    aliases: list[str] = []


class AnswerSentiments(BaseModel):
    """Data of `answer_sentiments`."""

    brand: _Brand
    answers: list[_Answer]


def cluster_intents(_world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """Name each cluster by what most of its questions are after, no two alike while there are names."""
    given = ClusterIntents.model_validate(data_)
    taken: set[str] = set()
    named = []
    for cluster in given.clusters:
        counts = Counter(intent_of(question, given.keyword).id for question in cluster.questions)
        wanted = [found for found, _ in counts.most_common()] or [intent_of("").id]
        named.append({"cluster": cluster.cluster, "intent": _free_name(wanted, taken)})
    return {"intents": named}, len(given.clusters), []


def _free_name(wanted: list[str], taken: set[str]) -> str:
    by_id: dict[str, Intent] = {intent.id: intent for intent in intents()}
    # the main intent in other words is nearer the truth than another intent
    for name in (name for each in wanted for name in by_id[each].names):
        if name not in taken:
            taken.add(name)
            return name
    return by_id[wanted[0]].names[0]


def bank_questions(world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """Write questions on one intent of a keyword, each holding the keyword, none equal to one to be avoided.

    Each comes with the brands that it names, but for the few that the model keeps quiet about (`llm_brands`).
    """
    given = BankQuestions.model_validate(data_)
    about = world.field(given.keyword)
    intent = intent_of(given.intent)
    patterns: list[str] = data("questions")[intent.id]["bank"]
    seen = {fold(each) for each in (*given.avoid, *given.examples)}
    key = (world.seed, "bank", given.keyword)
    written: list[dict[str, object]] = []
    for turn in range(_ROUNDS):
        for pattern in shuffled(patterns, world.seed, given.keyword, intent.id, turn):
            values = slots(about, *key, pattern, turn) | {"k": given.keyword}
            question, brands = with_brand(about, intent, filled(pattern, values), *key, pattern, turn)
            if fold(question) not in seen:
                seen.add(fold(question))
                written.append({"question": question, "brands": brands})
            if len(written) == given.count:
                return {"questions": written}, given.count, []
    return {"questions": written}, given.count, []


def answer_scores(world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """Score each answer."""
    given = AnswerScores.model_validate(data_)
    scores = [{"id": each.id, "score": score(world, each.question, each.answer)} for each in given.answers]
    return {"scores": scores}, len(scores), [each.id for each in given.answers]


def answer_sentiments(_world: World, data_: dict[str, Any]) -> tuple[dict[str, Any], int, list[str]]:
    """Say what each answer thinks of the brand."""
    given = AnswerSentiments.model_validate(data_)
    names = [given.brand.name, *given.brand.aliases]
    labels = [{"id": each.id, "sentiment": sentiment(names, each.answer)} for each in given.answers]
    return {"sentiments": labels}, len(labels), [each.id for each in given.answers]


Task = Callable[[World, dict[str, Any]], tuple[dict[str, Any], int, list[str]]]
"""World and data to the result, how many items were asked for, and the ids of the answers among them."""

TASKS: dict[str, tuple[Task, str]] = {
    "source_questions": (source_questions, "count"),
    "keyword_intents": (keyword_intents, "questions"),
    "question_intents": (question_intents, "unlabelled"),
    "cluster_intents": (cluster_intents, "clusters"),
    "bank_questions": (bank_questions, "intent"),
    "named_brands": (named_brands, "questions"),
    "answer_scores": (answer_scores, "answers"),
    "answer_sentiments": (answer_sentiments, "answers"),
}
"""Schema name to the task, and the key by which its data is recognised in the message."""
