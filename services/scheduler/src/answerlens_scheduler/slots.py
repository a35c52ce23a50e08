"""Which slots of a job are due: pure functions of what fired last and of the time.

A calendar job's slots are local dates. A date's slot begins as soon as the clocks of the zone show that date and at
least the job's time of day, so it makes no difference that a time change skips or repeats that time. An interval job's
slots are the multiples of its seconds in UTC. Slots are written as ISO 8601, so that they sort by time.
"""

import datetime as dt
from dataclasses import dataclass

ONE_DAY = dt.timedelta(days=1)
SUNDAY = 6


@dataclass(frozen=True)
class Due:
    """The slot to fire, and those before it that no leader fired."""

    slot: str
    missed: list[str]


@dataclass(frozen=True)
class Daily:
    """A slot for every local date, or for those of one weekday (0 is Monday), from a time of day on."""

    at: dt.time = dt.time()
    weekday: int | None = None

    def due(self, last: str | None, now: dt.datetime) -> Due | None:
        """What is due at a moment (aware, in the job's zone) when `last` is the newest slot there is a record of."""
        newest = now.date() if now.time() >= self.at else now.date() - ONE_DAY
        while not self._is_slot(newest):
            newest -= ONE_DAY
        if last is None:
            return Due(newest.isoformat(), [])
        if last >= newest.isoformat():
            return None
        first = dt.date.fromisoformat(last) + ONE_DAY
        between = (first + dt.timedelta(days=day) for day in range((newest - first).days))
        return Due(newest.isoformat(), [day.isoformat() for day in between if self._is_slot(day)])

    def _is_slot(self, date: dt.date) -> bool:
        return self.weekday is None or date.weekday() == self.weekday


@dataclass(frozen=True)
class Every:
    """A slot for every so many seconds of UTC; of those that were missed, the last two days' are told."""

    seconds: int

    def due(self, last: str | None, now: dt.datetime) -> Due | None:
        """What is due at a moment (aware) when `last` is the newest slot there is a record of."""
        newest = int(now.timestamp()) // self.seconds * self.seconds
        if last is None:
            return Due(_utc(newest), [])
        if last >= _utc(newest):
            return None
        known = int(dt.datetime.fromisoformat(last).timestamp())
        oldest = max(known // self.seconds + 1, (newest - 2 * int(ONE_DAY.total_seconds())) // self.seconds)
        return Due(_utc(newest), [_utc(start) for start in range(oldest * self.seconds, newest, self.seconds)])


def _utc(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
