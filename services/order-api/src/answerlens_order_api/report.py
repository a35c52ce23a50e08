"""What one day's measurement of an order found, and what to know when reading it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from answerlens_common.db.database import Transaction
from answerlens_common.failures import SENTENCES, Failure
from answerlens_order_api.cache import rates
from answerlens_order_api.failing import ErrorCode, LastError, sentence
from answerlens_order_api.legend import engine_notes, no_rate_notes, rules_notes
from answerlens_order_api.problems import FieldError, ProblemError
from answerlens_order_api.rate_view import Rates
from answerlens_order_api.views import OrderView

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


class Report(BaseModel):
    """One day of an order on one surface: figures of different surfaces are never mixed."""

    order: OrderView
    keyword: str
    brand: str = Field(examples=["索尼"])
    competitors: list[str] = Field(description="the set that shares and positions are among", examples=[["Bose"]])
    date: dt.date
    status: str = Field(examples=["completed"])
    surface: str = Field(description="browser, api or service", examples=["browser"])
    surfaces: list[str] = Field(description="every surface of the day; choose with ?surface=")
    sandbox: bool = Field(description="the answers came from the sandbox")
    source_note: str
    engines: dict[str, RatedEngine]
    overall: Rated | None
    intents: dict[int, str] = Field(
        description="of each cluster, while its bank is kept", examples=[{"0": "品牌与产品推荐"}]
    )
    notes: list[str]


async def report_of(
    tx: Transaction, order: OrderView, date: dt.date | None, surface: str | None, *, sandbox: bool
) -> Report:
    """The report of a date; without one of the newest day that was measured.

    Raises:
        ProblemError: no such day or surface, or the day's measurement has not ended.
    """
    day = await rates.day(tx, order.id, date)
    if day is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"the order was not measured on {date}")
    if day["status"] not in {"completed", "failed"}:
        raise ProblemError(HTTPStatus.CONFLICT, _too_early(order, day))
    engines = await rates.engines(tx, order.id, day["date"])
    surfaces = Counter(str(engine["surface"]) for engine in engines)
    shown = surface or surfaces.most_common(1)[0][0]
    if shown not in surfaces:
        wrong = FieldError(field="surface", message=f"the order was measured on {', '.join(sorted(surfaces))}")
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "there is no such surface in this report", [wrong])
    overall = {row["surface"]: row for row in await rates.overall(tx, order.id, day["date"])}
    bank = await rates.bank_of_day(tx, order.keyword, day["date"])
    of_surface = [engine for engine in engines if engine["surface"] == shown]
    over_all = overall[shown]["rates"] if shown in overall else {}
    return Report(
        order=order,
        keyword=order.keyword,
        brand=order.brand.name,
        competitors=[competitor.name for competitor in order.competitors],
        date=day["date"],
        status=day["status"],
        surface=shown,
        surfaces=sorted(surfaces),
        sandbox=sandbox,
        source_note=SANDBOX_NOTE if sandbox else SURFACE_NOTES.get(shown, shown),
        engines={engine["engine"]: _rated_engine(engine) for engine in of_surface},
        overall=Rated(**_rated(overall[shown])) if shown in overall else None,
        intents=(bank["intents"] if bank is not None else None) or {},
        notes=list(_notes(order, day, of_surface, over_all, bank, sandbox=sandbox)),
    )


def _too_early(order: OrderView, day: RowMapping) -> str:
    if day["status"] == "cancelled":
        return f"the measurement of {day['date']} was cancelled before it ended; place a new order"
    watch = f"watch GET /api/orders/{order.id}/events until it says completed, then ask again"
    percent = next((shown.progress for shown in order.measurements if shown.date == day["date"]), 0)
    return f"the measurement of {day['date']} has not ended yet ({percent} %); {watch}"


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


def _notes(
    order: OrderView,
    day: RowMapping,
    engines: Sequence[RowMapping],
    overall: Rates,
    bank: RowMapping | None,
    *,
    sandbox: bool,
) -> Iterator[str]:
    if sandbox:
        yield SANDBOX_NOTE
    newest = order.measurements[-1]
    if newest.date > day["date"] and newest.status == "failed":
        failed = newest.date
        yield f"{failed} 的测量失败，此为较早的结果。 The measurement of {failed} failed; this is an earlier one."
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
    unjudged = [engine["engine"] for engine in engines if engine["judged"] is False]
    if unjudged:
        yield (
            f"{'、'.join(unjudged)} 的答案对品牌的态度尚未判定，正面与负面占比暂缺或不全；其余数字不受影响。"
            f" What the answers of {', '.join(unjudged)} think of the brand is not known (yet), or not of all of them;"
            " all else stands."
        )
    yield from no_rate_notes([*(engine["rates"] or {} for engine in engines), overall])
    yield from engine_notes(overall, [engine["engine"] for engine in engines])
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
