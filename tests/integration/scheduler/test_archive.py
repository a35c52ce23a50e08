"""The task log goes to files, and nothing is deleted that is not in them."""

import asyncio
import datetime as dt
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from answerlens_common.db import Database
from answerlens_common.work.claims import LeaseLostError
from answerlens_scheduler import archive_file
from answerlens_scheduler.archive import COLUMNS, Archive
from answerlens_scheduler.archive_file import ArchiveFileError, ArchiveInUseError
from answerlens_scheduler.settings import ArchiveSettings
from tests.integration.scheduler.chores import claimed, measured, old_tasks
from tests.support.collected import store_collection

JANUARY = ["2026-01-02 10:00Z", "2026-01-31 15:59Z"]
FEBRUARY_BY_SHANGHAI = ["2026-01-31 16:00Z"]


def archive(db: Database) -> Archive:
    return Archive(db, ArchiveSettings(folder=None), ZoneInfo("Asia/Shanghai"))


def archived(folder: Path) -> dict[str, list[int]]:
    """The ids in each file, as often as they are there."""
    files = sorted((folder / "tasks").glob("*.csv"))
    return {file.name: [int(row["id"]) for row in archive_file.read(file)] for file in files}


async def kept(db: Database) -> list[int]:
    return [row["id"] for row in await db.rows("SELECT id FROM task_log WHERE keyword <> '' ORDER BY id")]


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes: a write fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_old_tasks_go_to_the_file_of_their_month_and_new_ones_stay(database: Database, tmp_path: Path) -> None:
    ids = await old_tasks(database, [*JANUARY, *FEBRUARY_BY_SHANGHAI])
    fresh = await old_tasks(database, [dt.datetime.now(dt.UTC).isoformat()])
    assert await archive(database).run(await claimed(database, "archive"), tmp_path) == 3
    assert archived(tmp_path) == {"2026-01.csv": ids[:2], "2026-02.csv": ids[2:]}
    assert await kept(database) == fresh
    row = next(archive_file.read(tmp_path / "tasks" / "2026-01.csv"))
    assert tuple(row) == COLUMNS
    assert (row["error_message"], row["order_id"]) == ('first line\nsecond, "quoted" 行\r', "")


@pytest.mark.fault("F47")
async def test_a_crash_between_export_and_delete_and_a_second_export_leave_each_row_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await old_tasks(database, JANUARY)
    points = tmp_path / "points"
    points.mkdir()
    (points / "archive.after_export").write_text("kill", encoding="utf-8")
    script = (
        "import asyncio, sys; from pathlib import Path; from answerlens_common.db import Database;"
        "from answerlens_common.settings import PostgresSettings;"
        "from tests.integration.scheduler.test_archive import archive;"
        "from tests.integration.scheduler.chores import claimed\n"
        "async def main():\n"
        "    db = Database(PostgresSettings(url=sys.argv[1]))\n"
        "    await archive(db).run(await claimed(db, 'archive', 1), Path(sys.argv[2]))\n"
        "asyncio.run(main())"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        database.settings.url,
        str(tmp_path),
        env=os.environ | {"ANSWERLENS_FAILPOINTS": str(points)},
    )
    assert await process.wait() == -9
    assert (points / "archive.after_export.hit").exists()
    assert archived(tmp_path) == {"2026-01.csv": ids}
    assert await kept(database) == ids, "exported, and not yet deleted"

    more = await old_tasks(database, JANUARY)
    async with database.transaction() as tx:
        await tx.execute("UPDATE task_log SET retry_count = 7 WHERE id = :id", id=ids[0])
        await tx.execute("UPDATE claim SET lease_until = now() - interval '1 s'")
    monkeypatch.delenv("ANSWERLENS_FAILPOINTS", raising=False)
    assert await archive(database).run(await claimed(database, "archive"), tmp_path) == 4
    assert {name: sorted(found) for name, found in archived(tmp_path).items()} == {"2026-01.csv": ids + more}
    assert await kept(database) == []
    again = {row["id"]: row["retry_count"] for row in archive_file.read(tmp_path / "tasks" / "2026-01.csv")}
    assert again[str(ids[0])] == "7", "what has changed since is what counts"


