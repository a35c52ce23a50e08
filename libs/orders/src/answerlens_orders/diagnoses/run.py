"""Opens a client's diagnosis as private collections, one an engine, and cancels it.

No bank and no order stands behind it. Its questions go to the engines by the outbox, in the transaction that opens it.
"""

import datetime as dt
from uuid import UUID

from answerlens_collection.answers.questions import unanswered
from answerlens_collection.collections.store import open_private
from answerlens_collection.messages import asked_of
from answerlens_common.contracts.collections import Purpose
from answerlens_common.db import Database
from answerlens_common.db.outbox import enqueue
from answerlens_common.errors import FieldFault, RefusedError
from answerlens_common.events import Event, Lane
from answerlens_orders.diagnoses import store
from answerlens_orders.diagnoses.form import DiagnosisForm, brands_of


async def open_diagnosis(db: Database, user_id: UUID, form: DiagnosisForm, date: dt.date) -> UUID:
    """Open it on a date; its id.

    Every brand of it is a subject that waits for each of its collections.

    Raises:
        RefusedError: there is no such engine, or the form cannot be asked (`form.brands_of`).
    """
    brands = [brand.model_dump() for brand in brands_of(form)]
    payload = {"brands": list(form.brands), "engines": list(form.engines)}
    events: list[Event] = []
    async with db.transaction() as tx:
        diagnosis_id = await store.insert(tx, user_id, payload, form.priority)
        await store.insert_subjects(tx, diagnosis_id, brands)
        for place, engine in enumerate(dict.fromkeys(form.engines)):
            opened = await open_private(tx, Purpose.DIAGNOSIS, diagnosis_id, date, engine, form.questions)
            if opened is None:
                detail = f"there is no engine {engine}"
                raise RefusedError(detail, FieldFault(f"engines[{place}]", detail))
            await store.wait_for(tx, diagnosis_id, opened.id)
            events += asked_of(opened, await unanswered(tx, opened), Lane.EXPRESS)
        await enqueue(tx, events, priority=form.priority)
    return diagnosis_id


async def cancel_diagnosis(db: Database, user_id: UUID, diagnosis_id: UUID) -> bool:
    """Stop what has not been asked yet; False when the user has no such diagnosis, or it has ended."""
    async with db.transaction() as tx:
        if not await store.cancel(tx, user_id, diagnosis_id):
            return False
        await store.cancel_waiting(tx, diagnosis_id)
    return True
