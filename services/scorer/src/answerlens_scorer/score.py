"""Scores answers by the language model, in batches.

Answers are untrusted. They travel as JSON strings under ids that depend on the whole batch, so that no answer can
know, and so address, the id of another; and those that may be out to steer their scoring travel alone, so that
even a model that obeys them changes no score but theirs.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from answerlens_common.llm import InvalidOutputError, LanguageModel
from answerlens_common.logs import get_logger
from answerlens_scorer.rubric import HIGHEST, INSTRUCTIONS, LOWEST, RUBRIC_VERSION
from answerlens_scorer.suspicion import is_suspicious, visible

BATCH = 10
TASK = "answer_scores"
# characters of an answer shown to the model: advice often comes at the end, so the end is kept too
_HEAD = 3000
_TAIL = 1000

Keep = Callable[[Mapping[str, int]], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """An answer to be scored; `id` is the caller's own and is never shown to the model."""

    id: str
    question: str
    text: str


class _Score(BaseModel):
    id: str
    score: int = Field(ge=LOWEST, le=HIGHEST)  # a reply on another scale is no reply


class _Scores(BaseModel):
    scores: list[_Score]


async def score_answers(llm: LanguageModel, answers: Sequence[Answer], keep: Keep | None = None) -> dict[str, int]:
    """Return the score, 0-4, of each answer by its id; one that the model does not score is left out, and logged.

    Args:
        llm: the language model, asked once for every 10 answers, and again alone for those it left out; once for
            each suspicious answer.
        answers: their ids are distinct.
        keep: given the scores of each batch as soon as it ends, whatever becomes of the others.

    Raises:
        TransientError: the model could not be asked; raised when all batches have ended.
        BusinessError: it refused a request; likewise.
    """
    suspicious = [answer for answer in answers if is_suspicious(answer.text)]
    trusted = [answer for answer in answers if answer not in suspicious]
    batches = [trusted[start : start + BATCH] for start in range(0, len(trusted), BATCH)]

    async def score(batch: Sequence[Answer]) -> dict[str, int]:
        scores = await score_together(llm, batch)
        if keep is not None:
            await keep(scores)
        return scores

    # all are let to end: a request still under way when an error leaves here would belong to nobody
    results = await asyncio.gather(*map(score, [*batches, *([one] for one in suspicious)]), return_exceptions=True)
    scores: dict[str, int] = {}
    for result in results:
        if isinstance(result, BaseException):
            raise result
        scores |= result
    return scores


async def score_together(llm: LanguageModel, answers: Sequence[Answer]) -> dict[str, int]:
    """Return the scores of at most 10 answers that are shown to the model at once, whatever is in them.

    One without one score, or that keeps the model from answering, is asked about alone; then it is left out.
    """
    scores = await _ask(llm, answers)
    for answer in answers:
        if answer.id not in scores:
            scores |= await _ask(llm, [answer])
        if answer.id not in scores:
            get_logger().warning("score.left_out", answer=answer.id)
    return scores


async def _ask(llm: LanguageModel, answers: Sequence[Answer]) -> dict[str, int]:
    """Return the scores of the answers that got exactly one; of none when the output is not usable, twice."""
    own_ids = dict(zip(_shown_ids(answers), (answer.id for answer in answers), strict=True))
    shown = [
        {"id": shown_id, "question": answer.question, "answer": shortened(visible(answer.text))}
        for shown_id, answer in zip(own_ids, answers, strict=True)
    ]
    data = {"rubric_version": RUBRIC_VERSION, "answers": shown}
    try:
        reply = await llm.ask(
            TASK,
            INSTRUCTIONS,
            data,
            _Scores,
            is_complete=lambda reply: _given(reply, own_ids).keys() == set(own_ids.values()),
        )
    except InvalidOutputError as error:
        get_logger().warning("score.unusable", answers=len(answers), reason=error.reason)
        return {}
    return _given(reply, own_ids)


def _given(reply: _Scores, own_ids: Mapping[str, str]) -> dict[str, int]:
    """The scores of the answers that got exactly one."""
    given: dict[str, set[int]] = {}
    for each in reply.scores:
        if each.id in own_ids:
            given.setdefault(own_ids[each.id], set()).add(each.score)
    return {own_id: scores.pop() for own_id, scores in given.items() if len(scores) == 1}


def _shown_ids(answers: Sequence[Answer]) -> list[str]:
    """An id for each, the same whenever the same answers are shown together, so that they are paid for once.

    An answer that wants to name another's would have to know the texts of all, and to contain a hash of itself.
    """
    batch = hashlib.sha256(json.dumps([[each.question, each.text] for each in answers]).encode()).hexdigest()
    return [hashlib.sha256(f"{batch} {place}".encode()).hexdigest()[:12] for place in range(len(answers))]


def shortened(text: str) -> str:
    """Return the text, without its middle if it is very long."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]}\n……（中间省略）……\n{text[-_TAIL:]}"
