"""Opens a client's diagnosis as private collections, one an engine, and cancels it.

No bank and no order stands behind it. Its questions go to the engines by the outbox, in the transaction that opens it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from answerlens_collection.answers.questions import unanswered
from answerlens_collection.collections.store import open_private
from answerlens_collection.messages import asked_of
from answerlens_common.contracts.collections import Purpose
from answerlens_common.db import Database
from answerlens_common.errors import FieldFault, RefusedError
from answerlens_common.events import Event, Lane
from answerlens_common.work.outbox import enqueue
from answerlens_orders.diagnoses import store


@dataclass(frozen=True)
class DiagnosisForm:
    """What a client asks: these questions of each of these engines, about these brands."""

    brands: Sequence[str]
    engines: Sequence[str]
    questions: Sequence[str]
    priority: int = 5


async def open_diagnosis(db: Database, user_id: UUID, form: DiagnosisForm, date: dt.date) -> UUID:
    """Open it on a date; its id.

    Raises:
        RefusedError: there is no such engine.
    """
    payload = {"brands": list(form.brands), "engines": list(form.engines)}
    events: list[Event] = []
    async with db.transaction() as tx:
        diagnosis_id = await store.insert(tx, user_id, payload, form.priority)
        for place, engine in enumerate(dict.fromkeys(form.engines)):
            opened = await open_private(tx, Purpose.DIAGNOSIS, diagnosis_id, date, engine, form.questions)
            if opened is None:
                detail = f"there is no engine {engine}"
                raise RefusedError(detail, FieldFault(f"engines[{place}]", detail))
            events += asked_of(opened, await unanswered(tx, opened), Lane.EXPRESS)
        await enqueue(tx, events, priority=form.priority)
    return diagnosis_id


async def cancel_diagnosis(db: Database, user_id: UUID, diagnosis_id: UUID) -> bool:
    """Stop what has not been asked yet; False when the user has no such diagnosis, or it has ended."""
    async with db.transaction() as tx:
        return await store.cancel(tx, user_id, diagnosis_id)
