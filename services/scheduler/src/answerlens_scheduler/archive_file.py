"""A month of the task log as a file: written anew beside the old one, read back, and only then put in its place.

Files are tables for people and programs, lossless CSV: UTF-8, comma, a header. A row is known by its id, so adding the
same row twice leaves it there once.
"""

import csv
import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from answerlens_common.errors import SystemFaultError, TransientError

Row = Mapping[str, str]


class ArchiveFileError(SystemFaultError):
    """A file of the archive is not what it should be; nothing has been deleted."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.name}: {problem}")
        self.path = path
        self.problem = problem


class ArchiveInUseError(TransientError):
    """Another process is writing to the archive."""


@dataclass(frozen=True)
class Written:
    """What a file holds, as read back from it."""

    rows: int
    sha256: str


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Have the folder for ourselves. The lock ends with its process; while that hangs, no other writes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another process is writing to {folder.name}"
            raise ArchiveInUseError(message) from None
        yield


def add(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> Written:
    """Put these rows into the file, in place of those with their ids; what the file holds afterwards.

    What is there is read and replaced under one lock, so a process that adds later, however late, adds to all of it.

    Raises:
        ArchiveInUseError: another process is at it.
        ArchiveFileError: the file there is damaged, or what was written does not read back as it should.
        OSError: the disk is full, or the like. The file is as it was.
    """
    new = path.with_name(f".{path.name}.new")
    with _locked(path.parent):
        try:
            written = _write_beside(new, path, columns, rows)
            new.rename(path)
        except BaseException:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    return written


def _write_beside(new: Path, path: Path, columns: Sequence[str], rows: Sequence[Row]) -> Written:
    with new.open("w", encoding="utf-8", newline="") as file:
        expected = _write(file, path, columns, rows)
        file.flush()
        os.fsync(file.fileno())
    written = verified(new)
    if written != expected:
        raise ArchiveFileError(path, f"{expected.rows} rows were written and {written.rows} read back")
    return written


def verified(path: Path) -> Written:
    """Read a file to its end.

    Raises:
        ArchiveFileError: a row has too few or too many fields, or an id comes twice.
    """
    ids: set[str] = set()
    for row in read(path):
        if row["id"] in ids:
            raise ArchiveFileError(path, f"row {row['id']} is there twice")
        ids.add(row["id"])
    with path.open("rb") as file:
        return Written(len(ids), hashlib.file_digest(file, "sha256").hexdigest())


def read(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a file.

    Raises:
        ArchiveFileError: the file is damaged.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is None or "id" not in reader.fieldnames:
            raise ArchiveFileError(path, "it has no header")
        for row in reader:
            if None in row or None in row.values():
                raise ArchiveFileError(path, f"line {reader.line_num} is damaged")
            yield row


class _Hashed:
    """Passes text on to a file and keeps its hash."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, text: str) -> int:
        self.sha256.update(text.encode())
        return self._file.write(text)


def _write(file: TextIO, old: Path, columns: Sequence[str], rows: Sequence[Row]) -> Written:
    added = {row["id"] for row in rows}
    # what an older version stored beside our columns is kept
    extra = [name for name in _header(old) if name not in columns]
    hashed = _Hashed(file)
    writer = csv.DictWriter(hashed, [*columns, *extra], restval="", lineterminator="\n")
    writer.writeheader()
    kept = 0
    if old.exists():
        for row in read(old):
            if row["id"] not in added:
                writer.writerow(row)
                kept += 1
    writer.writerows(rows)
    return Written(kept + len(rows), hashed.sha256.hexdigest())


def _header(path: Path) -> list[str]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
