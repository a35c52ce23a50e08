"""The archive: the task log's old rows go to a file a month, and are deleted once they are read back from it.

    archive/tasks/YYYY-MM.csv    the rows of the tasks that began in that month, by the installation's time zone

Exactly the rows that are in the file are deleted: one that has changed since it was read stays, and is added again the
next time in place of what is there. So neither a crash between the two nor a second export loses or doubles a row.
"""

import asyncio
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from answerlens_common.db import Database
from answerlens_common.observing.failpoints import reach
from answerlens_common.observing.logs import get_logger
from answerlens_common.work.claims import Lease
from answerlens_scheduler import archive_file
from answerlens_scheduler.settings import ArchiveSettings

# Each time a month's file is written anew.
BATCH = 20_000
COLUMNS = (
    "id",
    "order_id",
    "keyword",
    "date",
    "engine",
    "task_type",
    "status",
    "retry_count",
    "error_message",
    "started_at",
    "completed_at",
    "duration",
    "processed_items",
    "total_items",
)
_MONTH_FILE = re.compile(r"\d{4}-\d{2}\.csv")

# A task is old when it began before the month that is kept, and its keyword's day is no longer worked on.
_BEGAN_BEFORE = "started_at < now() - make_interval(days => :days)"
_IN_WORK = """
(EXISTS (SELECT FROM measurement m WHERE m.keyword = task.keyword AND m.date = task.date
        AND m.status IN ('queued', 'running'))
    OR EXISTS (SELECT FROM claim WHERE claim.keyword = task.keyword AND claim.date = task.date
        AND claim.status <> 'done' AND claim.lease_until > clock_timestamp())
    OR EXISTS (SELECT FROM keyword_collection run WHERE run.keyword = task.keyword AND run.date = task.date
        AND run.status = 'collecting'))
"""
# In the order in which they began, so that each batch goes on where the last one ended; then those in work are told.
_BATCH = f"""
SELECT {", ".join(COLUMNS)}, md5(task::text) AS version, {_IN_WORK} AS in_work FROM (
    SELECT * FROM task_log WHERE {_BEGAN_BEFORE} AND (started_at, id) > (CAST(:moment AS timestamptz), :id)
    ORDER BY started_at, id LIMIT :batch
) task ORDER BY started_at, id
"""  # noqa: S608 - constants
_LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class _OldTask:
    """A row of the log that may be archived: its columns as they are exported, and its state.

    Attributes:
        version: changes with every change of the row.
        in_work: its keyword's day is still worked on, so it stays.
    """

    id: int
    order_id: UUID | None
    keyword: str
    date: dt.date
    engine: str
    task_type: str
    status: str
    retry_count: int
    error_message: str | None
    started_at: dt.datetime
    completed_at: dt.datetime | None
    duration: float | None
    processed_items: int
    total_items: int
    version: str
    in_work: bool


@dataclass(frozen=True)
class Archive:
    """Exports the task log."""

    db: Database
    settings: ArchiveSettings
    zone: ZoneInfo

    async def run(self, lease: Lease, folder: Path) -> int:
        """Export and delete what is old, then remove the files that are too old; how many rows were deleted."""
        tasks = folder / "tasks"
        await asyncio.to_thread(tasks.mkdir, parents=True, exist_ok=True)
        deleted = 0
        moment = _LONG_AGO
        last = 0
        while rows := await self._batch(moment, last):
            for path, part in self._by_month([row for row in rows if not row.in_work], tasks).items():
                deleted += await self._move(lease, path, part)
            moment, last = rows[-1].started_at, rows[-1].id
        await asyncio.to_thread(self._remove_old_files, tasks)
        return deleted

    async def _batch(self, moment: dt.datetime, last: int) -> list[_OldTask]:
        return await self.db.rows(_BATCH, _OldTask, moment=moment, id=last, days=self.settings.task_days, batch=BATCH)

    def _by_month(self, rows: Sequence[_OldTask], folder: Path) -> dict[Path, list[_OldTask]]:
        months: dict[Path, list[_OldTask]] = defaultdict(list)
        for row in rows:
            months[folder / f"{row.started_at.astimezone(self.zone):%Y-%m}.csv"].append(row)
        return months

    async def _move(self, lease: Lease, path: Path, rows: Sequence[_OldTask]) -> int:
        texts = [{name: _text(getattr(row, name)) for name in COLUMNS} for row in rows]
        written = await asyncio.to_thread(archive_file.add, path, COLUMNS, texts)
        get_logger().info("archived", file=path.name, rows=len(rows), file_rows=written.rows, sha256=written.sha256)
        await reach("archive.after_export")
        async with lease.write() as tx:
            return await tx.execute(
                "DELETE FROM task_log task USING unnest(CAST(:ids AS bigint[]), CAST(:versions AS text[]))"  # noqa: S608
                f" AS exported (id, version) WHERE task.id = exported.id AND md5(task::text) = version"
                f" AND {_BEGAN_BEFORE} AND NOT {_IN_WORK}",
                ids=[row.id for row in rows],
                versions=[row.version for row in rows],
                days=self.settings.task_days,
            )

    def _remove_old_files(self, folder: Path) -> None:
        oldest = dt.datetime.now(dt.UTC).timestamp() - self.settings.file_days * 86400
        for path in folder.iterdir():
            # by when rows were last added: a month's file grows for a month
            if _MONTH_FILE.fullmatch(path.name) and path.stat().st_mtime < oldest:
                path.unlink()
                get_logger().info("archive file removed", file=path.name)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)
