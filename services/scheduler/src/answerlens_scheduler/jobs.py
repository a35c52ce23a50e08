"""The timed jobs, and how one is fired.

A calendar job belongs to a local date, an interval job to a slot of UTC. Of the slots that passed while no replica led
the newest is fired, and the others are recorded as missed. `firing` says why each fires once.
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from answerlens_collection.days import make_days
from answerlens_common.contracts.statuses import SlotStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import FreshnessSettings
from answerlens_orders.diagnoses.ending import end_overdue
from answerlens_scheduler.firing import Firing, NotOursError, in_one
from answerlens_scheduler.leader import Leadership
from answerlens_scheduler.refresh import live_keywords, refresh_keyword
from answerlens_scheduler.settings import DiagnosisSettings
from answerlens_scheduler.slots import Daily, Every
from answerlens_scheduler.stalled import Stalled, WithMessages, idle_queues, resume_stalled
from answerlens_scheduler.stalled_private import idle_private_queues, resume_private
from answerlens_scheduler.unjudged import judge_again

PARTITION_DAYS_AHEAD = 7


@dataclass(frozen=True)
class Job:
    """What is done at its time.

    Attributes:
        run: does the work of a slot in the transactions that it is given.
        on_first_day: whether it has anything to do when the installation is new.
    """

    name: str
    when: Daily | Every
    run: Callable[[Firing], Awaitable[None]]
    on_first_day: bool = True


def all_jobs(
    freshness: FreshnessSettings,
    stalled: Stalled,
    check_seconds: int,
    with_messages: WithMessages,
    diagnosis: DiagnosisSettings | None = None,
) -> list[Job]:
    """Every job, in the order in which those that are due together fire."""
    limit = diagnosis or DiagnosisSettings()

    async def nightly_refresh(firing: Firing) -> None:
        # a transaction a keyword: an order that is placed meanwhile waits for one keyword, not for the night
        count = 0
        async for keyword in live_keywords(firing.db, after=firing.reached):
            async with firing.step(reached=keyword) as tx:
                count += await refresh_keyword(tx, keyword, dt.date.fromisoformat(firing.slot), freshness)
        async with firing.last():
            get_logger().info("refresh", date=firing.slot, keywords=count, after=firing.reached)

    async def check_stalled(firing: Firing) -> None:
        # the broker is asked before the transaction, which then looks again
        queues = await idle_queues(firing.db, stalled) | await idle_private_queues(firing.db, stalled)
        waiting = await with_messages(queues) if queues else set()
        async with firing.last() as tx:
            await resume_stalled(tx, stalled, freshness, asked=queues, waiting=waiting)
            await resume_private(tx, stalled, asked=queues, waiting=waiting)
            await judge_again(tx, stalled.seconds, stalled.resumes)

    async def end_diagnoses(tx: Transaction, _slot: str) -> None:
        ended = await end_overdue(tx, seconds=limit.seconds)
        if ended:
            get_logger().warning("diagnoses ended past their time", diagnoses=ended)

    return [
        Job("partitions", Daily(), in_one(make_partitions)),
        Job("refresh", Daily(), nightly_refresh, on_first_day=False),
        Job("stalled", Every(check_seconds), check_stalled),
        Job("diagnoses", Every(limit.check_seconds), in_one(end_diagnoses)),
    ]


async def make_partitions(tx: Transaction, slot: str) -> None:
    """Make the days' partitions of answers, links and scores ahead of time."""
    date = dt.date.fromisoformat(slot)
    await make_days(tx, date, date + dt.timedelta(days=PARTITION_DAYS_AHEAD))


async def run_slot(db: Database, job: Job, now: dt.datetime, leadership: Leadership) -> str | None:
    """Fire the job's newest slot; the slot, or None when nothing is due or the leader no longer leads.

    `now` is in the zone whose dates the job goes by.
    """
    last = await db.value("SELECT max(slot) FROM job_slot WHERE job = :job AND status <> 'running'", job=job.name)
    due = job.when.due(last, now)
    if due is None:
        return None
    known = await db.row(
        "SELECT (SELECT reached FROM job_slot WHERE job = :job AND slot = :slot) AS reached,"
        " EXISTS (SELECT FROM job_slot WHERE job = :job) AS any",
        job=job.name,
        slot=due.slot,
    )
    firing = Firing(db, job.name, due, leadership, reached=(known and known["reached"]) or "")
    try:
        if job.on_first_day or (known and known["any"]):
            await job.run(firing)
        else:
            async with firing.last(SlotStatus.BASELINE):
                pass
    except NotOursError as error:
        get_logger().warning("slot left to another", job=job.name, error=str(error))
        return None
    if isinstance(job.when, Every):
        # only the newest slot says when the job fired last; a day's worth is kept for operators
        await db.execute(
            "DELETE FROM job_slot WHERE job = :job AND created_at < now() - interval '1 day'", job=job.name
        )
    return due.slot
