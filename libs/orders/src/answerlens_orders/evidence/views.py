"""The answers behind a number, and days that are analysed again, as they are shown."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

from answerlens_orders.orders.views import OrderView
from answerlens_orders.paging import Page
from answerlens_orders.reports.rate_view import RateView


class Named(BaseModel):
    """Where an answer names a brand: code points `start` to `end` (exclusive) of its text."""

    brand: str = Field(examples=["索尼"])
    start: int = Field(examples=[12])
    end: int = Field(examples=[16])
    text: str | None = Field(description="as it stands in the answer; null once that has been dropped")


class AnswerLink(BaseModel):
    """A link of an answer."""

    url: str
    title: str
    position: int
    cited: bool = Field(description="the answer cites it; otherwise the engine only lists it")
    owner: Literal["own", "competitor", "other"]


class EvidenceAnswer(BaseModel):
    """One answer, and what it adds to the rate."""

    engine: str
    question_id: str
    question: str | None
    cluster_id: int
    intent: str | None = Field(description="of the cluster; null once the question is in no bank that is kept")
    bank_version: int | None = Field(description="of the bank that was asked; GET /api/keywords/…/questions has it")
    anchor: bool | None = Field(description="kept from the bank before; null once its bank has been dropped")
    branded: bool = Field(description="the question names a brand of the order")
    replicate: int
    status: str | None = Field(description="ok, failed, refused, captcha, login_required, empty or not_asked")
    score: int | None
    position: int | None = Field(
        description="the brand's rank among its competitors; null when it is not named, or has none"
    )
    numerator: float | None = Field(description="what the answer adds to the rate; null when no rate was asked for")
    denominator: float | None
    text: str | None = Field(description="null once the answer has been dropped")
    mentions: list[Named] | None
    links: list[AnswerLink] | None


class Counted(BaseModel):
    """What the answers that the filters leave add up to, on all pages together."""

    answers: int = Field(examples=[25])
    numerator: float | None = Field(description="null when no rate was asked for", examples=[3])
    denominator: float | None = Field(examples=[25])


class RateBehind(BaseModel):
    """The rate as it is reported, what it was made with, and what the filters leave of it."""

    engine: str = Field(description="an engine, or overall")
    surface: str
    rate: RateView | None = Field(description="of the whole day, whatever the filters")
    counted: Counted
    degraded: bool
    versions: dict[str, Any] = Field(
        description="of the bank, the matcher, the engine's profile, the model, the rubric"
    )


class Evidence(Page[EvidenceAnswer]):
    """The answers behind a rate of a day, by engine and question."""

    date: dt.date
    rate: str | None
    rates: list[RateBehind]
    answers_kept: bool
    notes: list[str]


class DayAgain(BaseModel):
    """A day that is analysed again."""

    date: dt.date
    engines: list[str] = Field(examples=[["chat-a", "chat-b"]])


class DayLeft(DayAgain):
    """A day that keeps its rates as they are, with the names of then."""

    reason: str


class ReanalysisView(BaseModel):
    """What is analysed again, and what could not be."""

    order: OrderView
    days: list[DayAgain] = Field(
        description="running until their new rates are there; GET /api/orders/{id}/events?date= follows a day"
    )
    not_recomputed: list[DayLeft]
