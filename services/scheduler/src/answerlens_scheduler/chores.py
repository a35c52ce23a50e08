"""Chores: timed work that is too long, or too much outside the database, for one transaction.

The leader fires a chore by recording its slot, and that is all it does. The work itself is claimed
as every stage's work is (`work.claims`: a lease, a fencing token, attempts, a row in the task log), by
any replica that finds the newest slot unfinished. So it is done once, a crash is found by its lease, and what a replica
that was replaced still writes is refused. Every chore can be repeated: what it has done it finds done.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from answerlens_common.contracts.statuses import ClaimStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.errors import TransientError, describe
from answerlens_common.events import Lane
from answerlens_common.observing import metrics
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import WorkSettings
from answerlens_common.work.claims import ClaimKey, Lease, LeaseLostError, acquire
from answerlens_scheduler.firing import in_one
from answerlens_scheduler.jobs import Job
from answerlens_scheduler.slots import Daily

LOOK_SECONDS = 3.0
RETRIES = 1

# The newest slot of a job, unless its work has ended or a replica is at it.
_UNFINISHED = """
SELECT slot.slot FROM job_slot slot
LEFT JOIN claim ON claim.stage = slot.job AND claim.scope = 'job:' || slot.job || ':' || slot.slot AND claim.item = ''
WHERE slot.job = :job AND slot.status = 'fired' AND slot.slot = (SELECT max(slot) FROM job_slot WHERE job = :job)
    AND (claim.id IS NULL OR claim.status IN ('held', 'waiting'))
    AND (claim.lease_until IS NULL OR claim.lease_until < clock_timestamp())
"""


class ChoreTimeoutError(TransientError):
    """A chore took longer than it may."""


@dataclass(frozen=True)
class Chore:
    """What is done for a date, at its time or as soon after it as a replica can.

    Attributes:
        timeout: seconds one attempt may take.
    """

    name: str
    when: Daily
    work: Callable[[Lease, dt.date], Awaitable[None]]
    timeout: float

    @property
    def job(self) -> Job:
        """What the leader fires: the slot, by which the chore is found."""
        return Job(self.name, self.when, in_one(_nothing), on_first_day=False)


class ChoreRunner:
    """Works off the chores whose slots have been fired."""

    def __init__(self, db: Database, chores: Sequence[Chore], settings: WorkSettings) -> None:
        self._db = db
        self._chores = chores
        self._settings = settings

    async def run(self) -> None:
        """Look for chores until cancelled, each by itself: one that takes long holds up no other."""
        async with asyncio.TaskGroup() as group:
            for chore in self._chores:
                group.create_task(self._watch(chore))

    async def _watch(self, chore: Chore) -> None:
        while True:
            try:
                await self.look(chore)
            except (TransientError, LeaseLostError) as error:
                get_logger().warning("chore interrupted", job=chore.name, error=describe(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, chore: Chore) -> bool:
        """Do the chore if its newest slot is unfinished and no replica is at it; whether there was anything to do."""
        slot = await self._db.value(_UNFINISHED, job=chore.name)
        if slot is None:
            return False
        date = dt.date.fromisoformat(slot)
        key = ClaimKey.of_job(chore.name, date)
        # the same holder everywhere: another replica's claim is waited for, not joined
        lease = await acquire(self._db, key, f"{chore.name} {slot}", Lane.BULK, self._settings.lease_seconds)
        if not isinstance(lease, Lease):
            return False
        started = time.monotonic()
        try:
            async with lease.renewing():
                await self._attempt(chore, lease, date)
                await lease.close()
        except LeaseLostError:
            raise
        except asyncio.CancelledError:
            # we are told to stop: another replica begins it anew, and no attempt is spent
            with suppress(TransientError, LeaseLostError):
                await asyncio.shield(lease.hand_back())
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, it is recorded and the chore has its second attempt
            await self._end(chore, lease, error)
        else:
            metrics.stage_duration.labels(chore.name).observe(time.monotonic() - started)
            self._count(chore, "done")
        return True

    async def _attempt(self, chore: Chore, lease: Lease, date: dt.date) -> None:
        if lease.attempt > RETRIES + 1:
            message = "the last attempt ended with its process"
            raise ChoreTimeoutError(message)
        try:
            async with asyncio.timeout(chore.timeout):
                await chore.work(lease, date)
        except TimeoutError:
            message = f"{chore.name} took longer than {chore.timeout:g} s"
            raise ChoreTimeoutError(message) from None

    async def _end(self, chore: Chore, lease: Lease, error: Exception) -> None:
        get_logger().exception("chore failed", job=chore.name, attempt=lease.attempt)
        if lease.attempt > RETRIES:
            await lease.release(ClaimStatus.FAILED, describe(error))
            self._count(chore, "failed")
        else:
            # a claim waits for twice what it is told, so that a stage's own message comes first; there is none here
            await lease.release(ClaimStatus.WAITING, describe(error), self._settings.retry_delays[0] / 2)
            self._count(chore, "retried")

    def _count(self, chore: Chore, outcome: str) -> None:
        metrics.stage_runs.labels(chore.name, outcome).inc()
        get_logger().info(f"{chore.name} {outcome}")


async def _nothing(_tx: Transaction, _slot: str) -> None:
    """Recording the slot is all there is to do."""
