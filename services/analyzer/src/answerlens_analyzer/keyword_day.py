"""What is analysed for orders: the collection of a keyword's day on an engine."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from answerlens_collection.collections.store import Collection
from answerlens_collection.messages import collection_of
from answerlens_common.db import Database
from answerlens_common.events import CollectionEvent


@dataclass(frozen=True)
class KeywordDay:
    """A keyword's day on an engine, by the names that orders and what is kept for good know it by."""

    keyword: str
    engine: str
    date: dt.date

    @classmethod
    def of(cls, collection: Collection) -> Self | None:
        """The day that a collection is of; None when the collection is private."""
        return None if collection.keyword is None else cls(collection.keyword, collection.engine, collection.date)


async def keyword_day_of(db: Database, event: CollectionEvent) -> KeywordDay | None:
    """The keyword's day that an event is about; None when there is none, or it is about a private collection."""
    found = await collection_of(db, event)
    return None if found is None else KeywordDay.of(found)
