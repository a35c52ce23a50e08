"""Ends the processes of a browser to the last, and leaves no zombie of them."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
REAP_SECONDS = 3.0
REAP_POLL_SECONDS = 0.02


def adopt_orphans() -> None:
    """Make this process the parent of its descendants' orphans, so that it can reap them.

    A browser that is killed leaves its helpers to process 1, which in a container without an init reaps no process.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def marked_children(mark: str) -> list[int]:
    """The children of this process that were started with `mark` (NAME=value) in their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended meanwhile, or is not ours to look at
                parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
                if int(parent) == os.getpid() and mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return found


def private_memory(group: int) -> int:
    """Bytes that the processes of `group` hold for themselves, what they share not counted many times."""
    pages = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                its_group = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[2]
                if int(its_group) == group:
                    resident, shared = (folder / "statm").read_text(encoding="utf-8").split()[1:3]
                    pages += int(resident) - int(shared)
    return pages * os.sysconf("SC_PAGE_SIZE")


async def end_processes(group: int, helpers: Iterable[int] = ()) -> None:
    """Kill every process of `group`, and `helpers` outside it, and reap those that are this process's children."""
    if group == os.getpgid(0):
        message = "a process may not end its own group this way"
        raise ValueError(message)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    await _reap(-group)
    for helper in helpers:
        await _end_child(helper)


async def _end_child(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        # only while it is still ours to reap is its number surely still its own
        if os.waitpid(pid, os.WNOHANG) == (0, 0):  # noqa: ASYNC222 WNOHANG does not block
            os.kill(pid, signal.SIGKILL)
            await _reap(pid)


def _has_members(which: int) -> bool:
    """Whether there are processes of a group (negative), dead ones that nothing has reaped too."""
    if which > 0:
        return False
    try:
        os.killpg(-which, 0)
    except ProcessLookupError:
        return False
    return True


async def _reap(which: int) -> None:
    """Reap a child, or a group's (negative); one that is stuck in the kernel is given up after a while."""
    deadline = asyncio.get_running_loop().time() + REAP_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        try:
            reaped, _ = os.waitpid(which, os.WNOHANG)  # noqa: ASYNC222 WNOHANG does not block
        except ChildProcessError:
            if not _has_members(which):
                return
            reaped = 0  # what is left becomes ours when its own parent has ended
        if reaped == 0:
            await asyncio.sleep(REAP_POLL_SECONDS)
