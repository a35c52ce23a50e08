"""`KeywordAnswersCollected` in, `KeywordScored` out."""

import asyncio
from dataclasses import dataclass

from answerlens_common.claims import Lease
from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordAnswersCollected, KeywordScored
from answerlens_common.llm import LanguageModel
from answerlens_scorer import cache
from answerlens_scorer.score import BATCH, score_answers


@dataclass(frozen=True)
class Handlers:
    """The score stage, with what it needs."""

    db: Database
    llm: LanguageModel

    async def cached(self, event: KeywordAnswersCollected) -> list[Event] | None:
        """A run that is scored is not scored again."""
        return [KeywordScored.following(event)] if await cache.is_scored(self.db, event) else None

    async def on_keyword_answers_collected(self, event: KeywordAnswersCollected, lease: Lease) -> list[Event]:
        """Score what has no score yet, a batch a call, and keep each batch as it comes."""
        answers = await cache.unscored(self.db, event)
        async with asyncio.TaskGroup() as group:
            for start in range(0, len(answers), BATCH):
                group.create_task(self._score(event, lease, answers[start : start + BATCH]))
        await cache.close_run(lease, event)
        return [KeywordScored.following(event)]

    async def _score(self, event: KeywordAnswersCollected, lease: Lease, answers: list[cache.Unscored]) -> None:
        scores = await score_answers(self.llm, [one.answer for one in answers])
        await cache.store(lease, event, answers, scores)
