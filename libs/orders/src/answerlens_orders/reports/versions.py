"""How the report of a day comes to be a document: a version when its measurement ends, another when something changes.

Called in the transaction that ends a measurement, with the measurement's row locked: either both are stored or neither.
A version that equals the one before is not stored. Only pending sentiment is filled in, once and in place.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from answerlens_common.contracts.statuses import ReportStatus
from answerlens_common.db.database import Transaction
from answerlens_orders.reports import store
from answerlens_orders.reports.day import DayRows, rows_of_day
from answerlens_orders.reports.differences import differences
from answerlens_orders.reports.report import Version, figure_notes, pending, report_of, surfaces_of
from answerlens_orders.reports.why import Why
from answerlens_rates.definitions import SENTIMENT_RATES

Bodies = Mapping[str, dict[str, Any]]

MOST_VERSIONS: Final = 20
ENDED: Final = frozenset(ReportStatus)
SENTIMENT_VERSION: Final = "sentiment_models"


@dataclass(frozen=True)
class Reports:
    """Writes reports; `sandbox`: whether the answers of this installation come from the sandbox."""

    sandbox: bool

    async def ended(self, tx: Transaction, order_ids: Sequence[UUID], date: dt.date) -> None:
        """These measurements of a date have ended: their reports, and those of later days that are compared with it."""
        whys = await store.why_measured(tx, order_ids, date)
        for order_id, why in whys.items():
            await self.write(tx, order_id, date, Why(why))
        for order_id, later in await store.lock_later(tx, order_ids, date):
            await self.write(tx, order_id, later, Why(whys[order_id]), cause=date)

    async def compared(self, tx: Transaction, order_id: UUID, date: dt.date) -> None:
        """The days after one that was withdrawn have been compared anew."""
        for _, later in await store.lock_later(tx, [order_id], date):
            await self.write(tx, order_id, later, Why.WITHDRAWN, cause=date)

    async def file(self, tx: Transaction, order_id: UUID, date: dt.date | None = None) -> None:
        """Make the reports that an order's ended days, or one of them, still lack: those from before there were any."""
        for unreported in await store.lock_unreported(tx, order_id, date):
            await self.write(tx, order_id, unreported, Why.UPGRADED)

    async def write(
        self, tx: Transaction, order_id: UUID, date: dt.date, why: Why, *, cause: dt.date | None = None
    ) -> None:
        """Store how a day that has ended stands as the next version of its report, if it differs from the newest."""
        before = await store.newest(tx, order_id, date)
        rows = await rows_of_day(tx, order_id, date)
        was: Bodies = before.bodies if before is not None else {}
        rows = _with_what_is_known(rows, was, keep_names=cause is not None or why is Why.WITHDRAWN)
        now: dt.datetime = await tx.value("SELECT clock_timestamp()")
        number = before.version + 1 if before is not None else 1
        version = Version(number, now, None if pending(rows.engines) else now)
        texts = {surface: self._text(rows, surface, version) for surface in surfaces_of(rows)}
        found = differences(was, {surface: json.loads(text) for surface, text in texts.items()})
        if not found:
            return
        changes = [
            {"field": _field(one.field, texts), "was": one.was, "is": one.now, "why": why.sentence(cause)}
            for one in found
        ]
        await store.add(
            tx,
            order_id,
            date,
            version=number,
            status=rows.day.status,
            why=why,
            cause=cause,
            bodies=_joined(texts),
            changes=changes if before is not None else [],
            created_at=now,
            complete_at=version.complete_at,
        )

    async def fill(self, tx: Transaction, order_id: UUID, date: dt.date) -> None:
        """Fill in the sentiment that the newest version lacks, once all of it is known; nothing else changes.

        Nothing to do while the day is in work: it has a version of its own when that ends.
        """
        before = await store.newest(tx, order_id, date)
        if before is None or before.complete_at is not None:
            return
        rows = await rows_of_day(tx, order_id, date)
        if rows.day.status not in ENDED or pending(rows.engines):
            return
        now: dt.datetime = await tx.value("SELECT clock_timestamp()")
        version = Version(before.version, before.created_at, now)
        texts = {
            surface: json.dumps(
                filled(body, json.loads(self._text(rows, surface, version))), ensure_ascii=False, separators=(",", ":")
            )
            for surface, body in before.bodies.items()
        }
        await store.complete(tx, order_id, date, before.version, _joined(texts), now)

    def _text(self, rows: DayRows, surface: str, version: Version) -> str:
        return report_of(rows, surface, version, sandbox=self.sandbox).model_dump_json()


def filled(body: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """A stored body with the sentiment of a fresh one, and what is to be said of its figures then."""
    complete = {
        **body,
        "complete_at": fresh["complete_at"],
        "engines": {
            name: {**_judged(part, fresh["engines"].get(name)), "sentiment_pending": False}
            for name, part in body["engines"].items()
        },
        "overall": body["overall"] and _judged(body["overall"], fresh["overall"]),
    }
    said = _figure_notes(body)
    begin = min((body["notes"].index(note) for note in said if note in body["notes"]), default=len(body["notes"]))
    complete["notes"] = [
        *body["notes"][:begin],
        *_figure_notes(complete),
        *(note for note in body["notes"][begin:] if note not in said),
    ]
    return complete


def _figure_notes(body: Mapping[str, Any]) -> list[str]:
    engines = body["engines"]
    unjudged = [name for name, part in engines.items() if part["sentiment_pending"]]
    overall = body["overall"]["rates"] if body["overall"] else {}
    return list(figure_notes({name: part["rates"] for name, part in engines.items()}, overall, unjudged))


def _judged(part: dict[str, Any], fresh: Mapping[str, Any] | None) -> dict[str, Any]:
    if fresh is None:
        return part
    known = {name: fresh["rates"][name] for name in SENTIMENT_RATES if name in fresh["rates"]}
    models = {name: fresh["versions"][name] for name in [SENTIMENT_VERSION] if name in fresh["versions"]}
    return {**part, "rates": part["rates"] | known, "versions": part["versions"] | models}


def _with_what_is_known(rows: DayRows, was: Bodies, *, keep_names: bool) -> DayRows:
    """A day's rows with what only its newest version still knows.

    The names that were looked for, when the day itself was not analysed again: its client may have changed them since.
    The intents, when the questions have been dropped.
    """
    body = next(iter(was.values()), None)
    if body is None:
        return rows
    if not rows.intents:
        rows = replace(rows, intents=body["intents"])
    if keep_names:
        ordered = body["order"]
        order = replace(rows.order, brand=ordered["brand"], competitors=ordered["competitors"])
        rows = replace(rows, order=order)
    return rows


def _field(path: str, texts: Mapping[str, str]) -> str:
    """The surface is told apart only where there are several."""
    return path if len(texts) > 1 else path.partition(".")[2] or path


def _joined(texts: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{json.dumps(surface)}:{text}" for surface, text in texts.items()) + "}"
