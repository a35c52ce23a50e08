"""Backups that can be read back, and what is said when they cannot be made."""

import datetime as dt
from pathlib import Path

import pytest

from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings
from answerlens_scheduler.backup import Backup, BackupError, ProgramMissingError
from tests.integration.scheduler.chores import DAY, old_tasks


async def test_a_backup_is_whole_and_the_newest_are_kept(database: Database, tmp_path: Path) -> None:
    await old_tasks(database, ["2026-01-02"])
    folder = tmp_path / "backup"
    backup = Backup(database.settings, folder, kept=2)
    (tmp_path / "backup").mkdir()
    (folder / "notes.txt").write_text("stays", encoding="utf-8")
    for days in range(3):
        path = await backup.run(DAY + dt.timedelta(days=days))
    assert sorted(file.name for file in folder.iterdir()) == [
        "answerlens-2026-05-11.dump",
        "answerlens-2026-05-12.dump",
        "notes.txt",
    ]
    restored = await backup._call("pg_restore", "--data-only", "--table=task_log", "--file=-", str(path))
    assert "蓝牙耳机" in restored


async def test_what_fails_leaves_no_backup_and_says_why(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = PostgresSettings(url=database.settings.url.rsplit("/", 1)[0] + "/nowhere")
    with pytest.raises(BackupError, match="nowhere"):
        await Backup(elsewhere, tmp_path / "backup", kept=2).run(DAY)
    assert list((tmp_path / "backup").iterdir()) == []
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissingError, match="pg_dump is missing"):
        await Backup(database.settings, tmp_path / "backup", kept=2).run(DAY)
