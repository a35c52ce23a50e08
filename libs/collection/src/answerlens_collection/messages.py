"""What a message is about: the collection that it names, by its id or as messages did before collections had ids."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Protocol, TypeVar

from answerlens_collection.answers.questions import QuestionKey, Unanswered, numbers_of
from answerlens_collection.collections.store import Collection, Reader, find, get
from answerlens_common.db import Database
from answerlens_common.events import CollectionEvent, Event, Lane, QuestionQueued

C = TypeVar("C", bound=CollectionEvent)


class Locating(Protocol[C]):
    """How a stage finds the collection of an event."""

    async def __call__(self, event: C, /) -> tuple[C, dt.date] | None:
        """The event as it is written today, and its collection's date; None when there is no such collection."""


async def collection_of(reader: Reader, event: CollectionEvent) -> Collection | None:
    """The collection that an event is about."""
    if event.collection_id is not None:
        return await get(reader, event.collection_id)
    if event.keyword is None or event.date is None:
        return None
    return await find(reader, event.keyword, event.date, event.engine)


async def locate(db: Database, event: C) -> tuple[C, dt.date] | None:
    """The event as it is written today, and its collection's date; None when there is no such work, or none any more.

    Both forms of one message become the same event, and so meet at one claim.
    """
    collection = await collection_of(db, event)
    if collection is None:
        return None
    today: dict[str, object] = {"collection_id": collection.id, "keyword": collection.keyword}
    if isinstance(event, QuestionQueued) and event.number is None:
        numbers = await numbers_of(db, collection, [event.question_id or ""])
        if event.question_id not in numbers:
            return None
        today["number"] = numbers[event.question_id]
    return event.model_copy(update=today), collection.date


def asked_of(collection: Collection, questions: Sequence[Unanswered], lane: Lane) -> list[Event]:
    """A message for each question that is to be asked."""
    carried = {"collection_id": collection.id, "engine": collection.engine, "keyword": collection.keyword}
    return [
        QuestionQueued.model_validate({**carried, "lane": lane, "number": one.number, "replicate": one.replicate})
        for one in questions
    ]


def locating(db: Database) -> Locating[C]:
    """`locate` over a database, as a stage is given it."""
    return partial(locate, db)


def question_of(event: QuestionQueued) -> QuestionKey:
    """The question of a located event.

    Raises:
        ValueError: The event has not been located: it is one of before.
    """
    if event.collection_id is None or event.number is None:
        message = "an event of before collections had ids"
        raise ValueError(message)
    return QuestionKey(event.collection_id, event.number, event.replicate)
