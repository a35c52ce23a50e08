"""One process beside this one, started when it is needed, ended when it is idle, too large or over its time."""

import asyncio
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, Generic, NamedTuple, ParamSpec, TypeVar

from answerlens_common.errors import TransientError

P = ParamSpec("P")
R = TypeVar("R")

# Below the process that serves: on a full machine it is the job that waits.
_NICENESS: Final = 5
# A job on a busy machine takes longer by the clock than it works.
CLOCK: Final = 3
_MEGABYTE: Final = 1024 * 1024
_EXIT_SECONDS: Final = 1.0
_EXIT_POLL_SECONDS: Final = 0.01


class OverTimeError(TransientError):
    """A job took longer than it may, and was ended.

    Attributes:
        seconds: of a processor that it had.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it took longer than {seconds:g} s")
        self.seconds = seconds


class TooLargeError(TransientError):
    """A job needed more memory than it may take."""


class SideProcessLostError(TransientError):
    """The process died while it had a job."""


class Done(NamedTuple, Generic[R]):
    """A job that is done.

    Attributes:
        result: what it returned.
        seconds: of a processor that it took.
    """

    result: R
    seconds: float


class SideProcess:
    """Does one job after the other. A new process takes the place of one that was ended, with the next job."""

    def __init__(self, prepare: Callable[[], object], memory_mb: int, idle_seconds: float) -> None:
        self._prepare = prepare
        self._memory_mb = memory_mb
        self._idle_seconds = idle_seconds
        self._executor: ProcessPoolExecutor | None = None
        self._process: BaseProcess | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def run(self, seconds: float, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Done[R]:
        """What the job returns, or raises; see `SideWork.run` for the errors of our own.

        A caller that stops waiting for it ends it.

        Args:
            seconds: of a processor that it may take; by the clock `CLOCK` times as many.
            job: a function of a module.
            args: its arguments.
            kwargs: more of them.
        """
        self._set_idle(None)
        is_well = False
        try:
            executor = await self.start()
            async with asyncio.timeout(seconds * CLOCK) as limit:
                bound = partial(job, *args, **kwargs)
                done, memory = await asyncio.wrap_future(executor.submit(_measured, bound, seconds))
            is_well = memory <= self._memory_mb * _MEGABYTE / 2
        except BrokenProcessPool as error:
            if self._process is not None and await _exit_code(self._process) == -signal.SIGPROF:
                raise OverTimeError(seconds) from None
            message = "a process beside this one died"
            raise SideProcessLostError(message) from error
        except TimeoutError:
            if limit.expired():
                raise OverTimeError(seconds) from None
            is_well = True
            raise
        except MemoryError:
            message = f"it took more than {self._memory_mb} MB"
            raise TooLargeError(message) from None
        except Exception:
            is_well = True
            raise
        finally:
            if is_well:
                self._set_idle(asyncio.get_running_loop().call_later(self._idle_seconds, self.end))
            else:
                self.end()
        return done

    @property
    def runs(self) -> bool:
        """Whether the process is there: the next job need not wait for it to start."""
        return self._executor is not None

    def _set_idle(self, timer: asyncio.TimerHandle | None) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = timer

    def end(self) -> None:
        """Kill the process, whatever it does."""
        executor, self._executor = self._executor, None
        if executor is not None:
            if self._process is not None:
                self._process.kill()
            executor.shutdown(wait=False, cancel_futures=True)

    async def start(self) -> ProcessPoolExecutor:
        """Start the process, unless it runs."""
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                1,
                multiprocessing.get_context("spawn"),
                initializer=_prepare,
                initargs=(self._memory_mb * _MEGABYTE, self._prepare),
            )
            pid = await asyncio.wrap_future(self._executor.submit(os.getpid))
            self._process = next((each for each in multiprocessing.active_children() if each.pid == pid), None)
        return self._executor


async def _exit_code(process: BaseProcess) -> int | None:
    """How a process ended that is gone; None when that cannot be told within a moment.

    The pool's own thread reads it too. While that has read it and not yet noted it, there is nothing to be read here.
    """
    deadline = time.monotonic() + _EXIT_SECONDS
    while process.exitcode is None and time.monotonic() < deadline:  # noqa: ASYNC110 - the system tells of nothing
        await asyncio.sleep(_EXIT_POLL_SECONDS)
    return process.exitcode


def _measured(job: Callable[[], R], seconds: float) -> tuple[Done[R], int]:
    """In the process: the job done, and the memory that the process takes after it, in bytes.

    The system ends the process when the job has had its seconds of a processor, whatever Python does then.
    """
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        result = job()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    # not ru_maxrss: that of a process begins with what the one that started it took
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Done(result, time.process_time() - started), pages * resource.getpagesize()


def _prepare(most_bytes: int, prepare: Callable[[], object]) -> None:
    """In the process: bounded, modest, and gone when the one that started it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    with suppress(ValueError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    prepare()


def _leave_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
