"""The versions of reports: table `report_version`, and what stands beside it in `measurement`."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_common.db.database import Transaction
from answerlens_common.db.notifications import PROGRESS

# A measurement with its newest version, if there is one.
_DAY = """
m.date, m.status, m.why, m.report_version, m.is_cached, m.last_error, m.error_code, m.completed_at,
    COALESCE(v.status, m.status) AS shown_status
"""
_OF_ORDER = """
FROM measurement m LEFT JOIN report_version v
    ON v.order_id = m.order_id AND v.date = m.date AND v.version = m.report_version
WHERE m.order_id = :order_id
"""
_UNREPORTED = "report_version = 0 AND status IN ('completed', 'failed')"


@dataclass(frozen=True)
class StoredVersion:
    """A version of a report; `bodies` by surface, null `complete_at` while sentiment is pending."""

    version: int
    status: str
    bodies: dict[str, dict[str, Any]]
    created_at: dt.datetime
    complete_at: dt.datetime | None


@dataclass(frozen=True)
class ReportedDay:
    """A measurement and how its newest version stands.

    Attributes:
        why: it was made, or made again.
        report_version: the number of the newest version; 0 before there is one.
        shown_status: of the newest version, or of the measurement before there is one.
    """

    date: dt.date
    status: str
    why: str
    report_version: int
    is_cached: bool
    last_error: str | None
    error_code: str | None
    completed_at: dt.datetime | None
    shown_status: str


@dataclass(frozen=True)
class SeriesRow(ReportedDay):
    """The same with the bodies of the newest version, which are JSON; None before there is one."""

    bodies: str | None


@dataclass(frozen=True)
class Body:
    """The body of a version on one surface, as it was stored; None where the version has no such surface."""

    body: str | None
    surfaces: list[str]


@dataclass(frozen=True)
class ListedVersion:
    """A version, and what has come of its day since.

    Attributes:
        changes: against the version before; JSON.
        newest: the number of the day's newest version.
        work_why: why the measurement was made, or is being made again.
        failed_since: the newest day, where it is a later one and has failed.
    """

    date: dt.date
    version: int
    status: str
    why: str
    cause: dt.date | None
    changes: str
    created_at: dt.datetime
    complete_at: dt.datetime | None
    surfaces: list[str]
    day_status: str
    newest: int
    work_why: str
    answers_kept: bool
    bank_kept: bool
    failed_since: dt.date | None


async def newest(tx: Transaction, order_id: UUID, date: dt.date) -> StoredVersion | None:
    """The newest version of a day's report."""
    return await tx.row(
        "SELECT version, status, bodies, created_at, complete_at FROM report_version"
        " WHERE order_id = :order_id AND date = :date ORDER BY version DESC LIMIT 1",
        StoredVersion,
        order_id=order_id,
        date=date,
    )


async def add(  # noqa: PLR0913 - one for each column
    tx: Transaction,
    order_id: UUID,
    date: dt.date,
    *,
    version: int,
    status: str,
    why: str,
    cause: dt.date | None,
    bodies: str,
    changes: Sequence[Mapping[str, Any]],
    created_at: dt.datetime,
    complete_at: dt.datetime | None,
) -> None:
    """Store a version as the newest; `bodies` is JSON and kept to the byte."""
    await tx.execute(
        "INSERT INTO report_version (order_id, date, version, status, why, cause, bodies, changes, created_at,"
        " complete_at) VALUES (:order_id, :date, :version, :status, :why, :cause, CAST(CAST(:bodies AS text) AS json),"
        " CAST(:changes AS jsonb), :created_at, :complete_at)",
        order_id=order_id,
        date=date,
        version=version,
        status=status,
        why=why,
        cause=cause,
        bodies=bodies,
        changes=json.dumps(changes, ensure_ascii=False),
        created_at=created_at,
        complete_at=complete_at,
    )
    await tx.execute(
        "UPDATE measurement SET report_version = :version WHERE order_id = :order_id AND date = :date",
        version=version,
        order_id=order_id,
        date=date,
    )


async def complete(
    tx: Transaction, order_id: UUID, date: dt.date, version: int, bodies: str, complete_at: dt.datetime
) -> None:
    """Put these bodies in the place of those whose sentiment was pending; once."""
    keyword = await tx.value(
        "UPDATE report_version v SET bodies = CAST(CAST(:bodies AS text) AS json), complete_at = :complete_at"
        " FROM orders WHERE orders.id = v.order_id AND v.order_id = :order_id AND v.date = :date"
        " AND v.version = :version AND v.complete_at IS NULL RETURNING orders.keyword",
        bodies=bodies,
        complete_at=complete_at,
        order_id=order_id,
        date=date,
        version=version,
    )
    if keyword is not None:
        await tx.notify(PROGRESS, keyword)


async def day(tx: Transaction, order_id: UUID, date: dt.date | None) -> ReportedDay | None:
    """A measurement with its newest version: of a date, or the newest that was completed, else that ended."""
    return await tx.row(
        f"SELECT {_DAY}{_OF_ORDER} AND (CAST(:date AS date) IS NULL OR m.date = :date)"
        " ORDER BY array_position(ARRAY['completed', 'failed', 'withdrawn'], COALESCE(v.status, m.status)) NULLS LAST,"
        " m.date DESC LIMIT 1",
        ReportedDay,
        order_id=order_id,
        date=date,
    )


async def days(tx: Transaction, order_id: UUID, before: dt.date | None, limit: int) -> list[SeriesRow]:
    """Measurements with their newest versions, newest first, from the one before `before`.

    The bodies are to be read beside the event loop: those of a hundred days are several megabytes.
    """
    return await tx.rows(
        f"SELECT {_DAY}, CAST(v.bodies AS text) AS bodies{_OF_ORDER}"
        " AND (CAST(:before AS date) IS NULL OR m.date < :before) ORDER BY m.date DESC LIMIT :limit",
        SeriesRow,
        order_id=order_id,
        before=before,
        limit=limit,
    )


