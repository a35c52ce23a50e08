"""The timed jobs, and how one is fired.

A job fires by storing its slot in the transaction in which it runs; slots are unique and the leader's token is locked
meanwhile, so each fires once. A calendar job belongs to a local date, an interval job to a slot of UTC. Of the slots
that passed while nobody led the newest is fired, and the others are recorded as missed.
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.observing.failpoints import reach
from answerlens_common.settings import FreshnessSettings
from answerlens_scheduler.leader import Lead
from answerlens_scheduler.refresh import refresh
from answerlens_scheduler.slots import Daily, Every
from answerlens_scheduler.stalled import Stalled, WithMessages, resume_stalled
from answerlens_scheduler.unjudged import judge_again

PARTITION_DAYS_AHEAD = 7


@dataclass(frozen=True)
class Job:
    """What is done at its time.

    Attributes:
        run: called with the slot, in the transaction that records it.
        on_first_day: whether it has anything to do when the installation is new.
    """

    name: str
    when: Daily | Every
    run: Callable[[Transaction, str], Awaitable[None]]
    on_first_day: bool = True


def all_jobs(
    freshness: FreshnessSettings, stalled: Stalled, check_seconds: int, with_messages: WithMessages
) -> list[Job]:
    """Every job, in the order in which those that are due together fire."""

    async def nightly_refresh(tx: Transaction, slot: str) -> None:
        await refresh(tx, dt.date.fromisoformat(slot), freshness)

    async def check_stalled(tx: Transaction, _slot: str) -> None:
        await resume_stalled(tx, stalled, freshness, with_messages)
        await judge_again(tx, stalled.seconds, stalled.resumes)

    return [
        Job("partitions", Daily(), make_partitions),
        Job("refresh", Daily(), nightly_refresh, on_first_day=False),
        Job("stalled", Every(check_seconds), check_stalled),
    ]


async def make_partitions(tx: Transaction, slot: str) -> None:
    """Make the days' partitions of answers, links and scores ahead of time."""
    await tx.execute(
        "SELECT ensure_answer_day(day::date) FROM generate_series(CAST(:date AS date),"
        " CAST(:date AS date) + CAST(:ahead AS int), interval '1 day') AS day",
        date=dt.date.fromisoformat(slot),
        ahead=PARTITION_DAYS_AHEAD,
    )


async def fire(db: Database, job: Job, now: dt.datetime, lead: Lead) -> str | None:
    """Fire the job's newest slot; the slot, or None when nothing is due or we no longer lead.

    `now` is in the zone whose dates the job goes by.
    """
    async with db.transaction() as tx:
        if not await lead.guard(tx):
            return None
        due = job.when.due(await tx.value("SELECT max(slot) FROM job_slot WHERE job = :job", job=job.name), now)
        if due is None:
            return None
        if isinstance(job.when, Every):
            # only the newest slot says when the job fired last; a day's worth is kept for those who look
            await tx.execute(
                "DELETE FROM job_slot WHERE job = :job AND created_at < now() - interval '1 day'", job=job.name
            )
        known = await tx.value("SELECT EXISTS (SELECT FROM job_slot WHERE job = :job)", job=job.name)
        fires = known or job.on_first_day
        await _record(tx, job, due.missed, "missed", lead)
        await _record(tx, job, [due.slot], "fired" if fires else "baseline", lead)
        if fires:
            await job.run(tx, due.slot)
        await reach(f"scheduler.{job.name}.before_commit")
    await reach(f"scheduler.{job.name}.after_commit")
    return due.slot


async def _record(tx: Transaction, job: Job, slots: list[str], status: str, lead: Lead) -> None:
    await tx.execute(
        "INSERT INTO job_slot (job, slot, status, fencing_token)"
        " SELECT CAST(:job AS text), slot, CAST(:status AS text), CAST(:token AS bigint)"
        " FROM unnest(CAST(:slots AS text[])) AS slot",
        job=job.name,
        slots=slots,
        status=status,
        token=lead.token,
    )
