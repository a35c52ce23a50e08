"""The chores of an installation: the cleanup always, the archive and the backup where they have a folder."""

import datetime as dt

from answerlens_common.db import Database
from answerlens_common.work.claims import Lease
from answerlens_scheduler.archive import Archive
from answerlens_scheduler.backup import Backup
from answerlens_scheduler.chores import Chore
from answerlens_scheduler.cleanup import Cleanup
from answerlens_scheduler.settings import SchedulerSettings
from answerlens_scheduler.slots import SUNDAY, Daily


def all_chores(db: Database, settings: SchedulerSettings) -> list[Chore]:
    """What is to be done, and when, by the installation's time zone."""
    chores = [_cleanup(db, settings)]
    if settings.archive.folder is not None:
        archive, folder = Archive(db, settings.archive, settings.calendar.zone), settings.archive.folder

        async def run_archive(lease: Lease, _date: dt.date) -> None:
            await archive.run(lease, folder)

        chores.append(Chore("archive", Daily(dt.time(2), SUNDAY), run_archive, timeout=3600))
    if settings.backup.folder is not None:
        backup = Backup(settings.postgres, settings.backup.folder, settings.backup.kept)

        async def run_backup(_lease: Lease, date: dt.date) -> None:
            await backup.run(date)

        chores.append(Chore("backup", Daily(dt.time(4)), run_backup, timeout=3600))
    return chores


def _cleanup(db: Database, settings: SchedulerSettings) -> Chore:
    cleanup = Cleanup(
        db,
        {
            "search_days": settings.freshness.search_fresh_days,
            "bank_days": settings.freshness.bank_fresh_days,
            "answer_days": settings.keep.answer_days,
            "private_days": settings.keep.private_days,
            "claim_days": settings.keep.claim_days,
            "reply_days": settings.replies.cache_days,
        },
    )

    async def run(lease: Lease, date: dt.date) -> None:
        await cleanup.run(lease, date)

    return Chore("cleanup", Daily(dt.time(3)), run, timeout=1800)
