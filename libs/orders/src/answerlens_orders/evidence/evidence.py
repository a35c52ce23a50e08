"""From a rate to the answers, and the characters in them, that made it."""

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from answerlens_common.contracts.statuses import AnswerStatus, MeasurementStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import FieldFault, NotFoundError, RefusedError
from answerlens_common.text.links import Owners
from answerlens_orders.evidence import store
from answerlens_orders.evidence.store import EngineOutcomes, Key, StoredAnswer, StoredRates
from answerlens_orders.evidence.views import AnswerLink, Counted, Evidence, EvidenceAnswer, Named, RateBehind
from answerlens_orders.orders.views import OrderView
from answerlens_orders.paging import cursor_of
from answerlens_orders.reports import day as days
from answerlens_orders.reports.day import DayRow
from answerlens_rates.definitions import OVERALL, RATES, is_rate, parts_of
from answerlens_rates.outcomes import Outcome, Outcomes

DROPPED_NOTE = (
    "{date} 的答案已按保留期删除，只剩每题的结果，无法再展示原文或重新分析。"
    " The answers of {date} have been dropped after their time: what became of each question is kept, the texts and"
    " links are not, and cannot be analysed again."
)
OFFSETS_NOTE = "当时未保存提及位置。 Where the brand is named was not kept when this day was analysed."
WITHDRAWN_NOTE = "该日的测量已撤回。 The measurement of this day was withdrawn: no number has evidence in it."
RUNNING_NOTE = "该日仍在测量或重新分析。 This day is still being measured, or analysed again."


class EvidenceQuery(NamedTuple):
    """Which answers: of a day (the newest by default), an engine, a cluster, behind a rate; after a key, so many."""

    date: dt.date | None
    engine: str | None
    rate: str | None
    cluster: int | None
    after: Key | None
    limit: int


class _Row(NamedTuple):
    """An answer as it was stored for the order.

    Attributes:
        parts: What it adds to the rate that is asked for.
        status: None in outcomes stored before it was kept.
        mentions: Start, end, and 0 for the brand or n for the n-th competitor; None when they were not kept yet.
    """

    engine: str
    surface: str
    competitors: list[str]
    outcome: Outcome
    parts: tuple[float, float] | None
    status: str | None
    mentions: list[tuple[int, int, int]] | None

    @property
    def key(self) -> Key:
        return self.engine, self.outcome.question_id, self.outcome.replicate


class _Found(NamedTuple):
    """What is stored of a page: every row that the filters leave, those shown, and what is kept of their answers."""

    day: DayRow
    rows: list[_Row]
    shown: list[_Row]
    has_more: bool
    answers: Mapping[Key, StoredAnswer]
    are_kept: bool
    behind: Sequence[StoredRates]


async def evidence_of(db: Database, order: OrderView, wanted: EvidenceQuery) -> Evidence:
    """One page of the answers behind a rate.

    Raises:
        NotFoundError: no such day.
        RefusedError: no such rate, or no such engine on the day.
    """
    async with db.transaction() as tx:
        found = await _find(tx, order, wanted)
    # a page has thousands of addresses, and taking them apart would hold other requests up
    return await asyncio.to_thread(_shown, found, order, wanted.rate)


async def _find(tx: Transaction, order: OrderView, wanted: EvidenceQuery) -> _Found:
    _refuse_unknown(wanted.rate)
    day = await days.day(tx, order.id, wanted.date)
    if day is None:
        detail = f"the order was not measured on {wanted.date}"
        raise NotFoundError(detail)
    date = day.date
    stored = await store.outcomes(tx, order.id, date)
    engines = [row.engine for row in stored]
    if wanted.engine is not None and wanted.engine not in engines:
        detail = "there is no such engine on this day"
        raise RefusedError(detail, FieldFault("engine", f"there are rates of {', '.join(engines) or 'no engine yet'}"))
    rows = sorted(_rows(stored, wanted), key=lambda row: row.key)
    left = [row for row in rows if wanted.after is None or row.key > wanted.after]
    shown = left[: wanted.limit]
    answers = await store.answers(tx, order.id, order.keyword, date, [row.key for row in shown])
    kept = await store.are_kept(tx, order.keyword, date, engines)
    behind = [row for row in await store.rates(tx, order.id, date) if wanted.engine in {None, row.engine}]
    return _Found(day, rows, shown, len(left) > len(shown), answers, kept, behind)


