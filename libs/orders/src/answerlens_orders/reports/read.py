"""Which version of a report a client is given, and what is to be said of versions since they were made."""

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from answerlens_common.contracts.statuses import MeasurementStatus, ReportStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import ConflictError, FieldFault, NotFoundError, RefusedError, RequestError, TooEarlyError
from answerlens_orders.accounts.store import User
from answerlens_orders.orders.read import check_sees
from answerlens_orders.orders.views import day_shown
from answerlens_orders.paging import Page, after, cursor_of
from answerlens_orders.reports import store
from answerlens_orders.reports.store import ListedVersion, SeriesRow
from answerlens_orders.reports.versions import Reports
from answerlens_orders.reports.views import SeriesDay, VersionView
from answerlens_orders.reports.why import Why
from answerlens_orders.settings import OrdersSettings

VersionNumber = Annotated[int, Field(ge=1, lt=2**31)]
IN_WORK = frozenset({MeasurementStatus.QUEUED, MeasurementStatus.RUNNING})


@dataclass(frozen=True)
class ReportQuery:
    """A report: of a date, a version, a surface; the newest date and version and the main surface by default."""

    date: dt.date | None
    version: int | None
    surface: str | None


@dataclass(frozen=True)
class Read:
    """A version as it is stored: `body` is JSON, to the byte the same whenever it is read."""

    date: dt.date
    version: int
    body: str


async def read(tx: Transaction, settings: OrdersSettings, order_id: UUID, wanted: ReportQuery) -> Read:
    """A version of a report.

    Raises:
        NotFoundError: no such day or version.
        RefusedError: no such surface.
        TooEarlyError: the day has not ended, so no version has been made of it.
        ConflictError: the day was cancelled, so no version will be made of it.
    """
    day = await store.day(tx, order_id, wanted.date)
    if day is None:
        listed = f"GET /api/orders/{order_id}/measurements lists the days"
        detail = f"the order was not measured on {wanted.date}; {listed}"
        raise NotFoundError(detail)
    if not day.report_version:
        await reports_of(settings).file(tx, order_id, day.date)
        day = await store.day(tx, order_id, day.date) or day
    if not day.report_version:
        raise await too_early(tx, settings, order_id, day.date, day.status)
    version = wanted.version or day.report_version
    found = await store.body(tx, order_id, day.date, version, wanted.surface)
    if found is None:
        listed = f"GET /api/orders/{order_id}/report/versions?date={day.date} lists them"
        detail = f"the report of {day.date} has no version {version}, the newest is {day.report_version}; {listed}"
        raise NotFoundError(detail)
    if found.body is None:
        measured = ", ".join(sorted(found.surfaces))
        detail = "there is no such surface in this report"
        raise RefusedError(detail, FieldFault("surface", f"the order was measured on {measured}"))
    return Read(day.date, version, found.body)


def reports_of(settings: OrdersSettings) -> Reports:
    """What writes the reports of this installation."""
    return Reports(sandbox=bool(settings.sandbox.url))


async def too_early(
    tx: Transaction, settings: OrdersSettings, order_id: UUID, date: dt.date, status: str
) -> RequestError:
    """What to raise for a day that has not ended: how far it is, and where its end is told."""
    if status == MeasurementStatus.CANCELLED:
        return ConflictError(
            f"the measurement of {date} was cancelled before it ended; POST /api/orders places a new order, and"
            f" GET /api/orders/{order_id}/measurements lists the days that have a report"
        )
    shown = await day_shown(tx, settings, order_id, date)
    far = "" if shown is None else f" ({shown.progress or 0} %, stage {shown.stage}: {shown.done} of {shown.total})"
    watch = f"watch GET /api/orders/{order_id}/events?date={date} until it ends, then ask again"
    return TooEarlyError(f"the measurement of {date} has not ended yet{far}; {watch}")


