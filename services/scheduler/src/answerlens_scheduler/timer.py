"""The clock: elects a leader, and lets it fire what is due."""

import asyncio
import datetime as dt
import os
import socket
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from prometheus_client import Gauge

from answerlens_common.db import Database, SlowStatementError
from answerlens_common.errors import TransientError
from answerlens_common.observing.logs import get_logger
from answerlens_scheduler.jobs import Job, run_slot
from answerlens_scheduler.leader import Leadership, elect
from answerlens_scheduler.rest import Rest
from answerlens_scheduler.settings import SchedulerSettings

leader_gauge = Gauge("answerlens_scheduler_leader", "1 while this replica leads")

# Of the lease: how long before its end a leader that cannot renew it steps down.
MARGIN = 0.1


class Timer:
    """One replica's clock. The time of day is the database's, so that replicas agree on it."""

    def __init__(self, db: Database, jobs: Sequence[Job], settings: SchedulerSettings) -> None:
        self._db = db
        self._jobs = jobs
        self._settings = settings
        self._rests: defaultdict[str, Rest] = defaultdict(Rest)
        self._leadership: Leadership | None = None
        self._leads_until = 0.0
        self._end: asyncio.TimerHandle | None = None
        self._holder = f"{socket.gethostname()}:{os.getpid()}"

    async def run(self) -> None:
        """Campaign for the leadership and, while leading, run the slots that are due, until cancelled; then resign."""
        try:
            async with asyncio.TaskGroup() as group:
                # the lease is renewed beside the jobs, however long one of them takes
                group.create_task(self._campaign())
                group.create_task(self._run_due_slots())
        finally:
            if self._leadership is not None:
                with suppress(TransientError):
                    await self._leadership.resign(self._db)
            self._step_down("stopped")

    async def _campaign(self) -> None:
        pause = self._settings.leader.renew_seconds
        while True:
            sent = time.monotonic()
            # a leader gives up while its lease still runs; a follower has time
            patience = max(0.0, self._leads_until - sent) if self._leadership else self._settings.leader.lease_seconds
            try:
                async with asyncio.timeout(patience):
                    await self._renew_or_campaign(sent)
            except (TransientError, TimeoutError) as error:
                get_logger().warning("no election", error=str(error) or "no answer")
            left = self._leads_until - time.monotonic() if self._leadership else pause
            await asyncio.sleep(max(0.0, min(pause, left)))

    async def _renew_or_campaign(self, sent: float) -> None:
        seconds = self._settings.leader.lease_seconds
        leadership = self._leadership
        if leadership is not None:
            if await leadership.renew(self._db):
                # an answer that comes after we stepped down is too late
                if self._leadership is leadership:
                    self._lead_until(sent + seconds * (1 - MARGIN))
                return
            self._step_down("another leads")
        leadership = await elect(self._db, self._holder, seconds)
        if leadership is not None:
            self._leadership = leadership
            self._lead_until(sent + seconds * (1 - MARGIN))
            leader_gauge.set(1)
            get_logger().info("leads", token=leadership.token)

    def _lead_until(self, moment: float) -> None:
        # a timer of its own: a task that waits for a database that is cut off may wait past the lease, even when it is
        # cancelled, for the driver takes its time to give a connection up
        self._leads_until = moment
        if self._end is not None:
            self._end.cancel()
        left = moment - time.monotonic()
        self._end = asyncio.get_running_loop().call_later(left, self._step_down, "the lease could not be renewed")

    def _step_down(self, reason: str) -> None:
        if self._end is not None:
            self._end.cancel()
        if self._leadership is not None:
            get_logger().warning("no longer leads", token=self._leadership.token, reason=reason)
        self._leadership = None
        leader_gauge.set(0)

    async def _run_due_slots(self) -> None:
        while True:
            for job in self._jobs:
                leadership = self._leadership
                now = time.monotonic()
                if leadership is not None and now < self._leads_until and now >= self._rests[job.name].until:
                    await self._run_one(job, leadership)
            await asyncio.sleep(self._settings.leader.renew_seconds)

    async def _run_one(self, job: Job, leadership: Leadership) -> None:
        rest, began = self._rests[job.name], time.monotonic()
        try:
            now = (await self._clock()).astimezone(self._settings.calendar.zone)
            slot = await run_slot(self._db, job, now, leadership)
        except Exception as error:  # noqa: BLE001 - one job that fails must not keep the others from their time
            ended = time.monotonic()
            # a database that hung was not kept busy by us
            took = ended - began if isinstance(error, SlowStatementError) else 0.0
            seconds = rest.failed(ended, took, self._settings.leader.renew_seconds)
            get_logger().exception("job failed", job=job.name, failures=rest.failures, rests_seconds=round(seconds, 1))
        else:
            rest.succeeded()
            if slot is not None:
                get_logger().info("job fired", job=job.name, slot=slot)

    async def _clock(self) -> dt.datetime:
        now: dt.datetime = await self._db.value("SELECT clock_timestamp()")
        return now
