"""Reports as they are shown: one version of a day, the list of versions, and the series of days."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, Field

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_orders.measurements.failing import ErrorCode, LastError
from answerlens_orders.orders.views import Ordered
from answerlens_orders.reports.rate_view import ModelChange, Rates
from answerlens_orders.reports.why import Why

RATES_EXAMPLE = {
    "mention_rate": {"k": 61, "n": 200, "rate": 0.305, "low": 0.245, "high": 0.372, "method": "wilson"},
}
# named in the descriptions of every route that gives rates
LINKED_FIELD = (
    "`linked` is the rate like for like over the versions of the question bank: chain-linked over the questions that"
    " each bank keeps of the one before, with its own interval, the `banks` it runs over, its first day (`since`) and"
    " how many questions it rests on (`matched`; null while the first bank is asked, when it is the rate itself);"
    " over the `rules` by which answers are read, too: where they changed, the answers of the days `both_rules_on` were"
    " analysed by both; `anew` is `rules_changed` where no such answers were kept and the series begins again"
)


class Rated(BaseModel):
    """The rates over all engines of the report's surface."""

    rates: Rates = Field(
        description="by name: k of n, the rate with its 95 % interval from low to high, how it was computed, its"
        " verdict (up, down, within_noise, too_few or null), its `change` since the newest day it can be compared with;"
        " `pooled_change`, week against week; for a cluster its rate `pooled` over the `days` it names, up to 7, with"
        " its own k of n; where there is no rate, null and the `reason`: without competitors there is no first"
        " mention, top 3, position or share of voice;"
        f" {LINKED_FIELD}",
        examples=[RATES_EXAMPLE],
    )
    degraded: bool = Field(description="too few of the answers could be used; read the rates with care")
    versions: dict[str, Any] = Field(description="of the bank, the matcher, the model, … behind the rates")


class RatedEngine(Rated):
    """An engine's rates; empty when it failed."""

    status: str = Field(description="pending, analysed, failed or cancelled", examples=["analysed"])
    last_error: LastError
    error_code: ErrorCode
    sentiment_pending: bool = Field(
        default=False, description="what its answers think of the brand is not known, or not of all of them"
    )


class Withdrawn(BaseModel):
    """That, why, when and by whom a measurement was withdrawn: it has no rates any more."""

    reason: str
    admin: str
    at: dt.datetime


class QuestionSources(BaseModel):
    """How many of the source questions, which the questions were written from, people really asked."""

    asked: int = Field(description="by people: all but those that the language model proposed", examples=[80])
    of: int = Field(description="source questions in all", examples=[80])
    origins: dict[QuestionOrigin, int] = Field(
        description="how many come from where; `model`: proposed by the language model (synthetic)",
        examples=[{"zhihu_page": 80}],
    )


class Report(BaseModel):
    """One version of the report of one day of an order on one surface: figures of surfaces are never mixed.

    It is a document: made when the measurement ended, kept as it was served, and not changed by what comes later.
    """

    order: Ordered = Field(description="as it was then: with every name that was looked for")
    keyword: str
    brand: str = Field(examples=["索尼"])
    competitors: list[str] = Field(description="the set that shares and positions are among", examples=[["Bose"]])
    date: dt.date
    status: str = Field(description="completed, failed or withdrawn", examples=["completed"])
    version: int = Field(description="1 is what the measurement found; later ones say what changed", examples=[1])
    created_at: dt.datetime
    complete_at: dt.datetime | None = Field(
        description="since when nothing is filled in any more; null while the sentiment is pending"
    )
    withdrawn: Withdrawn | None
    surface: str = Field(description="browser, api or service", examples=["browser"])
    surfaces: list[str] = Field(description="every surface of the day; choose with ?surface=")
    sandbox: bool = Field(description="the answers came from the sandbox")
    source_note: str
    engines: dict[str, RatedEngine]
    overall: Rated | None
    keyword_names_brand: bool = Field(
        description="the keyword itself names the brand, and so does nearly every answer: no rate of mentions has a"
        " verdict"
    )
    headline: list[str] = Field(
        description="the names of the rates to lead with; `notes` say why where that is not the mention rate",
        examples=[["mention_rate"]],
    )
    intents: dict[int, str] = Field(description="of each cluster", examples=[{"0": "品牌与产品推荐"}])
    question_sources: QuestionSources | None = Field(
        default=None, description="null for questions from before this was kept, and without a bank"
    )
    notes: list[str] = Field(
        description="what was known when the version was made; what has come of it since is in the list of versions"
    )


class Change(BaseModel):
    """One field that differs from the version before."""

    field: str = Field(examples=["overall.rates.mention_rate"])
    was: Any = Field(description="of a rate only the parts that differ", examples=[{"k": 61, "rate": 0.305}])
    is_: Any = Field(alias="is", examples=[{"k": 77, "rate": 0.385}])
    why: str


class VersionView(BaseModel):
    """A version of a day's report, what changed with it, and what is to be said of it since."""

    date: dt.date
    version: int
    status: str = Field(description="completed, failed or withdrawn", examples=["completed"])
    surfaces: list[str]
    why: Why
    cause: dt.date | None = Field(description="the other day that was measured or withdrawn, where it is another")
    created_at: dt.datetime
    complete_at: dt.datetime | None = Field(description="since when nothing is filled in; null: sentiment is pending")
    changes: list[Change] = Field(description="against the version before; none for the first")
    notes: list[str] = Field(description="what has come of it since: the version itself does not change")


class SeriesRates(BaseModel):
    """An engine's rates, or those over all engines of a surface (`overall`)."""

    engine: str
    surface: str
    model_change: ModelChange | None = Field(
        default=None, description="another model has answered than before: figures may have moved for that alone"
    )
    rates: Rates = Field(description=f"as in the report; {LINKED_FIELD}")
    degraded: bool


class SeriesDay(BaseModel):
    """One day of the series."""

    date: dt.date
    status: str
    is_cached: bool
    last_error: LastError
    error_code: ErrorCode
    completed_at: dt.datetime | None
    version: int | None = Field(description="of the day's report that the rates are of; null before there is one")
    rates: list[SeriesRates]
