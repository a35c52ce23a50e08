"""Heavy Python beside the event loop: jobs in a few processes of their own, none of them without bounds.

An owner has one job running and a few waiting, first come first served; all owners together have so many that their
data fits into memory. A job over its time is ended with its process. A process that has grown, or has had nothing to do
for a while, is ended too, and its memory goes with it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ParamSpec, Self, TypeVar

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.aio.side_process import CLOCK, Done, SideProcess
from answerlens_common.errors import TransientError

P = ParamSpec("P")
R = TypeVar("R")


class SideWorkSettings(BaseSettings):
    """How many jobs at once, and how much each may take."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_SIDE_")

    processes: int = Field(default=2, ge=1, description="jobs at once; an owner has one of them at most")
    seconds: float = Field(
        default=10.0, gt=0, description="of a processor that a job may take; it may wait for three times as long"
    )
    memory_mb: int = Field(default=480, ge=240, description="that a process may take; over half of it, it is replaced")
    jobs_per_owner: int = Field(default=8, ge=1, description="running and waiting")
    jobs: int = Field(default=64, ge=1, description="the same, of all owners")
    idle_seconds: float = Field(default=60.0, gt=0, description="after which a process without work is ended")


class CrowdedError(TransientError):
    """There is no place for the job now.

    Attributes:
        by_owner: the owner's own jobs fill it, not those of others.
        seconds: after which to try again.
    """

    def __init__(self, *, by_owner: bool, seconds: float) -> None:
        super().__init__("too much work is in hand")
        self.by_owner = by_owner
        self.seconds = seconds


class SideWork:
    """Runs jobs in processes of their own. `async with` ends them.

    A job is a function of a module, and what goes in and out is pickled. That module should import little: the process
    imports it.
    """

    def __init__(self, settings: SideWorkSettings, prepare: Callable[[], object]) -> None:
        """Start nothing yet: the first job starts the first process, which does `prepare` before it."""
        self._settings = settings
        self._all = [SideProcess(prepare, settings.memory_mb, settings.idle_seconds) for _ in range(settings.processes)]
        self._free = list(self._all)
        self._in_hand: Counter[str] = Counter()
        self._running: set[str] = set()
        self._waiting: deque[tuple[str, asyncio.Future[SideProcess]]] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._all:
            process.end()

    async def run(self, owner: str, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Done[R]:
        """The job, done.

        Raises:
            Exception: whatever the job raises.
            CrowdedError: the owner, or all together, have too many jobs in hand, or it waited for too long.
            OverTimeError: the job took longer than it may.
            TooLargeError: it took more memory than it may.
            SideProcessLostError: its process died.
        """
        self._admit(owner)
        try:
            async with self._process(owner) as process:
                return await process.run(self._settings.seconds, job, *args, **kwargs)
        finally:
            self._in_hand[owner] -= 1
            self._in_hand += Counter()  # without those at zero

    def _admit(self, owner: str) -> None:
        full = self._in_hand[owner] >= self._settings.jobs_per_owner
        if full or self._in_hand.total() >= self._settings.jobs:
            raise CrowdedError(by_owner=full, seconds=self._settings.seconds)
        self._in_hand[owner] += 1

    @asynccontextmanager
    async def _process(self, owner: str) -> AsyncIterator[SideProcess]:
        place: asyncio.Future[SideProcess] = asyncio.get_running_loop().create_future()
        self._waiting.append((owner, place))
        self._give_out()
        try:
            async with asyncio.timeout(self._settings.seconds * CLOCK):
                process = await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._take_back(owner, place.result())
            elif (owner, place) in self._waiting:
                self._waiting.remove((owner, place))
            if isinstance(error, TimeoutError):
                mine = self._in_hand[owner] > 1
                raise CrowdedError(by_owner=mine, seconds=self._settings.seconds) from None
            raise
        try:
            yield process
        finally:
            self._take_back(owner, process)

    def _give_out(self) -> None:
        """The free processes to the jobs that came first, but one to an owner."""
        for waiting in list(self._waiting):
            owner, place = waiting
            if not self._free:
                return
            if owner in self._running or place.done():
                continue
            self._waiting.remove(waiting)
            self._running.add(owner)
            place.set_result(self._free.pop())

    def _take_back(self, owner: str, process: SideProcess) -> None:
        self._running.discard(owner)
        # the next job is given one that runs, if there is one
        self._free.insert(len(self._free) if process.runs else 0, process)
        self._give_out()
