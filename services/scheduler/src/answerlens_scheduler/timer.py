"""The clock: elects a leader, and lets it fire what is due."""

import asyncio
import datetime as dt
import os
import socket
from collections.abc import Sequence
from contextlib import suppress

from prometheus_client import Gauge

from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.logs import get_logger
from answerlens_scheduler.jobs import CalendarJob, IntervalJob, fire_due, fire_interval
from answerlens_scheduler.leader import elect, resign
from answerlens_scheduler.settings import SchedulerSettings

leader_gauge = Gauge("answerlens_scheduler_leader", "1 while this replica leads")


class Timer:
    """One replica's clock."""

    def __init__(
        self,
        db: Database,
        calendar: Sequence[CalendarJob],
        intervals: Sequence[IntervalJob],
        settings: SchedulerSettings,
    ) -> None:
        self._db = db
        self._calendar = calendar
        self._intervals = intervals
        self._settings = settings
        self._token: int | None = None
        self._holder = f"{socket.gethostname()}:{os.getpid()}"

    async def run(self) -> None:
        """Stand for election and, while leading, fire what is due, until cancelled; then resign."""
        try:
            async with asyncio.TaskGroup() as group:
                # the lease is renewed beside the jobs, however long one of them takes
                group.create_task(self._stand())
                group.create_task(self._fire())
        finally:
            with suppress(TransientError):
                await resign(self._db, self._holder)

    async def _stand(self) -> None:
        while True:
            try:
                self._token = await elect(self._db, self._holder, self._settings.leader.lease_seconds)
            except TransientError as error:
                self._token = None
                get_logger().warning("no election", error=str(error))
            leader_gauge.set(0 if self._token is None else 1)
            await asyncio.sleep(self._settings.leader.renew_seconds)

    async def _fire(self) -> None:
        while True:
            now = dt.datetime.now(self._settings.calendar.zone)
            jobs: list[CalendarJob | IntervalJob] = [*self._calendar, *self._intervals]
            for job in jobs:
                if self._token is not None:
                    await self._fire_one(job, now, self._token)
            await asyncio.sleep(self._settings.leader.renew_seconds)

    async def _fire_one(self, job: CalendarJob | IntervalJob, now: dt.datetime, token: int) -> None:
        try:
            if isinstance(job, IntervalJob):
                fired = await fire_interval(self._db, job, now, token)
            else:
                fired = await fire_due(self._db, job, now.date(), token) is not None
        except Exception:  # noqa: BLE001 - one job that fails must not keep the others from their time
            get_logger().exception("job failed", job=job.name)
        else:
            if fired:
                get_logger().info("job fired", job=job.name)
