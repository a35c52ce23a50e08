"""What one day's measurement of an order found, and what to know when reading it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answerlens_common.contracts.statuses import AnswerStatus, EngineStatus
from answerlens_common.failures import SENTENCES, Failure
from answerlens_orders.brands.form import Brand
from answerlens_orders.measurements.failing import sentence
from answerlens_orders.orders.views import Ordered
from answerlens_orders.reports.day import DayRows, EngineRow, OrderRow, RatesRow
from answerlens_orders.reports.headline import Headline
from answerlens_orders.reports.legend import engine_notes, model_notes, no_rate_notes, rules_notes
from answerlens_orders.reports.question_origins import origin_notes, question_sources
from answerlens_orders.reports.rate_view import Rates
from answerlens_orders.reports.views import Rated, RatedEngine, Report, Withdrawn

SANDBOX_NOTE = (
    "这些答案来自沙箱，不是真实的 AI 产品，数字不能用于任何判断。"
    " The answers came from the sandbox, not from real AI products: the figures mean nothing outside a test."
)
SURFACE_NOTES = {
    "browser": "答案取自各引擎的网页。 The answers were read from the engines' web pages.",
    "api": "答案取自各引擎的 API。 The answers came from the engines' APIs.",
    "service": "答案由外部抓取服务提供。 The answers came from an external scraping service.",
}


@dataclass(frozen=True)
class Version:
    """Which version of a day's report it is; `complete_at` is None while its sentiment is pending."""

    version: int
    created_at: dt.datetime
    complete_at: dt.datetime | None


def report_of(rows: DayRows, surface: str, version: Version, *, sandbox: bool) -> Report:
    """The report of an ended day on a surface, from its rows and nothing else."""
    shown = [engine for engine in rows.engines if surface_of(engine) == surface]
    overall = next((row for row in rows.overall if row.surface == surface), None)
    withdrawn = None if rows.withdrawal is None else Withdrawn(**vars(rows.withdrawal))
    headline = Headline.stored([*([] if overall is None else [overall]), *shown])
    return Report(
        order=_ordered(rows.order),
        keyword=rows.order.keyword,
        brand=rows.order.brand["name"],
        competitors=[competitor["name"] for competitor in rows.order.competitors],
        date=rows.day.date,
        status=rows.day.status,
        **vars(version),
        withdrawn=withdrawn,
        surface=surface,
        surfaces=sorted(surfaces_of(rows)),
        sandbox=sandbox,
        source_note=SANDBOX_NOTE if sandbox else SURFACE_NOTES.get(surface, surface),
        engines={engine.engine: _rated_engine(engine) for engine in shown},
        overall=None if overall is None else Rated(**_rated(overall)),
        keyword_names_brand=headline.keyword_names_brand,
        headline=list(headline.rates),
        intents=rows.intents,
        question_sources=question_sources(rows.bank),
        notes=[
            *headline.notes(rows.order.keyword, rows.order.brand["name"]),
            *_notes(rows, shown, (overall.rates or {}) if overall is not None else {}, sandbox=sandbox),
        ],
    )


def surfaces_of(rows: DayRows) -> list[str]:
    """Every surface of a day, the one with the most engines first."""
    return [surface for surface, _ in Counter(map(surface_of, rows.engines)).most_common()]


def surface_of(engine: EngineRow) -> str:
    """The surface of an engine of a day."""
    return engine.surface


def pending(engines: Sequence[EngineRow]) -> list[str]:
    """The engines whose answers have not been judged yet."""
    return [engine.engine for engine in engines if engine.judged is False]


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


def _ordered(row: OrderRow) -> Ordered:
    brands = [Brand.model_construct(**brand) for brand in (row.brand, *row.competitors)]
    return Ordered(**{**vars(row), "brand": brands[0], "competitors": brands[1:]})


def _rated(row: RatesRow) -> dict[str, Any]:
    return {"rates": row.rates or {}, "degraded": bool(row.degraded), "versions": row.versions or {}}


def _rated_engine(row: EngineRow) -> RatedEngine:
    rated = _rated(row)
    if row.model_change is not None:
        rated["versions"] = {**rated["versions"], "model_change": row.model_change}
    return RatedEngine(
        **rated,
        status=row.status,
        last_error=sentence(row.error_code),
        error_code=row.error_code,
        sentiment_pending=row.judged is False,
    )


def _notes(rows: DayRows, engines: Sequence[EngineRow], overall: Rates, *, sandbox: bool) -> Iterator[str]:
    bank = rows.bank
    if sandbox:
        yield SANDBOX_NOTE
    if rows.withdrawal is not None:
        moment, reason = f"{rows.withdrawal.at:%Y-%m-%d %H:%M} UTC", rows.withdrawal.reason
        yield f"该日的测量已于 {moment} 撤回，不计入任何数字：{reason} Withdrawn on {moment}: {reason}"
        return
    for engine in engines:
        name = engine.engine
        if engine.status == EngineStatus.FAILED:
            why = SENTENCES[Failure(engine.error_code or Failure.INTERNAL)]
            yield f"{name} 当日失败，未计入：{why.chinese} {name} failed on this day and is not counted: {why.english}"
        elif not_asked := (engine.versions or {}).get(AnswerStatus.NOT_ASKED):
            yield (
                f"{name} 当日有 {not_asked} 题在规定时间内未能提问，结果降级；这些题不计入任何比率。"
                f" {name} was degraded: the time was over before {not_asked} questions could be asked; they count in no"
                " rate."
            )
        elif engine.degraded:
            yield (
                f"{name} 当日可用的答案过少，结果降级，不代表品牌不可见。"
                f" {name} was degraded: too few answers could be used, which says nothing about the brand."
            )
    yield from figure_notes({engine.engine: engine.rates or {} for engine in engines}, overall, pending(engines))
    for banks, since in sorted({chain for engine in engines for chain in _chains(engine.rates or {})}):
        shown = "→".join(map(str, banks))
        yield (
            f"题库已换版，同题口径（linked）只看新旧题库共有的题目，自 {since} 起经题库 {shown} 链接。"
            " The questions were renewed: `linked` follows those that each bank keeps of the one before,"
            f" chain-linked over banks {shown} since {since}."
        )
    yield from model_notes({engine.engine: engine.model_change for engine in engines})
    yield from rules_notes(engine.rates or {} for engine in engines)
    if bank is not None and bank.stale:
        yield (
            f"题库未能更新，沿用 {bank.built_date} 的题库。"
            f" The questions could not be renewed; those of {bank.built_date} were used."
        )
    if bank is not None:
        yield from bank.notes
        yield from origin_notes(question_sources(bank))


def _chains(rates: Rates) -> Iterator[tuple[tuple[int, ...], str]]:
    """The banks that linked rates run over, where they are several, and the first day."""
    for rate in rates.values():
        linked = rate.get("linked")
        if linked is not None and len(linked["banks"]) > 1:
            yield tuple(linked["banks"]), linked["since"]
