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
        self._holder = f"{socket.gethostname()}:{os.getpid()}"

    async def run(self) -> None:
        """Tick until cancelled, then resign."""
        try:
            while True:
                try:
                    await self._tick()
                except TransientError as error:
                    leader_gauge.set(0)
                    get_logger().warning("tick missed", error=str(error))
                await asyncio.sleep(self._settings.leader.renew_seconds)
        finally:
            with suppress(TransientError):
                await resign(self._db, self._holder)

    async def _tick(self) -> None:
        token = await elect(self._db, self._holder, self._settings.leader.lease_seconds)
        leader_gauge.set(0 if token is None else 1)
        if token is None:
            return
        now = dt.datetime.now(self._settings.calendar.zone)
        for job in self._calendar:
            fired = await fire_due(self._db, job, now.date(), token)
            if fired is not None:
                get_logger().info("job fired", job=job.name, slot=str(fired))
        for interval in self._intervals:
            await fire_interval(self._db, interval, now, token)
