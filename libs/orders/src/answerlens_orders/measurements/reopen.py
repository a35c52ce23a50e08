"""What a replayed message finds: the work that had failed is wanted again, by those whom its failure had ended.

The orders that had waited for the failed stage wait again: the engine is pending, the measurement runs, and with the
first one its order. Done before the message is sent, since a stage works only for orders that wait; repeatable.
Cancelled stays cancelled. A failed question that is asked again loses its failure, and a collection that had failed for
it goes on; one that was good enough is over, and so are those whose rates are stored. A diagnosis that has ended stays
as it is: its client has read its result, and asks anew. Its letters are wanted only while it still waits.

Locks are taken as the stages take them: claim, collection, measurement, order.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from answerlens_collection.answers import store as answers
from answerlens_collection.collections import store as collections
from answerlens_collection.collections.store import OPEN
from answerlens_collection.messages import locate, question_of
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import (
    CollectionAnswered,
    CollectionEvent,
    CollectionScored,
    Event,
    KeywordBankBuilt,
    KeywordEvent,
    KeywordRequested,
    KeywordSearched,
    QuestionQueued,
    WorkEvent,
)
from answerlens_common.stage_names import StageName
from answerlens_common.work.leases import collection_scope
from answerlens_orders.measurements.tracking import COUNTED_DAYS

# As whose failure `stage_failed` has noted it. A day that nothing moved in was failed by the stalled check instead.
STAGES: dict[type[Event], list[StageName]] = {
    KeywordRequested: [StageName.SEARCH, StageName.STALLED],
    KeywordSearched: [StageName.BANK, StageName.STALLED],
    KeywordBankBuilt: [StageName.PLAN, StageName.STALLED],
    QuestionQueued: [StageName.ASK, StageName.COLLECT, StageName.STALLED],
    CollectionAnswered: [StageName.SCORE, StageName.STALLED],
    CollectionScored: [StageName.ANALYSE, StageName.STALLED],
}


class NobodyWaitsError(Exception):
    """Undoes a transaction that opened something for which no measurement waits."""


class Reopened(Enum):
    """What became of the work of a message that is to be replayed."""

    WAITED_FOR = auto()
    """An order or a diagnosis waits for it now."""
    NOT_LOOKED_AT = auto()
    """Nothing need wait for it: no work for an order or a diagnosis, or no event at all. It may be sent."""
    UNWANTED = auto()
    """Nothing waits for it, so it would do nothing: its letter is kept."""

    @property
    def may_be_sent(self) -> bool:
        """Whether the message is of use."""
        return self is not Reopened.UNWANTED


@dataclass(frozen=True)
class _Work:
    """A stage's work for a keyword's day; `engine` and `collection_id` are None where it is for all engines."""

    event: type[Event]
    keyword: str
    date: dt.date
    engine: str | None = None
    collection_id: int | None = None


async def reopen(db: Database, events: Sequence[Event | None]) -> list[Reopened]:
    """Make what failed with these events wanted again; for each event what became of its work.

    Not looked at are events that no order waits for (the sentiment of a day that has ended), and what is no event.
    """
    works: dict[_Work, list[tuple[int, WorkEvent]]] = defaultdict(list)
    found = [Reopened.NOT_LOOKED_AT] * len(events)
    for place, event in enumerate(events):
        if isinstance(event, WorkEvent) and type(event) in STAGES:
            located = await _located(db, event)
            if located is None:
                found[place] = await _of_private(db, event)
            else:
                works[located[1]].append((place, located[0]))
    for work, placed in works.items():
        is_waited = await _reopen(db, work, [event for _, event in placed])
        for place, _ in placed:
            found[place] = Reopened.WAITED_FOR if is_waited else Reopened.UNWANTED
    return found


async def _located(db: Database, event: WorkEvent) -> tuple[WorkEvent, _Work] | None:
    """The event as it is written today, and its work; None when its collection is private, or gone."""
    if isinstance(event, KeywordEvent):
        return event, _Work(type(event), event.keyword, event.date)
    if not isinstance(event, CollectionEvent):
        return None
    located = await locate(db, event)
    if located is None and event.keyword is not None and event.date is not None:
        # its collection has been dropped: nothing can be forgotten, but its day may be waited for
        return event, _Work(type(event), event.keyword, event.date, event.engine)
    if located is None or located[0].keyword is None:
        return None
    today, date = located
    return today, _Work(type(event), located[0].keyword, date, event.engine, today.collection_id)


async def _of_private(db: Database, event: WorkEvent) -> Reopened:
    """Whether a brand of a diagnosis or an import still waits for the event's collection."""
    is_waited = isinstance(event, CollectionEvent) and await db.value(
        "SELECT EXISTS (SELECT FROM collection_subject w JOIN awaited_collection a USING (collection_id)"
        " WHERE w.collection_id = CAST(:collection AS bigint) AND w.status = 'pending')",
        collection=event.collection_id,
    )
    return Reopened.WAITED_FOR if is_waited else Reopened.UNWANTED