async def body(tx: Transaction, order_id: UUID, date: dt.date, version: int, surface: str | None) -> Body | None:
    """A version's body as it was stored, of a surface or of the first; null where there is no such surface."""
    return await tx.row(
        "SELECT CAST(bodies -> shown.surface AS text) AS body, ARRAY(SELECT json_object_keys(bodies)) AS surfaces"
        " FROM report_version CROSS JOIN LATERAL (SELECT COALESCE(CAST(:surface AS text),"
        "  (SELECT json_object_keys(bodies) LIMIT 1)) AS surface) shown"
        " WHERE order_id = :order_id AND date = :date AND version = :version",
        Body,
        order_id=order_id,
        date=date,
        version=version,
        surface=surface,
    )


async def page(
    tx: Transaction,
    order_id: UUID,
    date: dt.date | None,
    before: tuple[dt.date, int] | None,
    limit: int,
) -> list[ListedVersion]:
    """Versions of an order, of a date or of all, newest date and version first; with what to say of each since.

    The changes are to be read beside the event loop: there may be many.
    """
    return await tx.rows(
        "SELECT v.date, v.version, v.status, v.why, v.cause, CAST(v.changes AS text) AS changes,"
        " v.created_at, v.complete_at,"
        " ARRAY(SELECT json_object_keys(v.bodies)) AS surfaces, m.status AS day_status, m.report_version AS newest,"
        # looked up for each version: EXISTS would be joined with all engines of all orders
        " m.why AS work_why, (SELECT true FROM measurement_engine e"
        "  WHERE e.order_id = v.order_id AND e.date = v.date AND (SELECT true FROM keyword_answer a"
        "   WHERE a.keyword = m.keyword AND a.engine = e.engine AND a.answer_date = v.date LIMIT 1) LIMIT 1)"
        "  IS NOT NULL AS answers_kept,"
        " EXISTS (SELECT FROM keyword_day k JOIN question_bank q ON q.keyword = k.keyword"
        "  AND q.bank_version = k.bank_version WHERE k.keyword = m.keyword AND k.date = v.date) AS bank_kept,"
        " (SELECT CASE WHEN later.status = 'failed' AND later.date > v.date THEN later.date END FROM measurement later"
        "  WHERE later.order_id = v.order_id ORDER BY later.date DESC LIMIT 1) AS failed_since"
        " FROM report_version v JOIN measurement m USING (order_id, date)"
        " WHERE v.order_id = :order_id AND (CAST(:date AS date) IS NULL OR v.date = :date)"
        " AND (CAST(:before AS date) IS NULL OR (v.date, v.version) < (:before, CAST(:before_version AS int)))"
        " ORDER BY v.date DESC, v.version DESC LIMIT :limit",
        ListedVersion,
        order_id=order_id,
        date=date,
        before=before[0] if before else None,
        before_version=before[1] if before else None,
        limit=limit,
    )


async def lock_later(tx: Transaction, order_ids: Sequence[UUID], date: dt.date) -> list[tuple[UUID, dt.date]]:
    """Lock the days after a date that have ended; a day that is in work tells of its comparisons when it ends."""
    rows = await tx.rows(
        "SELECT order_id, date FROM measurement WHERE order_id = ANY(CAST(:orders AS uuid[])) AND date > :date"
        " AND status IN ('completed', 'failed') ORDER BY order_id, date FOR UPDATE",
        orders=list(order_ids),
        date=date,
    )
    return [(row["order_id"], row["date"]) for row in rows]


async def unreported(tx: Transaction, limit: int, passed_over: Sequence[UUID]) -> list[tuple[UUID, dt.date]]:
    """Days that have ended without a report, as all from before reports were kept; not those of some orders."""
    rows = await tx.rows(
        f"SELECT order_id, date FROM measurement WHERE {_UNREPORTED}"  # noqa: S608 - a constant
        " AND order_id <> ALL(CAST(:passed_over AS uuid[])) ORDER BY order_id, date LIMIT :limit",
        limit=limit,
        passed_over=list(passed_over),
    )
    return [(row["order_id"], row["date"]) for row in rows]


async def lock_unreported(tx: Transaction, order_id: UUID, date: dt.date | None) -> list[dt.date]:
    """Lock the days of an order that have ended without a report, one or all."""
    rows = await tx.rows(
        f"SELECT date FROM measurement WHERE order_id = :order_id AND {_UNREPORTED}"  # noqa: S608 - a constant
        " AND (CAST(:date AS date) IS NULL OR date = :date) ORDER BY date FOR UPDATE",
        order_id=order_id,
        date=date,
    )
    return [row["date"] for row in rows]


async def why_measured(tx: Transaction, order_ids: Sequence[UUID], date: dt.date) -> dict[UUID, str]:
    """Why each of these measurements was made, or made again."""
    rows = await tx.rows(
        "SELECT order_id, why FROM measurement WHERE order_id = ANY(CAST(:orders AS uuid[])) AND date = :date",
        orders=list(order_ids),
        date=date,
    )
    return {row["order_id"]: row["why"] for row in rows}


async def at_the_limit(tx: Transaction, order_id: UUID, dates: Sequence[dt.date], most: int) -> dt.date | None:
    """The first of these dates whose report has that many versions."""
    found: dt.date | None = await tx.value(
        "SELECT min(date) FROM measurement WHERE order_id = :order_id AND date = ANY(CAST(:dates AS date[]))"
        " AND report_version >= :most",
        order_id=order_id,
        dates=list(dates),
        most=most,
    )
    return found
