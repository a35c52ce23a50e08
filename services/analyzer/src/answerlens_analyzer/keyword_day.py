"""What is analysed for orders: the collection of a keyword's day on an engine."""

import datetime as dt
from dataclasses import dataclass

from answerlens_collection.messages import collection_of
from answerlens_common.contracts.statuses import CollectionStatus
from answerlens_common.db import Database
from answerlens_common.events import CollectionEvent


@dataclass(frozen=True)
class KeywordDay:
    """A keyword's day on an engine, by the names that orders and what is kept for good know it by."""

    keyword: str
    engine: str
    date: dt.date
    is_scored: bool = True


async def keyword_day_of(db: Database, event: CollectionEvent) -> KeywordDay | None:
    """The keyword's day that an event is about; None when there is none, or it is about a private collection."""
    found = await collection_of(db, event)
    if found is None or found.keyword is None:
        return None
    return KeywordDay(found.keyword, found.engine, found.date, found.status is CollectionStatus.SCORED)
