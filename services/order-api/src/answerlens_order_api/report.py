"""What one day's measurement of an order found, and what to know when reading it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from answerlens_common.failures import SENTENCES, Failure
from answerlens_order_api.cache.rates import DayRows
from answerlens_order_api.failing import ErrorCode, LastError, sentence
from answerlens_order_api.headline import Headline
from answerlens_order_api.legend import engine_notes, no_rate_notes, rules_notes
from answerlens_order_api.order_form import Brand
from answerlens_order_api.rate_view import Rates
from answerlens_order_api.views import Ordered

SANDBOX_NOTE = (
    "这些答案来自沙箱，不是真实的 AI 产品，数字不能用于任何判断。"
    " The answers came from the sandbox, not from real AI products: the figures mean nothing outside a test."
)
SURFACE_NOTES = {
    "browser": "答案取自各引擎的网页。 The answers were read from the engines' web pages.",
    "api": "答案取自各引擎的 API。 The answers came from the engines' APIs.",
    "service": "答案由外部抓取服务提供。 The answers came from an external scraping service.",
}

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


@dataclass(frozen=True)
class Version:
    """Which version of a day's report it is; `complete_at` is None while its sentiment is pending."""

    version: int
    created_at: dt.datetime
    complete_at: dt.datetime | None


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
    notes: list[str] = Field(
        description="what was known when the version was made; what has come of it since is in the list of versions"
    )


def report_of(rows: DayRows, surface: str, version: Version, *, sandbox: bool) -> Report:
    """The report of an ended day on a surface, from its rows and nothing else."""
    shown = [engine for engine in rows.engines if surface_of(engine) == surface]
    overall = next((row for row in rows.overall if row["surface"] == surface), None)
    withdrawn = None if rows.withdrawal is None else Withdrawn(**rows.withdrawal)
    headline = Headline.stored([*([] if overall is None else [overall]), *shown])
    return Report(
        order=_ordered(rows.order),
        keyword=rows.order["keyword"],
        brand=rows.order["brand"]["name"],
        competitors=[competitor["name"] for competitor in rows.order["competitors"]],
        date=rows.day["date"],
        status=rows.day["status"],
        **vars(version),
        withdrawn=withdrawn,
        surface=surface,
        surfaces=sorted(surfaces_of(rows)),
        sandbox=sandbox,
        source_note=SANDBOX_NOTE if sandbox else SURFACE_NOTES.get(surface, surface),
        engines={engine["engine"]: _rated_engine(engine) for engine in shown},
        overall=None if overall is None else Rated(**_rated(overall)),
        keyword_names_brand=headline.keyword_names_brand,
        headline=list(headline.rates),
        intents=rows.intents,
        notes=[
            *headline.notes(rows.order["keyword"], rows.order["brand"]["name"]),
            *_notes(rows, shown, overall["rates"] if overall is not None else {}, sandbox=sandbox),
        ],
    )


def surfaces_of(rows: DayRows) -> list[str]:
    """Every surface of a day, the one with the most engines first."""
    return [surface for surface, _ in Counter(map(surface_of, rows.engines)).most_common()]


def surface_of(engine: RowMapping) -> str:
    """The surface of an engine of a day."""
    return str(engine["surface"])


def pending(engines: Sequence[RowMapping]) -> list[str]:
    """The engines whose answers have not been judged yet."""
    return [engine["engine"] for engine in engines if engine["judged"] is False]


def figure_notes(engines: Mapping[str, Rates], overall: Rates, unjudged: Sequence[str]) -> Iterator[str]:
    """What is to be said of the figures themselves; it changes when sentiment is filled in.

    Args:
        engines: the rates of each engine.
        overall: those over all of them.
        unjudged: the engines whose answers have not all been judged.
    """
    if unjudged:
        yield (
            f"{'、'.join(unjudged)} 的答案对品牌的态度尚未判定，正面与负面占比暂缺或不全；其余数字不受影响。"
            f" What the answers of {', '.join(unjudged)} think of the brand is not known (yet), or not of all of them;"
            " all else stands."
        )
    yield from no_rate_notes([*engines.values(), overall])
    yield from engine_notes(overall, list(engines))


def _ordered(row: Mapping[str, Any]) -> Ordered:
    brands = [Brand.model_construct(**brand) for brand in (row["brand"], *row["competitors"])]
    return Ordered(**{**row, "brand": brands[0], "competitors": brands[1:]})


def _rated(row: RowMapping) -> dict[str, Any]:
    return {"rates": row["rates"] or {}, "degraded": bool(row["degraded"]), "versions": row["versions"] or {}}


def _rated_engine(row: RowMapping) -> RatedEngine:
    return RatedEngine(
        **_rated(row),
        status=row["status"],
        last_error=sentence(row["error_code"]),
        error_code=row["error_code"],
        sentiment_pending=row["judged"] is False,
    )


def _notes(rows: DayRows, engines: Sequence[RowMapping], overall: Rates, *, sandbox: bool) -> Iterator[str]:
    bank = rows.bank
    if sandbox:
        yield SANDBOX_NOTE
    if rows.withdrawal is not None:
        moment, reason = f"{rows.withdrawal['at']:%Y-%m-%d %H:%M} UTC", rows.withdrawal["reason"]
        yield f"该日的测量已于 {moment} 撤回，不计入任何数字：{reason} Withdrawn on {moment}: {reason}"
        return
    for engine in engines:
        name = engine["engine"]
        if engine["status"] == "failed":
            why = SENTENCES[Failure(engine["error_code"] or Failure.INTERNAL)]
            yield f"{name} 当日失败，未计入：{why.chinese} {name} failed on this day and is not counted: {why.english}"
        elif engine["degraded"]:
            yield (
                f"{name} 当日可用的答案过少，结果降级，不代表品牌不可见。"
                f" {name} was degraded: too few answers could be used, which says nothing about the brand."
            )
    yield from figure_notes({engine["engine"]: engine["rates"] or {} for engine in engines}, overall, pending(engines))
    for banks, since in sorted({chain for engine in engines for chain in _chains(engine["rates"] or {})}):
        shown = "→".join(map(str, banks))
        yield (
            f"题库已换版，同题口径（linked）只看新旧题库共有的题目，自 {since} 起经题库 {shown} 链接。"
            " The questions were renewed: `linked` follows those that each bank keeps of the one before,"
            f" chain-linked over banks {shown} since {since}."
        )
    yield from rules_notes(engine["rates"] or {} for engine in engines)
    if bank is not None and bank["stale"]:
        yield (
            f"题库未能更新，沿用 {bank['built_date']} 的题库。"
            f" The questions could not be renewed; those of {bank['built_date']} were used."
        )
    if bank is not None:
        yield from bank["notes"]


def _chains(rates: Rates) -> Iterator[tuple[tuple[int, ...], str]]:
    """The banks that linked rates run over, where they are several, and the first day."""
    for rate in rates.values():
        linked = rate.get("linked")
        if linked is not None and len(linked["banks"]) > 1:
            yield tuple(linked["banks"]), linked["since"]
