"""The facts services tell one another.

An event is frozen, in the past tense, defined once here and versioned. Unknown fields are ignored, so that
an older service reads a newer message. Date, bank version and lane are fixed by the first event and carried by all
up to the plan; from there on events carry the id of a collection, which has them: nothing downstream asks what day it
is.

One spelling: `KeywordSearched` → name `keyword.searched` → queue `bank-builder.keyword-searched.<lane>` →
handler `on_keyword_searched`.
"""

import datetime as dt
import re
from typing import TYPE_CHECKING, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from answerlens_common.contracts.notices import Transition
from answerlens_common.contracts.statuses import MeasurementStatus, OrderStatus
from answerlens_common.wording import Worded


class Lane(Worded):
    """Orders that people placed do not wait behind the nightly refresh."""

    EXPRESS = "express", "快线，用户下的订单。", "For orders that people placed."
    BULK = "bulk", "慢线，每日更新。", "For the nightly refresh."


class Event(BaseModel):
    """A fact, as it travels: one JSON object."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1

    @classmethod
    def event_name(cls) -> str:
        """The dotted name: KeywordBankBuilt is `keyword.bank_built`."""
        subject, *fact = re.findall(r"[A-Z][a-z]+", cls.__name__)
        return f"{subject}.{'_'.join(fact)}".lower()

    def routing_key(self) -> str:
        """The key it is published with."""
        return self.event_name()


class WorkEvent(Event):
    """A fact that work follows from, which has its place on a lane."""

    if TYPE_CHECKING:  # a field of each kind, in its own place
        lane: Lane

    def routing_key(self) -> str:
        """The name, then the lane: `keyword.searched.express`."""
        return f"{self.event_name()}.{self.lane}"

    @classmethod
    def following(cls, event: "WorkEvent", **changes: object) -> Self:
        """This event, with what `event` carries."""
        return cls.model_validate({**event.model_dump(include=set(cls.model_fields)), **changes})


class KeywordEvent(WorkEvent):
    """A fact about a keyword on a date. Date and bank version are fixed by the first event and carried by all."""

    keyword: str = Field(min_length=1, max_length=255)
    date: dt.date
    bank_version: int = Field(ge=1)
    lane: Lane


class KeywordRequested(KeywordEvent):
    """Somebody wants a keyword measured, and its source questions are not fresh."""


class KeywordSearched(KeywordEvent):
    """What people ask about the keyword is stored."""


class KeywordBankBuilt(KeywordEvent):
    """The keyword's bank of questions is complete."""


class CollectionEvent(WorkEvent):
    """A fact about a collection: the questions that are put to one engine for one purpose.

    `keyword` is for readers of the exchange, a log or a dead letter; it is null when the collection is private. What
    else is true of the collection stands in its row.

    A message from before collections had ids names a keyword's day instead: by `keyword`, `engine` and `date`, which is
    never written again. `answerlens_collection.messages` finds its collection.
    """

    collection_id: int | None = Field(default=None, ge=1)
    engine: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    lane: Lane
    keyword: str | None = Field(default=None, min_length=1, max_length=255)
    date: dt.date | None = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.collection_id is None and (self.keyword is None or self.date is None):
            message = "collection_id is missing, and there is no keyword with a date instead"
            raise ValueError(message)
        return self


class QuestionQueued(CollectionEvent):
    """A question waits to be asked of one engine. Its message was called `answer.wanted` before."""

    number: int | None = Field(default=None, ge=1)
    replicate: int = Field(ge=1, le=5)
    # only in messages from before collections had ids
    question_id: str | None = Field(default=None, min_length=1, max_length=100, exclude=True)

    @model_validator(mode="after")
    def _names_a_question(self) -> Self:
        if self.number is None and self.question_id is None:
            message = "number is missing, and there is no question_id instead"
            raise ValueError(message)
        return self

    def routing_key(self) -> str:
        """The name, the engine, the lane: a dead engine blocks no other."""
        return f"{self.event_name()}.{self.engine}.{self.lane}"


class CollectionAnswered(CollectionEvent):
    """Every question of the collection has ended, and enough of them were answered.

    Called `keyword.answers_collected` before.
    """


class CollectionScored(CollectionEvent):
    """Every answer of the collection has its score. Called `keyword.scored` before."""


class CollectionAnalysed(CollectionEvent):
    """The rates of orders on the collection are stored, and what its answers think of their brands is not known yet.

    Called `keyword.analysed` before.
    """


class ImportEvent(WorkEvent):
    """A fact about an import: answers that were collected elsewhere, in a file."""

    import_id: UUID
    lane: Lane


class ImportReceived(ImportEvent):
    """The file of an import is stored, and is to be cut into batches."""


class BatchCut(ImportEvent):
    """A batch of an import's rows is stored, and is to be checked."""

    number: int = Field(ge=1)


class OrderAnalysed(Event):
    """An order's rates on one engine and date are stored."""

    order_id: UUID
    date: dt.date
    engine: str


class SubjectAnalysed(Event):
    """The rates of a subject, a brand of a diagnosis or an import, on a private collection are stored."""

    subject_id: int = Field(ge=1)
    collection_id: int = Field(ge=1)


class OrderJudged(Event):
    """What the answers of an engine think of an order's brand is stored beside the rates of a date."""

    order_id: UUID
    date: dt.date
    engine: str


class MeasurementWithdrawn(Event):
    """An admin has withdrawn an order's measurement of a date: no other day may be compared with it."""

    order_id: UUID
    date: dt.date


class OrderCompared(Event):
    """The days of an order after a date have been compared anew, without the measurement that was withdrawn."""

    order_id: UUID
    date: dt.date


class MeasurementEnded(Event):
    """An order's measurement of a date has ended: with rates, without, or because its client cancelled it.

    A measurement ends again when an admin has its failed stages retried, or when it is analysed anew.

    Attributes:
        reanalysed: whether kept answers were analysed with other names, after an end of before.
    """

    order_id: UUID
    date: dt.date
    status: MeasurementStatus
    reanalysed: bool = False


class OrderEnded(Event):
    """An order has ended: its first measurement has, or its client cancelled it before that."""

    order_id: UUID
    status: OrderStatus


class BreakerChanged(Event):
    """A circuit breaker has opened, opened again after its probe, or closed: a system outside is in trouble or well."""

    breaker: str
    transition: Transition


class StageFailed(Event):
    """A stage has failed for good; without an engine, it has for all engines; with an order, for that order alone.

    The keyword is null when the collection is private.
    """

    stage: str
    keyword: str | None = None
    date: dt.date
    engine: str | None = None
    error: str
    # by the database's clock: who came later has an attempt of their own; None in messages from before it was told
    failed_at: dt.datetime | None = None
    # what a client is told (`failures`); None in messages from before it was
    code: str | None = None
    order_id: UUID | None = None
    # of a collection's work; None up to the plan, and in messages from before collections had ids
    collection_id: int | None = None


class RefreshRequested(Event):
    """An admin wants the nightly refresh of a date fired.

    With `backdate` also for orders that began after it.
    """

    date: dt.date
    backdate: bool = False
