"""Named points at which a test lets a process die, hang or fail.

Nothing happens unless `ANSWERLENS_FAILPOINTS` names a folder, which only the chaos tests set. There a file with the
name of a point arms it for one process, once; the file's text says what is done there:

    kill           SIGKILL ourselves
    stop           SIGSTOP to the process itself, until the test sends SIGCONT
    sleep SECONDS  stay there
    fail           raise FailpointError

Who meets an armed point renames its file to `NAME.hit`, so a test sees that the point was reached. `POINTS` has every
point that a test arms; queues and jobs have the same ones each.
"""

import asyncio
import os
import signal
from pathlib import Path

from answerlens_common.errors import AnswerLensError
from answerlens_common.stage_names import StageName

# Of each stage: the claim is held; the outside world has answered and a write begins; all is committed; what follows
# is published. No order comes by the stages of imports.
STAGE_POINTS = ("before_work", "before_commit", "after_commit", "after_publish")
_OTHERS = {StageName.COLLECT, StageName.CUT, StageName.CHECK_ROWS, StageName.STALLED}
STAGES = tuple(stage for stage in StageName if stage not in _OTHERS)
# Of each queue: a message has come; what it asks for is committed; it is acked.
QUEUE_POINTS = ("before_work", "after_work", "after_ack")
# One for each service that consumes: the name of the queue that an order of a client goes through.
QUEUES = (
    "searcher.keyword-requested.express",
    "bank-builder.keyword-searched.express",
    "collector.keyword-bank-built.express",
    "scorer.collection-answered.express",
    "analyzer.collection-scored.express",
    "order-api.order-analysed",
    "scheduler.refresh-requested",
)
# Of a job of the scheduler: its slot is written and its work done; both are committed.
JOB_POINTS = ("scheduler.stalled.before_commit", "scheduler.stalled.after_commit")
POINTS = (
    *(f"{stage}.{point}" for stage in STAGES for point in STAGE_POINTS),
    *(f"{queue}.{point}" for queue in QUEUES for point in QUEUE_POINTS),
    *JOB_POINTS,
    "order-api.after_commit",
    "outbox.after_publish",
    "archive.after_export",
)


class FailpointError(AnswerLensError):
    """A test wanted this to fail."""


async def reach(point: str) -> None:
    """Do what a test has asked for at this point; nothing if none has.

    Raises:
        FailpointError: the point was armed with `fail`.
    """
    folder = os.environ.get("ANSWERLENS_FAILPOINTS")
    if folder is None:
        return
    action = _take(Path(folder) / point)
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif action.startswith("sleep "):
        await asyncio.sleep(float(action.removeprefix("sleep ")))
    elif action == "fail":
        raise FailpointError(point)


def _take(armed: Path) -> str:
    """What the point is armed with, for one process only; empty when it is not."""
    hit = armed.with_name(f"{armed.name}.hit")
    try:
        armed.rename(hit)
    except FileNotFoundError:
        return ""
    return hit.read_text(encoding="utf-8").strip()
