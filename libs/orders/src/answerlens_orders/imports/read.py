"""How an import stands. Only its client reads it."""

import math
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from answerlens_common.contracts.statuses import ImportStatus, SubjectStatus
from answerlens_common.db import Database
from answerlens_common.errors import NotFoundError
from answerlens_orders.diagnoses import found
from answerlens_orders.diagnoses.found import StoredBrandRates
from answerlens_orders.diagnoses.views import BrandRates
from answerlens_orders.imports import batches, ending, standing, store
from answerlens_orders.imports.batches import Counts
from answerlens_orders.imports.standing import Standing
from answerlens_orders.imports.store import ImportRow
from answerlens_orders.imports.views import ImportedEngine, ImportView, Refusal

MOST_REASONS: Final = 1_000
# How far an import is in percent when its rows are checked, and when its answers have their scores.
_CHECKED: Final = 50
_SCORED: Final = 95


async def read_import(db: Database, user_id: UUID, import_id: UUID) -> ImportView:
    """A user's import.

    Raises:
        NotFoundError: the user has no such import.
    """
    async with db.transaction() as tx:
        row = _of_user(await store.get(tx, import_id), user_id)
        counted = await batches.counts(tx, row.id)
        reasons = await batches.refusals(tx, row.id, 0, MOST_REASONS)
        stood = await standing.of_import(tx, row.id)
        rates = await found.rates(tx, row.id)
    result = row.result or {}
    return ImportView(
        id=row.id,
        status=row.status,
        format=row.format,
        date=row.date,
        progress=progress_of(row, counted, stood),
        batches=counted.batches,
        checked_batches=counted.checked_batches,
        rows=counted.rows,
        taken=result.get("taken"),
        refused=counted.refused,
        reasons=[Refusal(**vars(one)) for one in reasons],
        ignored_columns=list(row.ignored),
        engines=[_engine(one, rates) for one in stood],
        seconds=round(row.seconds, 1),
        created_at=row.created_at,
        completed_at=row.completed_at,
        error_message=row.error_message,
    )


async def cancel_import(db: Database, user_id: UUID, import_id: UUID) -> None:
    """Cancel a user's import.

    Raises:
        NotFoundError: the user has no such import.
        ConflictError: it has ended.
    """
    async with db.transaction() as tx:
        await ending.cancel(tx, _of_user(await store.lock(tx, import_id), user_id))


def progress_of(row: ImportRow, counted: Counts, stood: Sequence[Standing]) -> int | None:
    """How far an import is, in percent: its rows up to half, then the scores of its answers. It never goes back."""
    match row.status:
        case ImportStatus.COMPLETED:
            return 100
        case ImportStatus.FAILED | ImportStatus.CANCELLED:
            return None
        case ImportStatus.ANALYSING:
            return math.floor(sum(map(_percent, stood)) / max(1, len(stood)))
    # while the file is being cut, its end is not known
    share = counted.checked / max(1, counted.rows) if row.batches is not None else 0
    return math.floor(_CHECKED * share)


def _percent(one: Standing) -> float:
    if one.status is not SubjectStatus.PENDING:
        return 100
    return _CHECKED + (_SCORED - _CHECKED) * min(1, one.scored / max(1, one.ok))


def _of_user(row: ImportRow | None, user_id: UUID) -> ImportRow:
    if row is None or row.user_id != user_id:
        detail = "there is no such import"
        raise NotFoundError(detail)
    return row


def _engine(one: Standing, rates: Sequence[StoredBrandRates]) -> ImportedEngine:
    return ImportedEngine(
        engine=one.engine,
        answers=one.answers,
        usable=one.ok,
        scored=one.scored,
        status=one.status,
        error_code=one.error_code,
        brands=[
            BrandRates(brand=each.brand, rates=each.rates, head_to_head=each.head_to_head, degraded=each.degraded)
            for each in rates
            if each.engine == one.engine
        ],
    )
