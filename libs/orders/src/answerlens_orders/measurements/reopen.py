"""What a replayed message finds: the work that had failed is wanted again, by those whom its failure had ended.

The orders that had waited for the failed stage wait again: the engine is pending, the measurement runs, and with the
first one its order. Done before the message is sent, since a stage works only for orders that wait; repeatable.
Cancelled stays cancelled. A failed question that is asked again loses its failure, and a collection that had failed for
it goes on; one that was good enough is over, and so are those whose rates are stored.

Locks are taken as the stages take them: claim, collection, measurement, order.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_collection.answers import store as answers
from answerlens_collection.collections import store as collections
from answerlens_collection.collections.store import OPEN
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import (
    AnswerWanted,
    EngineEvent,
    Event,
    KeywordAnswersCollected,
    KeywordBankBuilt,
    KeywordEvent,
    KeywordRequested,
    KeywordScored,
    KeywordSearched,
)
from answerlens_orders.measurements.tracking import COUNTED_DAYS

# As whose failure `stage_failed` has noted it. A day that nothing moved in was failed by the stalled check instead.
STAGES: dict[type[Event], list[str]] = {
    KeywordRequested: ["search", "stalled"],
    KeywordSearched: ["bank", "stalled"],
    KeywordBankBuilt: ["plan", "stalled"],
    AnswerWanted: ["ask", "collect", "stalled"],
    KeywordAnswersCollected: ["score", "stalled"],
    KeywordScored: ["analyse", "stalled"],
}


class NobodyWaitsError(Exception):
    """Undoes a transaction that opened something for nobody."""


@dataclass(frozen=True)
class _Work:
    """A stage's work for a keyword's day; `engine` is None where it is for all."""

    event: type[Event]
    keyword: str
    date: dt.date
    engine: str | None

    @classmethod
    def of(cls, event: KeywordEvent) -> "_Work":
        engine = event.engine if isinstance(event, EngineEvent) else None
        return cls(type(event), event.keyword, event.date, engine)

    @property
    def values(self) -> dict[str, object]:
        """The parameters that the statements share."""
        return {"keyword": self.keyword, "date": self.date, "engine": self.engine}


async def reopen(db: Database, events: Sequence[Event | None]) -> list[bool]:
    """Make what failed with these events wanted again; for each event whether somebody waits for it now.

    Events that are about no keyword, what is no event, and what nobody waits for (the sentiment of a day that has
    ended) are nobody's business here: True.
    """
    works: dict[_Work, list[KeywordEvent]] = defaultdict(list)
    for event in events:
        if isinstance(event, KeywordEvent) and type(event) in STAGES:
            works[_Work.of(event)].append(event)
    wanted = {work: await _reopen(db, work, found) for work, found in works.items()}
    return [wanted.get(_Work.of(event), True) if isinstance(event, KeywordEvent) else True for event in events]


async def _reopen(db: Database, work: _Work, events: Sequence[KeywordEvent]) -> bool:
    questions = [event for event in events if isinstance(event, AnswerWanted)]
    try:
        async with db.transaction() as tx:
            if questions and not await _ask_again(tx, work, questions):
                return False
            await wait_again(tx, work.keyword, work.date, work.engine, STAGES[work.event])
            await check_waited_for(tx, work.keyword, work.date, work.engine)
            await tx.notify(PROGRESS, work.keyword)
    except NobodyWaitsError:
        return False
    return True


async def check_waited_for(tx: Transaction, keyword: str, date: dt.date, engine: str | None) -> None:
    """Raise `NobodyWaitsError` unless somebody waits for the engine, or for any."""
    if not await tx.value(
        "SELECT EXISTS (SELECT FROM measurement m JOIN measurement_engine e USING (order_id, date)"
        " WHERE m.keyword = :keyword AND m.date = :date AND m.status IN ('queued', 'running')"
        " AND e.status = 'pending' AND (CAST(:engine AS text) IS NULL OR e.engine = :engine))",
        keyword=keyword,
        date=date,
        engine=engine,
    ):
        raise NobodyWaitsError


async def _ask_again(tx: Transaction, work: _Work, questions: Sequence[AnswerWanted]) -> bool:
    """Forget that these questions failed, and take their collection up again; False when it is over without them."""
    failed = await tx.rows(
        "SELECT item FROM claim WHERE stage = 'ask' AND keyword = :keyword AND date = :date AND engine = :engine"
        " AND item = ANY(CAST(:items AS text[])) AND status = 'failed' ORDER BY item FOR UPDATE",
        **work.values,
        items=[f"{event.question_id}#{event.replicate}" for event in questions],
    )
    found = await collections.find(tx, work.keyword, work.date, work.engine or "")
    collection = found and await collections.lock(tx, found.id)
    if collection is None or collection.status not in {*OPEN, CollectionStatus.FAILED}:
        return False
    asked = {f"{event.question_id}#{event.replicate}": event for event in questions}
    again = [asked[row["item"]] for row in failed]
    numbers = await answers.numbers_of(tx, collection, [event.question_id for event in again])
    keys = [(numbers[event.question_id], event.replicate) for event in again if event.question_id in numbers]
    forgotten = await answers.forget_failed(tx, collection, keys)
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
