"""The facts services tell one another.

An event is frozen, in the past tense, defined once here and versioned. Unknown fields are ignored, so that
an older service reads a newer message. Date, bank version and lane are fixed by the first event and carried
by all that follow: nothing downstream asks what day it is.

One spelling: `KeywordSearched` → name `keyword.searched` → queue `bank-builder.keyword-searched.<lane>` →
handler `on_keyword_searched`.
"""

import datetime as dt
import re
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

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


class KeywordEvent(Event):
    """A fact about a keyword on a date."""

    keyword: str = Field(min_length=1, max_length=255)
    date: dt.date
    bank_version: int = Field(ge=1)
    lane: Lane

    def routing_key(self) -> str:
        """The name, then the lane: `keyword.searched.express`."""
        return f"{self.event_name()}.{self.lane}"

    @classmethod
    def following(cls, event: "KeywordEvent", **changes: object) -> Self:
        """This event, with what `event` carries."""
        return cls.model_validate({**event.model_dump(include=set(cls.model_fields)), **changes})


class KeywordRequested(KeywordEvent):
    """Somebody wants a keyword measured, and its source questions are not fresh."""


class KeywordSearched(KeywordEvent):
    """What people ask about the keyword is stored."""


class KeywordBankBuilt(KeywordEvent):
    """The keyword's bank of questions is complete."""


class EngineEvent(KeywordEvent):
    """A fact about a keyword on one engine on a date."""

    engine: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")


class AnswerWanted(EngineEvent):
    """One question is to be asked of one engine."""

    question_id: str = Field(min_length=1, max_length=100)
    replicate: int = Field(ge=1, le=5)

    def routing_key(self) -> str:
        """The name, the engine, the lane: one dead engine blocks nobody."""
        return f"{self.event_name()}.{self.engine}.{self.lane}"


class KeywordAnswersCollected(EngineEvent):
    """Every question of the bank has ended on the engine, and enough of them were answered."""


class KeywordScored(EngineEvent):
    """Every answer of the engine has its score."""


class KeywordAnalysed(EngineEvent):
    """The rates of orders on the engine are stored, and what its answers think of their brands is not known yet."""


class OrderAnalysed(Event):
    """An order's rates on one engine and date are stored."""

    order_id: UUID
    date: dt.date
    engine: str


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


class StageFailed(Event):
    """A stage has failed for good; without an engine, it has for all engines; with an order, for that order alone."""

    stage: str
    keyword: str
    date: dt.date
    engine: str | None = None
    error: str
    # by the database's clock: who came later has an attempt of their own; None in messages from before it was told
    failed_at: dt.datetime | None = None
    # what a client is told (`failures`); None in messages from before it was
    code: str | None = None
    order_id: UUID | None = None


class RefreshRequested(Event):
    """An admin wants the nightly refresh of a date fired.

    With `backdate` also for orders that began after it.
    """

    date: dt.date
    backdate: bool = False