async def _reopen(db: Database, work: _Work, events: Sequence[WorkEvent]) -> bool:
    questions = [event for event in events if isinstance(event, QuestionQueued)]
    try:
        async with db.transaction() as tx:
            if questions and not await _ask_again(tx, work, questions):
                return False
            await wait_again(tx, work.keyword, work.date, work.engine, [stage.value for stage in STAGES[work.event]])
            await check_waited_for(tx, work.keyword, work.date, work.engine)
            await tx.notify(PROGRESS, work.keyword)
    except NobodyWaitsError:
        return False
    return True


async def check_waited_for(tx: Transaction, keyword: str, date: dt.date, engine: str | None) -> None:
    """Raise `NobodyWaitsError` unless a measurement waits for the engine, or for any."""
    if not await tx.value(
        "SELECT EXISTS (SELECT FROM measurement m JOIN measurement_engine e USING (order_id, date)"
        " WHERE m.keyword = :keyword AND m.date = :date AND m.status IN ('queued', 'running')"
        " AND e.status = 'pending' AND (CAST(:engine AS text) IS NULL OR e.engine = :engine))",
        keyword=keyword,
        date=date,
        engine=engine,
    ):
        raise NobodyWaitsError


async def _ask_again(tx: Transaction, work: _Work, questions: Sequence[QuestionQueued]) -> bool:
    """Forget that these questions failed, and take their collection up again; False when it is over without them."""
    if work.collection_id is None:
        return False
    asked = {question_of(event).item: question_of(event) for event in questions}
    failed = await tx.rows(
        "SELECT item FROM claim WHERE stage = 'ask' AND scope = :scope AND item = ANY(CAST(:items AS text[]))"
        " AND status = 'failed' ORDER BY item FOR UPDATE",
        scope=collection_scope(work.collection_id),
        items=list(asked),
    )
    collection = await collections.lock(tx, work.collection_id)
    if collection is None or collection.status not in {*OPEN, CollectionStatus.FAILED}:
        return False
    again = [asked[row["item"]] for row in failed]
    forgotten = await answers.forget_failed(tx, collection, [(one.number, one.replicate) for one in again])
    if collection.status is not CollectionStatus.FAILED:
        return True
    if not forgotten:
        return False
    await collections.reopen(tx, collection, CollectionStatus.COLLECTING)
    return True


async def wait_again(
    tx: Transaction, keyword: str, date: dt.date, engine: str | None, stages: Sequence[str] | None
) -> None:
    """Reopen the measurements, and with the first ones the orders, that the failure of one of `stages` had ended.

    Without `stages` of any; of `engine`, or without it of all.
    """
    await tx.rows(
        "SELECT 1 FROM measurement WHERE keyword = :keyword AND date = :date ORDER BY order_id FOR UPDATE",
        keyword=keyword,
        date=date,
    )
    # an order that was cancelled after it had ended keeps its status, but not its tracking, before it was due to end
    orders = await tx.rows(
        "SELECT orders.id FROM orders JOIN measurement m ON m.order_id = orders.id AND m.date = :date"  # noqa: S608
        " WHERE m.keyword = :keyword AND m.status NOT IN ('cancelled', 'withdrawn') AND orders.status <> 'cancelled'"
        f" AND (live OR ({COUNTED_DAYS}) > track_days) ORDER BY orders.id FOR UPDATE OF orders",
        keyword=keyword,
        date=date,
    )
    reopened = await tx.rows(
        "UPDATE measurement_engine SET status = 'pending', last_error = NULL, error_code = NULL, error_stage = NULL,"
        " completed_at = NULL"
        " WHERE order_id = ANY(:orders) AND date = :date AND status = 'failed'"
        " AND (CAST(:engine AS text) IS NULL OR engine = :engine)"
        " AND (CAST(:stages AS text[]) IS NULL OR error_stage = ANY(CAST(:stages AS text[])))"
        " RETURNING order_id",
        orders=[row["id"] for row in orders],
        date=date,
        engine=engine,
        stages=None if stages is None else list(stages),
    )
    values = {"orders": [row["order_id"] for row in reopened], "date": date}
    # it begins anew: a failure from before, told late or twice, is not its own
    await tx.execute(
        "UPDATE measurement SET created_at = clock_timestamp() WHERE order_id = ANY(:orders) AND date = :date",
        **values,
    )
    await tx.execute(
        "UPDATE measurement SET status = 'running', why = 'retried', last_error = NULL, error_code = NULL,"
        " completed_at = NULL"
        " WHERE order_id = ANY(:orders) AND date = :date AND status IN ('failed', 'completed')",
        **values,
    )
    await tx.execute(
        "UPDATE orders SET status = 'running', last_error = NULL, error_code = NULL, completed_at = NULL"
        " WHERE id = ANY(:orders) AND first_date = :date AND status IN ('failed', 'completed')",
        **values,
    )
