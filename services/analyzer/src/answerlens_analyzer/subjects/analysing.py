"""Finds a diagnosis's brands in the answers of a private collection; `SubjectAnalysed` out, one a brand.

The same pass over the answers and the same rates as an order's. A client's own questions have no clusters and none is
branded, they are of one day, and what the answers think of the brands is not asked: those rates are left out.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerlens_analyzer.analyse import Analysed, look_for, names_version
from answerlens_analyzer.errors import AnswersDroppedError
from answerlens_analyzer.store import Link, StoredAnswer
from answerlens_analyzer.subjects import store
from answerlens_analyzer.subjects.store import Found, Subject
from answerlens_collection.answers.given import GivenAnswer, given
from answerlens_collection.collections.store import Collection
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.events import Event, SubjectAnalysed
from answerlens_common.work.claims import Lease
from answerlens_rates.day import DayStatus, day_status
from answerlens_rates.definitions import SENTIMENT_RATES
from answerlens_rates.outcomes import Outcomes
from answerlens_rates.rate import Rate
from answerlens_rates.rates import compute_rates, head_to_head


@dataclass(frozen=True)
class SubjectAnalysis:
    """What the analyse stage does with a private collection."""

    db: Database
    degraded_below: float

    async def cached(self, collection: Collection) -> list[Event] | None:
        """The subjects that wait and have their rates are told of; None while one has none."""
        waiting = await store.waiting(self.db, collection.id)
        if not all(subject.has_rates for subject in waiting):
            return None
        return [SubjectAnalysed(subject_id=subject.id, collection_id=collection.id) for subject in waiting]

    async def analyse(self, collection: Collection, lease: Lease) -> list[Event]:
        """Compute the rates of every subject that waits, and store them together.

        Raises:
            AnswersDroppedError: nothing is kept of the answers.
        """
        waiting = await store.waiting(self.db, collection.id)
        answers = [_stored(answer) for answer in await given(self.db, collection)]
        if not answers:
            raise AnswersDroppedError(collection.engine, collection.date)
        found = await asyncio.to_thread(_found, answers, waiting, collection.surface)
        made_with = await store.versions(self.db, collection)
        ok = sum(answer.status == AnswerStatus.OK for answer in answers)
        degraded = day_status(ok, len(answers), degraded_below=self.degraded_below) is not DayStatus.OK
        async with lease.write() as tx:
            await store.store(tx, collection, found, degraded=degraded, made_with=made_with)
        return await self.cached(collection) or []


def _stored(answer: GivenAnswer) -> StoredAnswer:
    return StoredAnswer(
        question_id=str(answer.number),
        replicate=answer.replicate,
        cluster_id=0,
        question=answer.question,
        status=answer.status,
        text=answer.text,
        folded=answer.folded,
        score=answer.score,
        citations_known=answer.citations_known,
        links=tuple(Link(link.url, link.cited) for link in answer.links),
    )


def _found(answers: Sequence[StoredAnswer], subjects: Sequence[Subject], surface: str) -> list[Found]:
    analysed = look_for(answers, subjects, surface, None)
    tables = {subject.brand["name"]: one.outcomes for subject, one in zip(subjects, analysed, strict=True)}
    return [_of_one(subject, one, tables) for subject, one in zip(subjects, analysed, strict=True)]


def _of_one(subject: Subject, analysed: Analysed, tables: Mapping[str, Outcomes]) -> Found:
    rivals = {rival["name"]: tables[rival["name"]] for rival in subject.competitors}
    return Found(
        subject_id=subject.id,
        outcomes=analysed.columns(),
        rates=rates_of(analysed.outcomes),
        head_to_head={name: head_to_head(analysed.outcomes, table) for name, table in rivals.items()},
        names=names_version(subject),
    )


def rates_of(outcomes: Outcomes) -> dict[str, Rate]:
    """The rates that mean something for a client's own questions."""
    return {name: rate for name, rate in compute_rates(outcomes).items() if not _is_left_out(name)}


def _is_left_out(name: str) -> bool:
    return name in SENTIMENT_RATES or name.startswith(("mention_rate[cluster=", "mention_rate[branded]"))
