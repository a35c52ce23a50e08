"""Breaker `database`: in each process, since it cannot live in the database.

It refuses nothing: what is in hand goes on trying (leases must be renewed), but no new work begins until the database
answers again. Any transaction that succeeds closes it.
"""

import asyncio
import datetime as dt
import time
from typing import Final, Literal

from answerlens_common.observing import metrics
from answerlens_common.observing.logs import get_logger

NAME: Final = "database"
THRESHOLD: Final = 5
OPEN_SECONDS: Final = 10.0


class DatabaseBreaker:
    """Opens after so many lost connections in a row; after its time one caller at once tries.

    Attributes:
        failure_count: lost connections since the last transaction that succeeded.
        last_failure_time: by this machine's clock.
        recovered: it was open and has closed since this was last set to False.
    """

    def __init__(self) -> None:
        self.failure_count = 0
        self.last_failure_time: dt.datetime | None = None
        self.recovered = False
        self.probing = asyncio.Lock()
        self._opened_at: float | None = None

    @property
    def seconds_left(self) -> float:
        """Seconds until it may be tried again, 0 unless it is open."""
        return 0.0 if self._opened_at is None else max(0.0, self._opened_at + OPEN_SECONDS - time.monotonic())

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """What it is now."""
        if self._opened_at is None:
            return "closed"
        return "open" if self.seconds_left else "half-open"

    def failed(self) -> None:
        """A connection was lost, or could not be made."""
        self.failure_count += 1
        self.last_failure_time = dt.datetime.now(dt.UTC)
        if self.state == "half-open":
            self._change("reopened", "medium", time.monotonic())
        elif self.state == "closed" and self.failure_count >= THRESHOLD:
            self._change("opened", "high", time.monotonic())

    def succeeded(self) -> None:
        """A transaction has succeeded."""
        self.failure_count = 0
        if self._opened_at is not None:
            self.recovered = True
            self._change("closed", "medium", None)

    def _change(self, to: str, severity: str, opened_at: float | None) -> None:
        self._opened_at = opened_at
        metrics.breaker_transitions.labels(NAME, to).inc()
        metrics.breaker_state.labels(NAME).set(metrics.BREAKER_STATES[self.state])
        get_logger().warning(f"breaker {to}", breaker=NAME, severity=severity, failures=self.failure_count)