async def list_versions(
    db: Database,
    settings: OrdersSettings,
    user: User,
    order_id: UUID,
    *,
    date: dt.date | None,
    limit: int,
    cursor: str | None,
) -> str:
    """One page of the versions of an order's reports, of a date or of all, newest first: JSON of a `Page[VersionView]`.

    Raises:
        BadCursorError: the cursor is not one of this list.
        NotFoundError: there is no such order, as far as this user may know.
    """
    of = f"versions {order_id} {date}"
    before = after(cursor, of, tuple[dt.date, VersionNumber])
    await check_sees(db, user, order_id)
    async with db.transaction() as tx:
        await reports_of(settings).file(tx, order_id, date)
        rows = await store.page(tx, order_id, date, before, limit + 1)
    last = (rows[limit - 1].date, rows[limit - 1].version) if len(rows) > limit else None
    return await _page(lambda: [version_view(row) for row in rows[:limit]], cursor_of(of, last) if last else None)


async def list_days(
    db: Database, settings: OrdersSettings, user: User, order_id: UUID, *, limit: int, cursor: str | None
) -> str:
    """One page of an order's days with the rates of their newest reports, newest first: JSON of a `Page[SeriesDay]`.

    Raises:
        BadCursorError: the cursor is not one of this list.
        NotFoundError: there is no such order, as far as this user may know.
    """
    of = f"measurements {order_id}"
    (before,) = after(cursor, of, tuple[dt.date]) or (None,)
    await check_sees(db, user, order_id)
    async with db.transaction() as tx:
        await reports_of(settings).file(tx, order_id)
        rows = await store.days(tx, order_id, before, limit + 1)
    last = (rows[limit - 1].date,) if len(rows) > limit else None
    return await _page(lambda: [_series_day(row) for row in rows[:limit]], cursor_of(of, last) if last else None)


async def _page(items: Callable[[], Sequence[BaseModel]], following: str | None) -> str:
    """A page whose items are made, and written, beside the event loop: of a year's reports that is half a second."""

    def written() -> str:
        return Page(items=items(), next=following).model_dump_json(by_alias=True)

    return await asyncio.to_thread(written)


def _series_day(row: SeriesRow) -> SeriesDay:
    fields = {**vars(row), "version": row.report_version or None, "rates": rates_of(row.bodies)}
    return SeriesDay.model_validate(fields)


def version_view(row: ListedVersion) -> VersionView:
    """A version as it is shown."""
    fields = {name: value for name, value in vars(row).items() if name in VersionView.model_fields}
    return VersionView.model_validate({**fields, "changes": json.loads(row.changes), "notes": list(_since(row))})


def _since(row: ListedVersion) -> Iterator[str]:
    date = row.date
    version = row.version
    newest = row.newest
    if row.day_status == MeasurementStatus.WITHDRAWN and row.status != ReportStatus.WITHDRAWN:
        yield f"该测量已撤回，见版本 {newest}。 The measurement was withdrawn since: see version {newest}."
    elif version < newest:
        yield f"已有更新的版本 {newest}。 Version {newest} is newer."
    if version == newest and row.day_status in IN_WORK:
        yield f"新版本正在生成。 A newer version is being worked on. {Why(row.work_why).sentence(None)}"
    if not row.answers_kept:
        yield (
            f"{date} 的答案已按保留期删除，无法再展示原文或重新分析。"
            f" The answers of {date} have been dropped after their time: they can be neither shown nor analysed again."
        )
    if not row.bank_kept:
        yield f"{date} 的题库已删除。 The questions of {date} have been dropped after their time."
    if row.failed_since is not None:
        failed = row.failed_since
        yield f"{failed} 的测量失败，此为较早的结果。 The measurement of {failed} failed; this is an earlier one."


def rates_of(bodies: str | None) -> Sequence[dict[str, Any]]:
    """The rates in a version's bodies, which are JSON, by surface and engine, `overall` among them."""
    found = []
    for surface, body in sorted(json.loads(bodies or "{}").items()):
        parts = {**body["engines"], "overall": body["overall"]}
        found += [
            {
                "engine": name,
                "surface": surface,
                "rates": part["rates"],
                "degraded": part["degraded"],
                "model_change": part.get("versions", {}).get("model_change"),
            }
            for name, part in sorted(parts.items())
            if part is not None and part["rates"]
        ]
    return found
