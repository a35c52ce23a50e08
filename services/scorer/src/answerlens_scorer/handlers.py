"""`CollectionAnswered` in, `CollectionScored` out."""

from collections.abc import Mapping
from dataclasses import dataclass

from answerlens_collection.answers.questions import item_of
from answerlens_collection.collections import store as collections
from answerlens_collection.messages import collection_of
from answerlens_collection.scores import store as scores
from answerlens_collection.scores.store import Score, Unscored
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.errors import BusinessError
from answerlens_common.events import CollectionAnswered, CollectionScored, Event
from answerlens_common.failures import Failure
from answerlens_common.llm import LanguageModel
from answerlens_common.llm.labelling import Answer
from answerlens_common.work.claims import Lease
from answerlens_scorer.rubric import RUBRIC_VERSION
from answerlens_scorer.score import score_answers

MOST_AT_ONCE = 1_000
"""Answers in one turn: a minute's requests. An import has tens of thousands, and others wait for the slot."""


class TooManyUnscoredError(BusinessError):
    """Without the scores of so many answers the weighted rates would mean nothing."""

    failure = Failure.SCORES_MISSING

    def __init__(self, unscored: int, ok: int) -> None:
        super().__init__(f"the language model scored all but {unscored} of {ok} answers")
        self.unscored = unscored
        self.ok = ok


@dataclass(frozen=True)
class Handlers:
    """The score stage, with what it needs; `model` is the name under which the language model's scores are kept."""

    db: Database
    llm: LanguageModel
    fail_above: float
    model: str

    async def cached(self, event: CollectionAnswered) -> list[Event] | None:
        """A collection that is scored is not scored again.

        Nothing is done for one that no measurement waits for, until one does, nor for one whose answers are not all
        there: the last of them publishes this event again.
        """
        collection = await collection_of(self.db, event)
        if collection is None:
            return []
        if collection.status is CollectionStatus.SCORED:
            return [CollectionScored.following(event)]
        is_due = collection.status is CollectionStatus.COLLECTED and await collections.is_awaited(
            self.db, collection.id
        )
        return None if is_due else []

    async def on_collection_answered(self, event: CollectionAnswered, lease: Lease) -> list[Event]:
        """Score what has no score yet, and keep each batch as it comes; the event again when that was not all.

        A few answers may stay without a score.

        Raises:
            TooManyUnscoredError: more than a few.
        """
        collection = await collection_of(self.db, event)
        if collection is None:
            return []  # its day was dropped since it was looked up
        found = await scores.unscored(self.db, collection, MOST_AT_ONCE)
        answers = {item_of(one.number, one.replicate): one for one in found}

        async def keep(found: Mapping[str, int]) -> None:
            kept = scores_of(answers, found)
            async with lease.write() as tx:
                await scores.store(tx, collection, kept, rubric_version=RUBRIC_VERSION, model=self.model)
                if collection.keyword is not None:
                    await tx.notify(PROGRESS, collection.keyword)

        asked = [Answer(id_, one.question_text, one.answer_text) for id_, one in answers.items()]
        scored = await score_answers(self.llm, asked, keep, collection.owner_id)
        unscored = await scores.count_unscored(self.db, collection)
        if unscored and scored and len(found) == MOST_AT_ONCE:
            return [event]
        ok = await scores.count_ok(self.db, collection)
        if unscored > self.fail_above * ok:
            raise TooManyUnscoredError(unscored, ok)
        async with lease.write() as tx:
            await collections.mark_scored(tx, collection.id)
            if collection.keyword is not None:
                await tx.notify(PROGRESS, collection.keyword)
        return [CollectionScored.following(event)]


def scores_of(answers: Mapping[str, Unscored], found: Mapping[str, int]) -> list[Score]:
    """The scores that were found, with whose they are; an answer that got none is left out."""
    of = ((answers[id_], score) for id_, score in found.items())
    return [Score(answer.number, answer.replicate, answer.question_id, score) for answer, score in of]
