"""Waiting for a breaker, and asking under one."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from answerlens_common.aio.tasks import cancel_and_wait
from answerlens_common.db import Database, DatabaseLostError
from answerlens_common.db.breaker import NAME as DATABASE
from answerlens_common.errors import PutOffError, TransientError
from answerlens_common.limits.breakers import rows
from answerlens_common.limits.breakers.announcing import show, tell_of_database
from answerlens_common.limits.breakers.errors import BreakerOpenError
from answerlens_common.observing.logs import get_logger

# How long work waits for a breaker before its message is put off.
WAIT_SECONDS = 300.0
PROBE_LEASE_SECONDS = 15.0
# How soon to look again: while a breaker is open, and while its probe is under way.
LOOK_SECONDS = (0.1, 2.0)
PROBED_LOOK_SECONDS = 0.5
WATCH_SECONDS = 10.0
# Errors that say nothing of the system that is guarded: an inner breaker is open, our own database is away.
_NOT_THE_OUTSIDE = (PutOffError, DatabaseLostError)


@dataclass
class Call:
    """One use of what a breaker guards.

    Attributes:
        probe: the id of the probe, when this call is the one that a half-open breaker lets through.
        failed: set it when the outside failed without an error being raised.
        unasked: set it when the outside was not asked after all: that tells nothing.
    """

    probe: UUID | None = None
    failed: bool = False
    unasked: bool = False


class Breakers:
    """The breakers of an installation; without a database everything passes."""

    def __init__(self, db: Database | None) -> None:
        self._db = db

    async def wait(self, names: Iterable[str], stopping: asyncio.Event, seconds: float = WAIT_SECONDS) -> None:
        """Return when work that needs all of these may begin.

        Raises:
            BreakerOpenError: one is still open after `seconds`, or when we are told to stop.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        for name in names:
            while (pause := await self._pause(name)) > 0:
                left = deadline - asyncio.get_running_loop().time()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), max(0.0, min(pause, left)))
                if left <= pause or stopping.is_set():
                    raise BreakerOpenError(name)

    @asynccontextmanager
    async def guard(self, name: str, *failures: type[Exception]) -> AsyncIterator[Call]:
        """Ask what is outside in this context, if the breaker lets the call through.

        `failures` (and `call.failed`) count against it, a normal end speaks for it. Any other error and a
        cancellation tell nothing; a probe that ends so leaves the next one to another call.

        Raises:
            BreakerOpenError: it does not; nothing was asked.
        """
        if self._db is None:
            yield Call()
            return
        call = await self._admitted(self._db, name)
        beat = asyncio.create_task(_keep(self._db, name, call.probe)) if call.probe else None
        tell = rows.drop_probe
        try:
            yield call
        except Exception as error:
            if call.failed or (isinstance(error, failures) and not isinstance(error, _NOT_THE_OUTSIDE)):
                tell = rows.failed
            raise
        else:
            if call.failed:
                tell = rows.failed
            elif not call.unasked:
                tell = rows.succeeded
        finally:
            if beat is not None:
                await cancel_and_wait(beat)
            await asyncio.shield(_told(tell(self._db, name, call.probe)))

    async def watch(self) -> None:
        """Keep the gauges true, until cancelled: a process that makes no call learns of a transition this way."""
        while self._db is not None:
            with suppress(TransientError):
                for row in await rows.every(self._db):
                    show(row.name, row.state)
                if self._db.breaker.recovered:
                    async with self._db.transaction() as tx:
                        await tell_of_database(tx)
                    self._db.breaker.recovered = False
            show(DATABASE, self._db.breaker.state)
            await asyncio.sleep(WATCH_SECONDS)

    async def _pause(self, name: str) -> float:
        """Seconds after which to look again; 0 when work may begin."""
        if self._db is None:
            return 0.0
        row = await rows.look(self._db, name)
        show(name, row.state)
        if row.state == "closed" or (row.state == "half-open" and not row.probed):
            return 0.0
        least, most = LOOK_SECONDS
        pause = PROBED_LOOK_SECONDS if row.probed else min(most, max(least, row.seconds_left or 0.0))
        return pause * random.uniform(1.0, 1.2)  # noqa: S311 - not a secret: not all at the same moment

    async def _admitted(self, db: Database, name: str) -> Call:
        """Let a call through, or refuse it; while a probe is under way its end is waited for."""
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while True:
            row = await rows.look(db, name)
            show(name, row.state)
            if row.state == "closed":
                return Call()
            if row.state == "half-open":
                probe = uuid4()
                if await rows.take_probe(db, name, probe, PROBE_LEASE_SECONDS):
                    return Call(probe)
            if row.state == "open" or asyncio.get_running_loop().time() > deadline:
                raise BreakerOpenError(name)
            await asyncio.sleep(PROBED_LOOK_SECONDS)


async def _keep(db: Database, name: str, probe: UUID) -> None:
    while True:
        await asyncio.sleep(PROBE_LEASE_SECONDS / 3)
        with suppress(TransientError):
            await rows.keep_probe(db, name, probe, PROBE_LEASE_SECONDS)


async def _told(telling: Awaitable[None]) -> None:
    try:
        await telling
    except TransientError as error:
        # the answer matters more than what it tells of the system outside
        get_logger().warning("a breaker could not be told", error=str(error))
