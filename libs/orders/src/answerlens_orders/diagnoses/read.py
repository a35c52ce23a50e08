"""How a diagnosis stands, what it has found, and the answers themselves. Only its client reads it."""

import math
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from answerlens_collection.answers.given import GivenAnswer, given
from answerlens_collection.collections import store as collections
from answerlens_common.contracts.statuses import CollectionStatus, DiagnosisStatus, SubjectStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import NotFoundError
from answerlens_orders.diagnoses import found, store
from answerlens_orders.diagnoses.ending import OPEN
from answerlens_orders.diagnoses.found import BrandOutcomes
from answerlens_orders.diagnoses.store import DiagnosisRow, Standing
from answerlens_orders.diagnoses.views import (
    BrandRates,
    DiagnosisAnswer,
    DiagnosisResult,
    DiagnosisView,
    EngineResult,
    SourceLink,
)
from answerlens_orders.evidence.views import Named

# How far a collection is in percent when its questions have ended, and when its answers have their scores.
_ASKED: Final = 70
_SCORED: Final = 95


async def read_diagnosis(db: Database, user_id: UUID, diagnosis_id: UUID) -> DiagnosisView:
    """A user's diagnosis.

    Raises:
        NotFoundError: the user has no such diagnosis.
    """
    async with db.transaction() as tx:
        row = await _get(tx, user_id, diagnosis_id)
        standing = await store.standing(tx, row.id) if row.status in OPEN else []
        result = None if row.result is None else await _result(tx, row)
    return DiagnosisView(
        execution_id=row.id,
        task_type=row.task_type,
        status=row.status,
        progress=_progress(row, standing),
        created_at=row.created_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
        result=result,
        error_message=row.error_message,
    )


async def read_answers(db: Database, user_id: UUID, diagnosis_id: UUID) -> list[DiagnosisAnswer]:
    """The answers that a user's diagnosis has so far, by engine and question; none when they have been dropped.

    Raises:
        NotFoundError: the user has no such diagnosis.
    """
    async with db.transaction() as tx:
        row = await _get(tx, user_id, diagnosis_id)
        outcomes = await found.outcomes(tx, row.id)
        answers: list[DiagnosisAnswer] = []
        for standing in await store.standing(tx, row.id):
            collection = await collections.get(tx, standing.collection_id)
            if collection is not None:
                spans = _spans(outcomes.get(collection.id))
                answers += [_answer(collection.engine, one, spans) for one in await given(tx, collection)]
    return answers


async def _get(tx: Transaction, user_id: UUID, diagnosis_id: UUID) -> DiagnosisRow:
    row = await store.get(tx, user_id, diagnosis_id)
    if row is None:
        detail = "there is no such diagnosis"
        raise NotFoundError(detail)
    return row


async def _result(tx: Transaction, row: DiagnosisRow) -> DiagnosisResult:
    stored = row.result or {}
    rates = await found.rates(tx, row.id)
    engines = [
        EngineResult(
            **engine,
            brands=[
                BrandRates(brand=one.brand, rates=one.rates, head_to_head=one.head_to_head, degraded=one.degraded)
                for one in rates
                if one.engine == engine["engine"]
            ],
        )
        for engine in stored["engines"]
    ]
    return DiagnosisResult(
        partial=stored["partial"], answers=stored["answers"], usable=stored["usable"], engines=engines
    )


def _progress(row: DiagnosisRow, standing: Sequence[Standing]) -> int | None:
    match row.status:
        case DiagnosisStatus.COMPLETED:
            return 100
        case DiagnosisStatus.FAILED | DiagnosisStatus.CANCELLED:
            return None
    return progress_of(standing)


def progress_of(standing: Sequence[Standing]) -> int:
    """How far a diagnosis is that has not ended, in percent: the mean of its collections. It never goes back."""
    return math.floor(sum(map(_percent, standing)) / max(1, len(standing)))


def _percent(one: Standing) -> float:
    if one.status is not SubjectStatus.PENDING:
        return 100
    match one.collection_status:
        case CollectionStatus.SCORED | CollectionStatus.FAILED:
            return _SCORED
        case CollectionStatus.COLLECTED:
            return _ASKED + (_SCORED - _ASKED) * min(1, one.scored / max(1, one.ok))
    return _ASKED * min(1, one.ended / max(1, one.total))


def _spans(outcomes: BrandOutcomes | None) -> dict[tuple[int, int], list[tuple[str, int, int]]]:
    """By number and replicate: which brand is named, and from where to where."""
    if outcomes is None:
        return {}
    columns = outcomes.outcomes
    names = [outcomes.brand, *columns["competitors"]]
    keyed = zip(columns["question_id"], columns["replicate"], columns["mentions"], strict=True)
    return {
        (int(number), replicate): [(names[whom], start, end) for start, end, whom in mentions]
        for number, replicate, mentions in keyed
    }


def _answer(engine: str, one: GivenAnswer, spans: dict[tuple[int, int], list[tuple[str, int, int]]]) -> DiagnosisAnswer:
    return DiagnosisAnswer(
        engine=engine,
        number=one.number,
        replicate=one.replicate,
        question=one.question,
        status=one.status,
        text=one.text,
        score=one.score,
        links=[SourceLink(**vars(link)) for link in one.links],
        mentions=[
            Named(brand=brand, start=start, end=end, text=one.text[start:end])
            for brand, start, end in spans.get((one.number, one.replicate), ())
        ],
    )