def _shown(found: _Found, order: OrderView, rate: str | None) -> Evidence:
    owners = Owners(order.brand.domains, [domain for rival in order.competitors for domain in rival.domains])
    return Evidence(
        items=[_answer(row, found.answers[row.key], order, owners) for row in found.shown],
        next=cursor_of(list_of(order.id), found.shown[-1].key) if found.has_more else None,
        date=found.day.date,
        rate=rate,
        rates=[_rate(row, rate, found.rows) for row in found.behind],
        answers_kept=found.are_kept,
        notes=list(_notes(found.day, found.rows, kept=found.are_kept)),
    )


def list_of(order_id: UUID) -> str:
    """The list that cursors of an order's evidence belong to."""
    return f"evidence {order_id}"


def _refuse_unknown(rate: str | None) -> None:
    if rate is not None and not is_rate(rate):
        detail = "there is no such rate"
        raise RefusedError(detail, FieldFault("rate", f"is not one of {', '.join(RATES)}, …"))


def _rows(stored: Sequence[EngineOutcomes], wanted: EvidenceQuery) -> Iterator[_Row]:
    for outcomes in stored:
        if wanted.engine in {None, outcomes.engine}:
            rows = _rows_of(outcomes, wanted.rate)
            yield from (row for row in rows if wanted.cluster in {None, row.outcome.cluster_id})


def _rows_of(row: EngineOutcomes, rate: str | None) -> Iterator[_Row]:
    columns = row.outcomes
    outcomes = list(Outcome.rows_of(columns))
    nothing = [None] * len(outcomes)
    parts = None if rate is None else parts_of(rate, Outcomes.from_columns(columns))
    added = nothing if parts is None else zip(parts.numerator.tolist(), parts.denominator.tolist(), strict=True)
    kept = columns.get("status", nothing), columns.get("mentions", nothing)
    for outcome, adds, status, mentions in zip(outcomes, added, *kept, strict=True):
        if adds is None or adds[1] > 0:
            yield _Row(row.engine, columns["surface"], columns["competitors"], outcome, adds, status, mentions)


def _answer(row: _Row, answer: StoredAnswer, order: OrderView, owners: Owners) -> EvidenceAnswer:
    outcome, text = row.outcome, answer.answer_text
    numerator, denominator = row.parts or (None, None)
    return EvidenceAnswer(
        engine=row.engine,
        question_id=outcome.question_id,
        question=answer.question,
        cluster_id=outcome.cluster_id,
        intent=answer.intent,
        bank_version=answer.bank_version,
        anchor=answer.anchor,
        branded=outcome.branded,
        replicate=outcome.replicate,
        status=row.status or answer.status or (AnswerStatus.OK if outcome.ok else None),
        score=outcome.score,
        # older outcomes have one without competitors too
        position=outcome.position if row.competitors else None,
        numerator=numerator,
        denominator=denominator,
        text=text,
        mentions=_mentions(row, text, order.brand.name),
        links=None
        if text is None
        else [AnswerLink(**link, owner=owners.of(link["url"])) for link in answer.links or ()],
    )


def _mentions(row: _Row, text: str | None, brand: str) -> list[Named] | None:
    if row.mentions is None:
        return None
    names = [brand, *row.competitors]
    return [
        Named(brand=names[whom], start=start, end=end, text=None if text is None else text[start:end])
        for start, end, whom in row.mentions
    ]


def _rate(row: StoredRates, rate: str | None, left: Sequence[_Row]) -> RateBehind:
    shown = None if rate is None else row.rates.get(rate)
    counted = [each for each in left if each.surface == row.surface and row.engine in {each.engine, OVERALL}]
    parts = None if rate is None else [each.parts or (0, 0) for each in counted]
    return RateBehind(
        engine=row.engine,
        surface=row.surface,
        rate=shown,
        degraded=row.degraded,
        versions=row.versions,
        counted=Counted(
            answers=len(counted),
            numerator=None if parts is None else sum(numerator for numerator, _ in parts),
            denominator=None if parts is None else sum(denominator for _, denominator in parts),
        ),
    )


def _notes(day: DayRow, rows: Sequence[_Row], *, kept: bool) -> Iterator[str]:
    if day.status in {MeasurementStatus.QUEUED, MeasurementStatus.RUNNING}:
        yield RUNNING_NOTE
    if day.status == MeasurementStatus.WITHDRAWN:
        yield WITHDRAWN_NOTE
    if rows and not kept:
        yield DROPPED_NOTE.format(date=day.date)
    if any(row.mentions is None for row in rows):
        yield OFFSETS_NOTE
