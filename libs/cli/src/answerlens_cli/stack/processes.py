"""Which processes belong to a stack, whatever their parent is by now.

Every process of a stack inherits `ANSWERLENS_STACK=<its run folder>` from supervisord. Reading that mark back
from /proc finds them all, also after supervisord was killed or a browser changed its process group, and can
never find a stranger's: no pid file is trusted.
"""

import os
import signal
import time
from pathlib import Path

MARK = "ANSWERLENS_STACK"


def of_stack(run_dir: Path) -> list[int]:
    """The pids of the live processes that carry this run folder's mark, this process and its parents left out."""
    entry = f"{MARK}={run_dir}".encode()
    own = _ancestors()
    pids = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return [pid for pid in pids if pid not in own and entry in _environment(pid)]


def end(run_dir: Path, grace: float = 5.0) -> int:
    """End what is left of a stack: SIGTERM, and SIGKILL after `grace` seconds.

    Returns:
        How many processes were found.
    """
    found = of_stack(run_dir)
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(run_dir, of_stack(run_dir), number)
        deadline = time.monotonic() + grace
        while of_stack(run_dir) and time.monotonic() < deadline:
            time.sleep(0.1)
    return len(found)


def _signal(run_dir: Path, pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            # Looked at again through the handle's lifetime: a pid may have been given to a stranger since.
            if f"{MARK}={run_dir}".encode() in _environment(pid):
                signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            continue
        finally:
            os.close(handle)


def _environment(pid: int) -> list[bytes]:
    """What the process was started with; empty for zombies and for processes that are none of our business."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _ancestors() -> set[int]:
    pids = set()
    pid = os.getpid()
    while pid > 0:
        pids.add(pid)
        # The second field, the name, may itself hold spaces and brackets: count from the last bracket.
        stat = Path(f"/proc/{pid}/stat").read_text()
        pid = int(stat.rpartition(")")[2].split()[1])
    return pids
