"""The timed jobs, and when they are due.

A calendar job belongs to a local date and fires once for it, whatever the clocks do: a date begins at its first
instant in the configured zone, so a midnight that a time change skips or repeats makes no difference. A date that
passed while nobody led is caught up; one that a later date has superseded is recorded as missed. An interval job
belongs to a slot of UTC; only the newest is worth firing.
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.settings import FreshnessSettings
from answerlens_scheduler.leader import still_leads
from answerlens_scheduler.refresh import refresh
from answerlens_scheduler.stalled import Stalled, resume_stalled

PARTITION_DAYS_AHEAD = 7


@dataclass(frozen=True)
class CalendarJob:
    """A job of a local date; `run` works in the transaction that records its slot.

    Attributes:
        on_first_day: whether it has anything to do on the day of the installation.
    """

    name: str
    run: Callable[[Transaction, dt.date], Awaitable[None]]
    on_first_day: bool


def calendar_jobs(freshness: FreshnessSettings) -> list[CalendarJob]:
    """Every job that is keyed by a local date."""

    async def nightly_refresh(tx: Transaction, date: dt.date) -> None:
        await refresh(tx, date, freshness)

    return [
        CalendarJob("partitions", make_partitions, on_first_day=True),
        CalendarJob("refresh", nightly_refresh, on_first_day=False),
    ]


@dataclass(frozen=True)
class IntervalJob:
    """A job of every `seconds` of UTC; `run` works in the transaction that records its slot."""

    name: str
    seconds: int
    run: Callable[[Transaction], Awaitable[None]]


def interval_jobs(freshness: FreshnessSettings, stalled: Stalled, check_seconds: int) -> list[IntervalJob]:
    """Every job that is keyed by UTC."""

    async def check_stalled(tx: Transaction) -> None:
        await resume_stalled(tx, stalled, freshness)

    return [IntervalJob("stalled", check_seconds, check_stalled)]


async def make_partitions(tx: Transaction, date: dt.date) -> None:
    """Make the days' partitions of answers, links and scores ahead of time."""
    await tx.execute(
        "SELECT ensure_answer_day(day::date) FROM generate_series(CAST(:date AS date),"
        " CAST(:date AS date) + CAST(:ahead AS int), interval '1 day') AS day",
        date=date,
        ahead=PARTITION_DAYS_AHEAD,
    )


async def fire_due(db: Database, job: CalendarJob, today: dt.date, token: int) -> dt.date | None:
    """Fire the job for the newest date that is due; that date, or None when nothing is due or we no longer lead."""
    async with db.transaction() as tx:
        if not await still_leads(tx, token):
            return None
        last = await tx.value("SELECT max(slot) FROM job_slot WHERE job = :job", job=job.name)
        if last is not None and last >= today.isoformat():
            return None
        first = dt.date.fromisoformat(last) + dt.timedelta(days=1) if last else today
        for missed in range((today - first).days):
            await _record(tx, job.name, (first + dt.timedelta(days=missed)).isoformat(), "missed", token)
        fires = last is not None or job.on_first_day
        await _record(tx, job.name, today.isoformat(), "fired" if fires else "baseline", token)
        if fires:
            await job.run(tx, today)
    return today


async def fire_interval(db: Database, job: IntervalJob, now: dt.datetime, token: int) -> bool:
    """Fire the job for the slot that `now` (aware) lies in; False when it has fired or we no longer lead."""
    start = int(now.timestamp()) // job.seconds * job.seconds
    slot = dt.datetime.fromtimestamp(start, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    async with db.transaction() as tx:
        if not await still_leads(tx, token):
            return False
        if await tx.value("SELECT 1 FROM job_slot WHERE job = :job AND slot >= :slot", job=job.name, slot=slot):
            return False
        # only the newest slot says when the job fired last; a day's worth is kept for those who look
        await tx.execute(
            "DELETE FROM job_slot WHERE job = :job AND created_at < now() - interval '1 day'", job=job.name
        )
        await _record(tx, job.name, slot, "fired", token)
        await job.run(tx)
    return True


async def _record(tx: Transaction, job: str, slot: str, status: str, token: int) -> None:
    await tx.execute(
        "INSERT INTO job_slot (job, slot, status, fencing_token) VALUES (:job, :slot, :status, :token)",
        job=job,
        slot=slot,
        status=status,
        token=token,
    )