@pytest.mark.fault("F47")
async def test_the_tasks_of_a_live_day_are_never_deleted(database: Database, tmp_path: Path) -> None:
    day = dt.date(2026, 1, 2)
    open_ids = await old_tasks(database, JANUARY, "在测")
    await measured(database, "在测", day, "running")
    run_ids = await old_tasks(database, JANUARY, "在采")
    async with database.transaction() as tx:
        await store_collection(tx, "在采", day, total=200)
    ended = await old_tasks(database, JANUARY, "测完")
    await measured(database, "测完", day, "completed")
    assert await archive(database).run(await claimed(database, "archive"), tmp_path) == 2
    assert archived(tmp_path) == {"2026-01.csv": ended}
    assert await kept(database) == sorted(open_ids + run_ids)


@pytest.mark.fault("F35")
async def test_a_full_disk_deletes_nothing_and_leaves_the_file_as_it_was(database: Database, tmp_path: Path) -> None:
    first = await old_tasks(database, JANUARY)
    await archive(database).run(await claimed(database, "archive"), tmp_path)
    file = tmp_path / "tasks" / "2026-01.csv"
    before = file.read_bytes()
    more = await old_tasks(database, JANUARY * 200)
    with full_disk(len(before) + 4096), pytest.raises(OSError, match=r"too large|No space"):
        await archive(database).run(await claimed(database, "archive-2"), tmp_path)
    assert file.read_bytes() == before
    assert await kept(database) == more
    assert [path.name for path in file.parent.iterdir() if path.name not in {".lock", file.name}] == []
    assert await archive(database).run(await claimed(database, "archive-3"), tmp_path) == len(more)
    assert sorted(archived(tmp_path)["2026-01.csv"]) == first + more


@pytest.mark.parametrize("damage", ["cut", "bits"])
async def test_a_damaged_file_is_not_added_to(database: Database, tmp_path: Path, damage: str) -> None:
    await old_tasks(database, JANUARY)
    await archive(database).run(await claimed(database, "archive"), tmp_path)
    file = tmp_path / "tasks" / "2026-01.csv"
    file.write_bytes(file.read_bytes()[:-30] if damage == "cut" else b"\0" + file.read_bytes()[5:])
    more = await old_tasks(database, JANUARY)
    with pytest.raises(ArchiveFileError, match=r"2026-01\.csv"):
        await archive(database).run(await claimed(database, "archive-2"), tmp_path)
    assert await kept(database) == more


async def test_what_does_not_read_back_is_not_put_in_place(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await old_tasks(database, JANUARY)
    monkeypatch.setattr(archive_file, "verified", lambda _: archive_file.Written(2, "another"))
    with pytest.raises(ArchiveFileError, match="read back"):
        await archive(database).run(await claimed(database, "archive"), tmp_path)
    assert archived(tmp_path) == {}
    assert await kept(database) == ids


async def test_who_has_lost_the_chore_deletes_nothing_and_who_writes_keeps_others_out(
    database: Database, tmp_path: Path
) -> None:
    ids = await old_tasks(database, JANUARY)
    lease = await claimed(database, "archive")
    async with database.transaction() as tx:
        await tx.execute("UPDATE claim SET token = token + 1")
    with pytest.raises(LeaseLostError):
        await archive(database).run(lease, tmp_path)
    assert await kept(database) == ids
    with archive_file._locked(tmp_path / "tasks"), pytest.raises(ArchiveInUseError):
        await archive(database).run(await claimed(database, "archive-2"), tmp_path)


async def test_old_files_are_removed_by_when_rows_were_last_added(database: Database, tmp_path: Path) -> None:
    tasks = tmp_path / "tasks"
    tasks.mkdir()
    for name, days in (("2026-01.csv", 40), ("2026-02.csv", 20), ("notes.csv", 400)):
        (tasks / name).write_text("id\n", encoding="utf-8")
        long_ago = dt.datetime.now(dt.UTC).timestamp() - days * 86400
        os.utime(tasks / name, (long_ago, long_ago))
    await archive(database).run(await claimed(database, "archive"), tmp_path)
    assert sorted(path.name for path in tasks.iterdir() if not path.name.startswith(".")) == [
        "2026-02.csv",
        "notes.csv",
    ]
