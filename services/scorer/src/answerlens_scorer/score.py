"""Scores answers by the language model, in batches.

Answers are untrusted: they travel as JSON strings under ids drawn anew for each request, so that no answer can
know, and so address, the id of another.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from answerlens_common.llm import InvalidOutputError, LanguageModel
from answerlens_scorer.rubric import HIGHEST, INSTRUCTIONS, LOWEST, RUBRIC_VERSION

BATCH = 10
TASK = "answer_scores"
# characters of an answer shown to the model: advice often comes at the end, so the end is kept too
_HEAD = 3000
_TAIL = 1000


@dataclass(frozen=True)
class Answer:
    """An answer to be scored; `id` is the caller's own and is never shown to the model."""

    id: str
    question: str
    text: str


class _Score(BaseModel):
    id: str
    score: int


class _Scores(BaseModel):
    scores: list[_Score]


async def score_answers(llm: LanguageModel, answers: Sequence[Answer]) -> dict[str, int]:
    """Return the score, 0-4, of each answer by its id.

    Args:
        llm: the language model, asked once for every 10 answers, and again alone for those it left out.
        answers: their ids are distinct.

    Raises:
        InvalidOutputError: an answer got no score, or several, twice.
    """
    batches = [answers[start : start + BATCH] for start in range(0, len(answers), BATCH)]
    # all are let to end: a request still under way when an error leaves here would belong to nobody
    results = await asyncio.gather(*(_score_batch(llm, batch) for batch in batches), return_exceptions=True)
    scores: dict[str, int] = {}
    for result in results:
        if isinstance(result, BaseException):
            raise result
        scores |= result
    return scores


async def _score_batch(llm: LanguageModel, answers: Sequence[Answer]) -> dict[str, int]:
    scores = await _ask(llm, answers)
    for answer in answers:
        if answer.id not in scores:
            scores |= await _ask(llm, [answer])
    missing = sum(answer.id not in scores for answer in answers)
    if missing:
        raise InvalidOutputError(TASK, f"{missing} of {len(answers)} answers without one score")
    return scores


async def _ask(llm: LanguageModel, answers: Sequence[Answer]) -> dict[str, int]:
    """Return the scores of the answers that got exactly one."""
    own_ids = {secrets.token_hex(6): answer.id for answer in answers}
    shown = [
        {"id": shown_id, "question": answer.question, "answer": shortened(answer.text)}
        for shown_id, answer in zip(own_ids, answers, strict=True)
    ]
    reply = await llm.ask(TASK, INSTRUCTIONS, {"rubric_version": RUBRIC_VERSION, "answers": shown}, _Scores)
    given: dict[str, set[int]] = {}
    for each in reply.scores:
        if each.id in own_ids:
            given.setdefault(own_ids[each.id], set()).add(min(max(each.score, LOWEST), HIGHEST))
    return {own_id: scores.pop() for own_id, scores in given.items() if len(scores) == 1}


def shortened(text: str) -> str:
    """Return the text, without its middle if it is very long."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]}\n……（中间省略）……\n{text[-_TAIL:]}"
