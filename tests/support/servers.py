"""Where the tests' own PostgreSQL and RabbitMQ keep their data: in memory, where there is enough of it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
# Docker gives a container 64 MB of it; the write-ahead logs of both servers alone may take ten times as much.
LEAST_FREE = 2 * 1024**3
PREFIX = "answerlens-tests-"


@contextmanager
def run_folder(otherwise: Path) -> Iterator[Path]:
    """A run folder in memory, removed at the end; `otherwise` where there is too little.

    A commit waits for the disk six times as long as for memory. Nothing is lost by that: the tests that stop a server
    in the middle of its work have servers of their own.
    """
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < LEAST_FREE:
        yield otherwise
        return
    _remove_left_behind()
    with tempfile.TemporaryDirectory(
        dir=MEMORY, prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL's user goes through it
        yield Path(folder) / "run"


def _remove_left_behind() -> None:
    """Remove the folders of processes that were killed: what lies there takes memory."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        process = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not Path(f"/proc/{process}").exists():
            shutil.rmtree(folder, ignore_errors=True)
