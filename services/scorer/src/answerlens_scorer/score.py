"""Scores answers by the language model, by the rubric."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from pydantic import BaseModel, Field

from answerlens_common.llm import LanguageModel
from answerlens_common.llm.labelling import Answer, Labelling, Pairs, Shown
from answerlens_scorer.rubric import HIGHEST, INSTRUCTIONS, LOWEST, RUBRIC_VERSION

TASK = "answer_scores"

Keep = Callable[[Mapping[str, int]], Awaitable[None]]


class _Score(BaseModel):
    id: str
    score: int = Field(ge=LOWEST, le=HIGHEST)  # a reply on another scale is no reply


class _Scores(BaseModel):
    scores: list[_Score]

    def pairs(self) -> Pairs[int]:
        return [(each.id, each.score) for each in self.scores]


async def score_answers(
    llm: LanguageModel, answers: Sequence[Answer], keep: Keep | None = None, owner: UUID | None = None
) -> dict[str, int]:
    """Return the score, 0-4, of each answer by its id; see `Labelling.label_all`. `owner`: whose private answers."""
    return await _scoring(llm, owner).label_all(answers, keep)


async def score_together(llm: LanguageModel, answers: Sequence[Answer]) -> dict[str, int]:
    """Return the scores of at most 10 answers that are shown to the model at once, whatever is in them."""
    return await _scoring(llm).label_together(answers)


def _scoring(llm: LanguageModel, owner: UUID | None = None) -> Labelling[int]:
    async def ask(shown: Shown, is_complete: Callable[[Pairs[int]], bool]) -> Pairs[int]:
        data = {"rubric_version": RUBRIC_VERSION, "answers": shown}
        reply = await llm.ask(
            TASK,
            INSTRUCTIONS,
            data,
            _Scores,
            is_complete=lambda reply: is_complete(reply.pairs()),
            owner=owner,
        )
        return reply.pairs()

    return Labelling(ask)
