"""How often all replicas together may ask: turns given out by one row in PostgreSQL, by its clock.

Turns are `period / (3/4 limit)` apart, and up to a fifth of the limit may be taken at once after a rest. So no window
of one period, wherever it begins, holds more than limit/5 + 3/4 limit turns: 95 of 100. The rest is for requests that
leave a little after their turn.
"""

import asyncio
from typing import Final

from prometheus_client import Histogram

from answerlens_common.db import Database
from answerlens_common.llm.settings import LlmSettings
from answerlens_common.observing.logs import get_logger

LONGEST_PAUSE_SECONDS: Final = 300.0
_STEADY_SHARE: Final = 0.75
_BURST_SHARE: Final = 5

turn_wait = Histogram(
    "answerlens_llm_turn_wait_seconds",
    "How long a request waited for its turn",
    buckets=(0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300),
)

# `free_at` is when every turn given so far would be over, were they never taken together (GCRA's theoretical arrival
# time); a turn comes `burst` intervals before it, at once where that has passed.
_TAKE = """
INSERT INTO llm_pace AS pace (endpoint, free_at) VALUES (:endpoint, clock_timestamp() + make_interval(secs => :apart))
ON CONFLICT (endpoint) DO UPDATE
    SET free_at = GREATEST(pace.free_at, clock_timestamp()) + make_interval(secs => :apart)
RETURNING EXTRACT(EPOCH FROM free_at - clock_timestamp())::float - :burst
"""
_PAUSED = "SELECT COALESCE(paused_until > clock_timestamp(), false) FROM llm_pace WHERE endpoint = :endpoint"
# Pushed behind the pause by a whole burst: afterwards the turns come one by one, not all at once.
_PAUSE = """
UPDATE llm_pace SET
    paused_until = GREATEST(paused_until, clock_timestamp() + make_interval(secs => :seconds)),
    free_at = GREATEST(free_at, clock_timestamp() + make_interval(secs => :seconds + :burst - :apart))
WHERE endpoint = :endpoint
"""


class Pace:
    """The turns of one endpoint."""

    def __init__(self, db: Database, settings: LlmSettings) -> None:
        self._db = db
        self._endpoint = settings.base_url
        self._apart = settings.rate_period_seconds / (_STEADY_SHARE * settings.rate_limit)
        self._burst = self._apart * max(1, settings.rate_limit // _BURST_SHARE)

    async def turn(self) -> None:
        """Return when it is our turn, in the order of asking; a turn that is cancelled is lost, nothing else."""
        waited = 0.0
        while True:
            wait: float = await self._db.value(_TAKE, endpoint=self._endpoint, apart=self._apart, burst=self._burst)
            if wait <= 0:
                break
            await asyncio.sleep(wait)
            waited += wait
            # a pause that began after the turn was given out takes it back
            if not await self._db.value(_PAUSED, endpoint=self._endpoint):
                break
        turn_wait.observe(waited)

    async def pause(self, seconds: float) -> None:
        """Let no replica ask for so long, at most five minutes: the provider has said so."""
        seconds = min(seconds, LONGEST_PAUSE_SECONDS)
        get_logger().warning("llm.paused", seconds=seconds)
        async with self._db.transaction() as tx:
            await tx.execute(_PAUSE, endpoint=self._endpoint, seconds=seconds, burst=self._burst, apart=self._apart)
