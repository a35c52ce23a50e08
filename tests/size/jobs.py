"""How long the scheduler's jobs take on a filled database; of most of them nothing stays."""

import datetime as dt
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane
from answerlens_common.settings import FreshnessSettings, PostgresSettings
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_scheduler.archive import Archive
from answerlens_scheduler.cleanup import Cleanup
from answerlens_scheduler.refresh import live_keywords, refresh_keyword
from answerlens_scheduler.settings import ArchiveSettings
from answerlens_scheduler.stalled import Stalled, idle_queues, resume_stalled
from answerlens_scheduler.unjudged import judge_again

KEPT = {"search_days": 7, "bank_days": 7, "answer_days": 1, "private_days": 30, "claim_days": 7, "reply_days": 1}


class _UndoError(Exception):
    """Ends a transaction of which nothing is to stay."""


async def job_times(url: str) -> dict[str, float]:
    """Each job's milliseconds, on a database that `seeding` has just filled."""
    async with Database(PostgresSettings(url=url, command_timeout=600)) as db:
        today: dt.date = await db.value("SELECT max(date) FROM measurement")
        tomorrow = today + dt.timedelta(days=1)
        freshness = FreshnessSettings()

        limits = Stalled(600, 3600, 3)
        queues = await idle_queues(db, limits)

        async def refresh(tx: Transaction) -> None:
            async for keyword in live_keywords(db):
                await refresh_keyword(tx, keyword, tomorrow, freshness)

        times = {
            "stalled check, every open day entered again": await _undone(
                db, lambda tx: resume_stalled(tx, limits, freshness, asked=queues, waiting=set())
            ),
            "answers whose sentiment is not judged": await _undone(db, lambda tx: judge_again(tx, 3600, 3)),
            "refresh, every live order opened": await _undone(db, refresh),
        }
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive(db, ArchiveSettings(), ZoneInfo("Asia/Shanghai"))
            lease = await _claimed(db, "archive", today)
            times["archive of a month"] = await _timed(archive.run(lease, Path(folder)))
        lease = await _claimed(db, "cleanup", tomorrow)
        times["cleanup of nine days"] = await _timed(Cleanup(db, KEPT).run(lease, tomorrow))
    return times


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


async def _undone(db: Database, work: Callable[[Transaction], Awaitable[object]]) -> float:
    milliseconds = 0.0
    with suppress(_UndoError):
        async with db.transaction() as tx:
            milliseconds = await _timed(work(tx))
            raise _UndoError
    return milliseconds


async def _claimed(db: Database, stage: str, date: dt.date) -> Lease:
    lease = await acquire(db, ClaimKey.of_job(stage, date), stage, Lane.BULK, 3600)
    if isinstance(lease, Lease):
        return lease
    message = f"{stage} is claimed already"
    raise LookupError(message)
