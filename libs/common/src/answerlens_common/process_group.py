"""Ends a process group to the last member, and leaves no zombie of it."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36
REAP_SECONDS = 3.0
REAP_POLL_SECONDS = 0.02


def adopt_orphans() -> None:
    """Make this process the parent of its descendants' orphans, so that it can reap them.

    A browser that is killed leaves its helpers to process 1, which in a container without an init reaps nobody.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


async def end_group(group: int) -> None:
    """Kill every process of `group` at once and reap those that are this process's children."""
    if group == os.getpgid(0):
        message = "a process may not end its own group this way"
        raise ValueError(message)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    deadline = asyncio.get_running_loop().time() + REAP_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        try:
            reaped, _ = os.waitpid(-group, os.WNOHANG)  # noqa: ASYNC222 WNOHANG does not block
        except ChildProcessError:  # none of the group is ours, or none is left
            return
        if reaped == 0:
            await asyncio.sleep(REAP_POLL_SECONDS)
