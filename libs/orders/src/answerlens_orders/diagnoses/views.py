"""A diagnosis as its client reads it."""

import datetime as dt
from uuid import UUID

from pydantic import BaseModel, Field

from answerlens_common.contracts.statuses import AnswerStatus, DiagnosisStatus, SubjectStatus
from answerlens_orders.evidence.views import Named
from answerlens_orders.reports.rate_view import Rates, RateView


class BrandRates(BaseModel):
    """What an engine's answers say of one brand, among the others of the diagnosis."""

    brand: str
    rates: Rates
    head_to_head: dict[str, RateView | None] = Field(
        description="by the other brand: of the answers that name both, how many name this one first; null: none does"
    )
    degraded: bool = Field(description="too few of the answers could be used; read the rates with care")


class EngineResult(BaseModel):
    """What came of one engine; without brands when it has no rates."""

    engine: str
    status: SubjectStatus
    error_code: str | None
    brands: list[BrandRates]


class DiagnosisResult(BaseModel):
    """What a diagnosis has found."""

    partial: bool = Field(description="not every question was answered and analysed")
    answers: int = Field(description="how many were asked for")
    usable: int = Field(description="how many of them are ok")
    engines: list[EngineResult]


class DiagnosisView(BaseModel):
    """How a diagnosis stands."""

    execution_id: UUID
    task_type: str
    status: DiagnosisStatus
    progress: int | None = Field(description="in percent; null once it has failed or was cancelled")
    created_at: dt.datetime
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    result: DiagnosisResult | None = Field(description="null until it has ended, and when it was cancelled")
    error_message: str | None


class SourceLink(BaseModel):
    """A source of an answer: `cited` by it, or only listed beside it."""

    url: str
    title: str
    site: str
    cited: bool


class DiagnosisAnswer(BaseModel):
    """How one of the client's questions ended, and where its answer names whom."""

    engine: str
    number: int
    replicate: int
    question: str
    status: AnswerStatus
    text: str
    score: int | None
    links: list[SourceLink]
    mentions: list[Named] = Field(description="none before the answer was analysed")
