"""The backup: a dump of the whole database, read back before it counts, the newest few kept.

    backup/answerlens-YYYY-MM-DD.dump    pg_dump's custom format; `pg_restore` reads it

`pg_dump` must be of the server's major version or a newer one.
"""

import asyncio
import datetime as dt
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from answerlens_common.errors import BusinessError, SystemFaultError
from answerlens_common.observing.logs import get_logger
from answerlens_common.settings import PostgresSettings

_DUMP = re.compile(r"answerlens-\d{4}-\d{2}-\d{2}\.dump")


class ProgramMissingError(BusinessError):
    """A program that backups need is not installed."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} is missing: install PostgreSQL's client programs, or unset the backup folder")
        self.program = program


class BackupError(SystemFaultError):
    """A program that makes or reads a backup failed."""


@dataclass(frozen=True)
class Backup:
    """Dumps the database into a folder."""

    postgres: PostgresSettings
    folder: Path
    kept: int

    async def run(self, date: dt.date) -> Path:
        """Make the date's backup, and remove those that are more than are kept.

        Raises:
            ProgramMissingError: pg_dump or pg_restore is not installed.
            BackupError: one of them failed, or the dump lacks our tables.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"answerlens-{date}.dump"
        new = path.with_name(f".{path.name}.new")
        try:
            await self._call("pg_dump", "--format=custom", f"--file={new}", "--no-password")
            contents = await self._call("pg_restore", "--list", str(new))
            if "TABLE DATA public orders" not in contents:
                message = "the dump lacks the table orders"
                raise BackupError(message)
            new.rename(path)
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)
        for old in sorted(file for file in self.folder.iterdir() if _DUMP.fullmatch(file.name))[: -self.kept]:
            old.unlink()
        get_logger().info("backed up", file=path.name, bytes=path.stat().st_size)
        return path

    async def _call(self, program: str, *arguments: str) -> str:
        found = shutil.which(program)
        if found is None:
            raise ProgramMissingError(program)
        process = await asyncio.create_subprocess_exec(
            found,
            *arguments,
            # the password goes by the environment: a command line can be read by every user of the machine
            env={**os.environ, **connection(self.postgres.url)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            output, errors = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            message = f"{program}: {errors.decode(errors='replace').strip()[-500:]}"
            raise BackupError(message)
        return output.decode(errors="replace")


def connection(url: str) -> dict[str, str]:
    """The environment by which PostgreSQL's programs find the database of a URL."""
    parts = urlsplit(url)
    found = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": unquote(parts.username) if parts.username else None,
        "PGPASSWORD": unquote(parts.password) if parts.password else None,
        "PGDATABASE": unquote(parts.path.lstrip("/")) or None,
        "PGSSLMODE": parse_qs(parts.query).get("sslmode", [None])[0],
    }
    return {name: value for name, value in found.items() if value is not None}
