"""Plans a keyword's day on an engine: which of its questions are to be published."""

import datetime as dt
from dataclasses import dataclass

from answerlens_collection.answers.questions import Unanswered, unanswered
from answerlens_collection.collections import store
from answerlens_collection.collections.store import OPEN, Collection
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane


@dataclass(frozen=True)
class Plan:
    """A planned collection (None when there is no such engine), and the questions to publish now."""

    collection: Collection | None
    questions: list[Unanswered]


async def plan_keyword_day(
    tx: Transaction, keyword: str, date: dt.date, engine: str, *, bank_version: int, lane: Lane, repeat: bool
) -> Plan:
    """Open the collection of a keyword's day on an engine, or take it up again.

    Questions of a collection that goes on are published again only when it was paused, when an order on the express
    lane waits for it now and none did before, or on `repeat`: the last plan may have died half-way. A question that is
    published twice meets its own claim.
    """
    found = await store.find(tx, keyword, date, engine)
    before = found and await store.lock(tx, found.id)
    if before is None:
        opened = await store.open_keyword_day(tx, keyword, date, engine, bank_version=bank_version, lane=lane)
        return Plan(opened, await unanswered(tx, opened) if opened else [])
    if before.status not in OPEN:
        return Plan(before, [])  # its last answer came while this message was on its way
    lifted = before.lane is Lane.BULK and lane is Lane.EXPRESS
    if not (repeat or lifted or before.status is CollectionStatus.PAUSED):
        return Plan(before, [])
    await store.take_up(tx, before.id, lane)
    return Plan(await store.get(tx, before.id), await unanswered(tx, before))
