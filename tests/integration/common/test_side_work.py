"""Jobs in processes of their own: fair between owners, bounded, and ended when they are over what they may take."""

import asyncio
import os
import re
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from answerlens_common.aio.side_process import OverTimeError, SideProcessLostError, TooLargeError
from answerlens_common.aio.side_work import CrowdedError, SideWork, SideWorkSettings

SETTINGS = SideWorkSettings(processes=2, seconds=1, memory_mb=240, jobs_per_owner=3, jobs=5, idle_seconds=60)


def nothing() -> None:
    """A process needs nothing before its jobs."""


def spin() -> None:
    """Never ends."""
    while True:
        pass


def spin_inside_one_call() -> None:
    """The same, where no Python runs in between: a pattern that tries every way to cut the text."""
    re.match("(a+)+$", "a" * 60 + "b")


kept: list[bytes] = []


def grown(size: int) -> int:
    """How much is held from now on."""
    kept.append(b"x" * size)
    return len(kept[-1])


def is_there(process: int) -> bool:
    """Whether a process runs; one that has ended and waits to be asked does not."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        return False


async def is_gone(process: int) -> bool:
    """Whether it ends within 10 s."""
    for _ in range(100):
        if not is_there(process):
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.fixture
async def work() -> AsyncIterator[SideWork]:
    async with SideWork(SETTINGS, nothing) as work:
        yield work


async def test_a_job_runs_beside_this_process_and_its_errors_come_back(work: SideWork) -> None:
    done = await work.run("a", os.getpid)
    assert done.result != os.getpid()
    assert (await work.run("a", os.getpid)).result == done.result
    with pytest.raises(ValueError, match="invalid literal"):
        await work.run("a", int, "x")
    assert (await work.run("a", os.getpid)).result == done.result


@pytest.mark.parametrize("job", [spin, spin_inside_one_call])
async def test_a_job_over_its_time_is_ended(work: SideWork, job: Callable[[], None]) -> None:
    process = (await work.run("a", os.getpid)).result
    with pytest.raises(OverTimeError):
        await work.run("a", job)
    assert (await work.run("a", os.getpid)).result != process
    assert await is_gone(process)


async def test_how_a_process_ended_is_known_also_when_the_pool_has_just_read_it(
    work: SideWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the pool has read the exit code the system has it no more; until it is noted Python has it not yet."""
    plain = os.waitpid

    def slow(pid: int, options: int) -> tuple[int, int]:
        is_pool = type(threading.current_thread()).__name__ == "_ExecutorManagerThread"
        if not is_pool:
            time.sleep(0.1)
        found = plain(pid, options)
        if is_pool and found[0]:
            time.sleep(0.4)
        return found

    monkeypatch.setattr(os, "waitpid", slow)
    with pytest.raises(OverTimeError):
        await work.run("a", spin)


@pytest.mark.parametrize(
    ("job", "argument", "error"),
    [(bytearray, 400_000_000, TooLargeError), (os._exit, 3, SideProcessLostError), (time.sleep, 10, OverTimeError)],
)
async def test_what_ends_a_process_ends_no_other_job(
    work: SideWork, job: Callable[[Any], Any], argument: int, error: type[Exception]
) -> None:
    other = asyncio.create_task(work.run("b", time.sleep, 1))
    with pytest.raises(error):
        await work.run("a", job, argument)
    assert (await other).result is None
    assert (await work.run("a", pow, 2, 10)).result == 1024


async def test_a_process_that_has_grown_is_replaced(work: SideWork) -> None:
    first = (await work.run("a", os.getpid)).result
    assert (await work.run("a", grown, 120_000_000)).result == 120_000_000
    assert (await work.run("a", os.getpid)).result != first


async def test_an_owner_has_one_job_running_and_a_few_waiting() -> None:
    async with SideWork(SETTINGS.model_copy(update={"seconds": 10}), nothing) as work:
        await _two_owners(work)


async def _two_owners(work: SideWork) -> None:
    await asyncio.gather(work.run("a", nothing), work.run("b", nothing))
    order: list[str] = []

    async def named(name: str, owner: str) -> None:
        await work.run(owner, time.sleep, 0.3)
        order.append(name)

    flood = [asyncio.create_task(named(f"a{n}", "a")) for n in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(CrowdedError) as own:
        await work.run("a", nothing)
    assert own.value.by_owner
    others = [asyncio.create_task(named(f"b{n}", "b")) for n in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(CrowdedError) as of_all:
        await work.run("c", nothing)
    assert not of_all.value.by_owner
    await asyncio.gather(*flood, *others)
    assert order.index("b0") < order.index("a1")
    assert order.index("b1") < order.index("a2")


async def test_who_stops_waiting_leaves_the_line_and_ends_the_job(work: SideWork) -> None:
    jobs = [asyncio.create_task(work.run("a", time.sleep, 5)) for _ in range(3)]
    await asyncio.sleep(0.5)
    for job in jobs:
        job.cancel()
    await asyncio.wait(jobs)
    assert all(job.cancelled() for job in jobs)
    assert (await work.run("a", pow, 2, 10)).result == 1024


async def test_without_work_there_is_no_process() -> None:
    async with SideWork(SETTINGS.model_copy(update={"idle_seconds": 0.2}), nothing) as work:
        process = (await work.run("a", os.getpid)).result
        assert await is_gone(process)
        assert (await work.run("a", os.getpid)).result != process


async def test_a_process_does_not_outlive_the_one_that_started_it() -> None:
    script = (
        "import asyncio, os, sys, time\n"
        "from answerlens_common.aio.side_work import SideWork, SideWorkSettings\n"
        "async def main():\n"
        "    work = SideWork(SideWorkSettings(), time.time)\n"
        "    print((await work.run('a', os.getpid)).result, flush=True)\n"
        "    await work.run('a', time.sleep, 600)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    process = int(await parent.stdout.readline())
    assert is_there(process)
    parent.kill()
    await parent.wait()
    assert await is_gone(process)
