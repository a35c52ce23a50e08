"""Which version of a report a client is given, and what is to be said of versions since they were made."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from answerlens_common.db.database import Transaction
from answerlens_common.errors import ConflictError, FieldFault, NotFoundError, RefusedError, RequestError, TooEarlyError
from answerlens_order_api.cache import versions
from answerlens_order_api.settings import OrderApiSettings
from answerlens_order_api.versions import Reports, Why
from answerlens_order_api.views import day_shown

IN_WORK = frozenset({"queued", "running"})


@dataclass(frozen=True)
class Wanted:
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


async def read(tx: Transaction, settings: OrderApiSettings, order_id: UUID, wanted: Wanted) -> Read:
    """A version of a report.

    Raises:
        NotFoundError: no such day or version.
        RefusedError: no such surface.
        TooEarlyError: the day has not ended, so no version has been made of it.
        ConflictError: the day was cancelled, so no version will be made of it.
    """
    day = await versions.day(tx, order_id, wanted.date)
    if day is None:
        listed = f"GET /api/orders/{order_id}/measurements lists the days"
        detail = f"the order was not measured on {wanted.date}; {listed}"
        raise NotFoundError(detail)
    if not day["report_version"]:
        await reports_of(settings).file(tx, order_id, day["date"])
        day = await versions.day(tx, order_id, day["date"]) or day
    if not day["report_version"]:
        raise await too_early(tx, settings, order_id, day)
    version = wanted.version or day["report_version"]
    found = await versions.body(tx, order_id, day["date"], version, wanted.surface)
    if found is None:
        listed = f"GET /api/orders/{order_id}/report/versions?date={day['date']} lists them"
        detail = (
            f"the report of {day['date']} has no version {version}, the newest is {day['report_version']}; {listed}"
        )
        raise NotFoundError(detail)
    if found["body"] is None:
        measured = ", ".join(sorted(found["surfaces"]))
        detail = "there is no such surface in this report"
        raise RefusedError(detail, FieldFault("surface", f"the order was measured on {measured}"))
    return Read(day["date"], version, found["body"])


def reports_of(settings: OrderApiSettings) -> Reports:
    """What writes the reports of this installation."""
    return Reports(sandbox=bool(settings.sandbox.url))


async def too_early(tx: Transaction, settings: OrderApiSettings, order_id: UUID, day: RowMapping) -> RequestError:
    """What to raise for a day that has not ended: how far it is, and where its end is told."""
    date = day["date"]
    if day["status"] == "cancelled":
        return ConflictError(
            f"the measurement of {date} was cancelled before it ended; POST /api/orders places a new order, and"
            f" GET /api/orders/{order_id}/measurements lists the days that have a report"
        )
    shown = await day_shown(tx, settings, order_id, date)
    far = "" if shown is None else f" ({shown.progress or 0} %, stage {shown.stage}: {shown.done} of {shown.total})"
    watch = f"watch GET /api/orders/{order_id}/events?date={date} until it ends, then ask again"
    return TooEarlyError(f"the measurement of {date} has not ended yet{far}; {watch}")


def version_view(row: RowMapping) -> VersionView:
    """A version as `versions.page` gives it."""
    fields = {name: row[name] for name in VersionView.model_fields if name in row}
    return VersionView.model_validate({**fields, "changes": json.loads(row["changes"]), "notes": list(_since(row))})


def _since(row: RowMapping) -> Iterator[str]:
    date, version, newest = row["date"], row["version"], row["newest"]
    if row["day_status"] == "withdrawn" and row["status"] != "withdrawn":
        yield f"该测量已撤回，见版本 {newest}。 The measurement was withdrawn since: see version {newest}."
    elif version < newest:
        yield f"已有更新的版本 {newest}。 Version {newest} is newer."
    if version == newest and row["day_status"] in IN_WORK:
        yield f"新版本正在生成。 A newer version is being worked on. {Why(row['work_why']).sentence(None)}"
    if not row["answers_kept"]:
        yield (
            f"{date} 的答案已按保留期删除，无法再展示原文或重新分析。"
            f" The answers of {date} have been dropped after their time: they can be neither shown nor analysed again."
        )
    if not row["bank_kept"]:
        yield f"{date} 的题库已删除。 The questions of {date} have been dropped after their time."
    if row["failed_since"] is not None:
        failed = row["failed_since"]
        yield f"{failed} 的测量失败，此为较早的结果。 The measurement of {failed} failed; this is an earlier one."


def rates_of(bodies: str | None) -> Sequence[dict[str, Any]]:
    """The rates in a version's bodies, which are JSON, by surface and engine, `overall` among them."""
    found = []
    for surface, body in sorted(json.loads(bodies or "{}").items()):
        parts = {**body["engines"], "overall": body["overall"]}
        found += [
            {"engine": name, "surface": surface, "rates": part["rates"], "degraded": part["degraded"]}
            for name, part in sorted(parts.items())
            if part is not None and part["rates"]
        ]
    return found
