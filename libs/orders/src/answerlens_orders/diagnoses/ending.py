"""How a diagnosis comes to an end: with its last collection, whether that was analysed or has failed.

The diagnosis's row is locked first. What is told twice, or after the client has cancelled, changes nothing; answers are
kept however it ends.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from answerlens_collection.collections.store import pause_private
from answerlens_common.contracts.statuses import DiagnosisStatus, SubjectStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import StageFailed, SubjectAnalysed
from answerlens_common.failures import failure_of
from answerlens_orders.diagnoses import store
from answerlens_orders.diagnoses.store import DiagnosisRow, Standing

OPEN = frozenset({DiagnosisStatus.QUEUED, DiagnosisStatus.RUNNING})
TOO_FEW = (
    "{answers} 个回答中可用的只有 {ok} 个，不足一半。"
    " Only {ok} of {answers} answers can be used, fewer than half of them."
)
NO_RATES = (
    "没有一个引擎的回答能够分析，已得到的回答仍可查看。"
    " The answers of no engine could be analysed; those that there are can be read."
)


class Ending(NamedTuple):
    """How a diagnosis has ended; `result` is stored with it, and `error` says why it has failed."""

    status: DiagnosisStatus
    result: dict[str, Any]
    error: str | None


async def subject_analysed(db: Database, event: SubjectAnalysed) -> None:
    """A brand has its rates on a collection."""
    async with db.transaction() as tx:
        diagnosis = await store.lock_of_collection(tx, event.collection_id)
        if diagnosis is not None:
            await store.mark_analysed(tx, event.collection_id, event.subject_id)
            await _end(tx, diagnosis)


async def collection_failed(db: Database, event: StageFailed) -> None:
    """A stage has failed for good on a private collection: its brands get no rates there."""
    if event.collection_id is None:
        return
    async with db.transaction() as tx:
        diagnosis = await store.lock_of_collection(tx, event.collection_id)
        if diagnosis is not None:
            await store.mark_failed(tx, event.collection_id, event.stage, failure_of(event.stage, event.code))
            await _end(tx, diagnosis)


async def end_overdue(tx: Transaction, *, seconds: float) -> int:
    """End every diagnosis that is past its time limit with what it has; how many there were.

    Its rows alone decide, whatever waits in queues or for breakers: what is not analysed by then has failed.
    """
    found = await store.overdue(tx, seconds)
    for diagnosis_id in found:
        diagnosis = await store.lock(tx, diagnosis_id)
        if diagnosis is not None and diagnosis.status in OPEN:
            await store.mark_overdue(tx, diagnosis_id)
            await _end(tx, diagnosis)
    return len(found)


async def _end(tx: Transaction, diagnosis: DiagnosisRow) -> None:
    standing = await store.standing(tx, diagnosis.id)
    if diagnosis.status in OPEN and not any(one.status is SubjectStatus.PENDING for one in standing):
        await pause_private(tx, diagnosis.id)
        await store.end(tx, diagnosis.id, *ending_of(standing))


def ending_of(standing: Sequence[Standing]) -> Ending:
    """Completed when at least half of all answers are ok and some have rates, in part when not all; else failed."""
    answers, ok = sum(one.total for one in standing), sum(one.ok for one in standing)
    analysed = [one for one in standing if one.status is SubjectStatus.ANALYSED]
    result = {
        "partial": ok < answers or len(analysed) < len(standing),
        "answers": answers,
        "usable": ok,
        "engines": [
            {"engine": one.engine, "status": one.status.value, "error_code": one.error_code} for one in standing
        ],
    }
    if 2 * ok < answers:
        return Ending(DiagnosisStatus.FAILED, result, TOO_FEW.format(answers=answers, ok=ok))
    if not analysed:
        return Ending(DiagnosisStatus.FAILED, result, NO_RATES)
    return Ending(DiagnosisStatus.COMPLETED, result, None)
