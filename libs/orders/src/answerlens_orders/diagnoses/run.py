"""Opens a client's diagnosis as private collections, one an engine, and cancels it.

No bank and no order stands behind it. Its questions go to the engines by the outbox, in the transaction that opens it.
"""

import datetime as dt
from uuid import UUID

from answerlens_collection.answers.questions import unanswered
from answerlens_collection.collections.store import open_private, pause_private
from answerlens_collection.messages import asked_of
from answerlens_common.contracts.collections import Purpose
from answerlens_common.db import Database
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import Event, Lane
from answerlens_orders.diagnoses import store
from answerlens_orders.diagnoses.form import DiagnosisForm, check, check_engines
from answerlens_orders.orders import engines


async def open_diagnosis(db: Database, user_id: UUID, form: DiagnosisForm, date: dt.date) -> UUID:
    """Open it on a date; its id.

    Every brand of it is a subject that waits for each of its collections.

    Raises:
        RefusedError: an engine is not one that runs here, or the form cannot be asked (`form.check`).
    """
    checked = check(form)
    payload = {"brands": list(form.brands), "engines": list(form.engines)}
    events: list[Event] = []
    async with db.transaction() as tx:
        check_engines(form, await engines.enabled(tx))
        diagnosis_id = await store.insert(tx, user_id, payload, form.priority)
        await store.insert_subjects(tx, diagnosis_id, [brand.model_dump() for brand in checked.brands])
        for engine in dict.fromkeys(form.engines):
            opened = await open_private(tx, Purpose.DIAGNOSIS, diagnosis_id, date, engine, checked.questions)
            await store.wait_for(tx, diagnosis_id, opened.id)
            events += asked_of(opened, await unanswered(tx, opened), Lane.EXPRESS)
        await enqueue(tx, events, priority=form.priority)
    return diagnosis_id


async def cancel_diagnosis(db: Database, user_id: UUID, diagnosis_id: UUID) -> bool:
    """Stop what has not been asked yet; False when the user has no such diagnosis, or it has ended."""
    async with db.transaction() as tx:
        if not await store.cancel(tx, user_id, diagnosis_id):
            return False
        await pause_private(tx, diagnosis_id)
        await store.cancel_waiting(tx, diagnosis_id)
    return True
