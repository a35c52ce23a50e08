"""A private PostgreSQL: its data directory, its user, its command line."""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.programs import Postgres

NAME = "answerlens"
"""The name of the database, and of the role that owns it."""


def run_as() -> str:
    """The user who runs PostgreSQL: it refuses root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def prepare(programs: Postgres, run_dir: Path, password: str) -> Path:
    """Make the data directory, unless an earlier start has.

    Returns:
        Where the data lies: `<run_dir>/postgres`, or a folder outside it to which that is a link.

    Raises:
        StackError: initdb failed.
    """
    data = _directory(run_dir, run_as())
    if (data / "PG_VERSION").exists():
        return data
    # initdb reads the password from a file that its own user must be able to read, outside the data.
    with tempfile.NamedTemporaryFile("w", dir=data.parent) as password_file:
        password_file.write(password)
        password_file.flush()
        shutil.chown(password_file.name, run_as())
        _initdb(programs, data, Path(password_file.name))
    return data


def remove(run_dir: Path) -> None:
    """Remove the data directory, wherever it lies."""
    link = run_dir / "postgres"
    shutil.rmtree(_outside(run_dir), ignore_errors=True)
    if link.is_symlink():
        link.unlink()
    else:
        shutil.rmtree(link, ignore_errors=True)


def is_ready(programs: Postgres, port: int) -> bool:
    """Whether the server on this port of 127.0.0.1 takes connections."""
    command = [f"{programs.folder}/pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}"]
    return subprocess.run(command, check=False).returncode == 0


def create_database(programs: Postgres, url: str) -> None:
    """Create the database that `url` names, unless it exists.

    Raises:
        StackError: the server refused.
    """
    server, _, name = url.rpartition("/")
    # CREATE DATABASE knows no IF NOT EXISTS: let the catalogue write the statement only when it is needed.
    statement = (
        f"SELECT 'CREATE DATABASE {name}' WHERE NOT EXISTS"  # noqa: S608 - a name of ours
        f" (SELECT FROM pg_database WHERE datname = '{name}') \\gexec"
    )
    command = [f"{programs.folder}/psql", "--no-psqlrc", "--quiet", f"{server}/postgres"]
    outcome = subprocess.run(command, input=statement, capture_output=True, text=True, check=False)
    if outcome.returncode or outcome.stderr:
        message = f"Database {name} could not be created: {outcome.stderr.strip()}"
        raise StackError(message)


def _initdb(programs: Postgres, data: Path, password_file: Path) -> None:
    command = [
        f"{programs.folder}/initdb",
        f"--pgdata={data}",
        f"--username={NAME}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    user = run_as() if os.geteuid() == 0 else None
    # From /: the caller's folder may be closed to the user who runs this.
    outcome = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    if outcome.returncode:
        message = f"initdb failed: {outcome.stderr.strip()}"
        raise StackError(message)


def _directory(run_dir: Path, user: str) -> Path:
    """A folder that `user` can reach: in the run folder, or outside it when that is closed (/root, a mktemp)."""
    inside = run_dir / "postgres"
    if inside.is_symlink():
        return inside.resolve()
    if _make(inside, user):
        return inside
    inside.rmdir()
    outside = _outside(run_dir)
    if not _make(outside, user):
        message = f"User {user} can write neither in {inside} nor in {outside}: PostgreSQL needs one of them."
        raise StackError(message)
    inside.symlink_to(outside)
    return outside


def _outside(run_dir: Path) -> Path:
    return Path("/var/tmp") / f"answerlens-{hashlib.sha256(bytes(run_dir)).hexdigest()[:12]}"  # noqa: S108


def _make(path: Path, user: str) -> bool:
    """Make the folder for `user` alone; False when that user cannot use it."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if os.geteuid() != 0:
        return True
    owner = pwd.getpwnam(user)
    if path.is_symlink() or path.stat().st_uid not in {0, owner.pw_uid}:
        message = f"{path} belongs to another user: remove it, or use another run folder."
        raise StackError(message)
    os.chown(path, owner.pw_uid, owner.pw_gid)
    probe = subprocess.run(["test", "-w", path], user=user, cwd="/", check=False)  # noqa: S607 - coreutils
    return probe.returncode == 0
