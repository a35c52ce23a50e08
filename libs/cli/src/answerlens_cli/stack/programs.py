"""PostgreSQL, RabbitMQ and Chromium: an address from the environment, a binary here, or an apt package."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from answerlens_cli.repository import ROOT
from answerlens_cli.stack.errors import ProgramMissingError, StackError

INSTALLER = ROOT / "scripts" / "install-system"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
# Not /usr/sbin/rabbitmq-server: Debian's wrapper changes to the system's user and drops our environment.
DEBIAN_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = {
    "PostgreSQL": ("postgresql",),
    "RabbitMQ": ("rabbitmq-server",),
    # Pages in Chinese need a font with Chinese characters, or every screenshot shows boxes.
    "Chromium": ("chromium", "fonts-wqy-zenhei"),
    "libatomic": ("libatomic1",),
}
# Playwright brings its own Node.js, which a bare Debian cannot load without this library.
DRIVER_LIBRARY = "libatomic.so.1"


@dataclass(frozen=True)
class Postgres:
    """The folder of PostgreSQL's server programs (initdb, postgres, psql)."""

    folder: Path


@dataclass(frozen=True)
class RabbitMQ:
    """RabbitMQ's own start script and the Erlang port mapper that goes with it."""

    server: Path
    epmd: Path


@dataclass(frozen=True)
class Programs:
    """What the stack starts by itself; None where the environment names a running server instead."""

    postgres: Postgres | None
    rabbitmq: RabbitMQ | None
    chromium: Path


def find_or_install(env: Mapping[str, str], report: Callable[[str], None]) -> Programs:
    """Every program the stack needs, installed first when it is missing and we may.

    Raises:
        ProgramMissingError: something is missing and this is not Debian or Ubuntu, or we are not root there, or
            the package could not be had.
        StackError: `ANSWERLENS_CHROMIUM_PATH` names no program.
    """
    missing = _missing(env)
    if missing:
        report(f"Installing {', '.join(missing)} (Debian packages, nothing is started)")
        packages = [package for name in missing for package in PACKAGES[name]]
        outcome = subprocess.run([INSTALLER, *packages], capture_output=True, text=True, check=False)
        still_missing = _missing(env)
        if still_missing:
            why = (outcome.stderr.strip().splitlines() or ["the packages did not bring the programs"])[-1]
            raise ProgramMissingError(still_missing, why)
    chromium = _find_chromium(env)
    assert chromium is not None  # noqa: S101 - what was missing has raised above
    return Programs(
        postgres=None if "ANSWERLENS_POSTGRES_URL" in env else _find_postgres(),
        rabbitmq=None if "ANSWERLENS_RABBITMQ_URL" in env else _find_rabbitmq(),
        chromium=chromium,
    )


def _missing(env: Mapping[str, str]) -> list[str]:
    found = {
        "PostgreSQL": "ANSWERLENS_POSTGRES_URL" in env or _find_postgres(),
        "RabbitMQ": "ANSWERLENS_RABBITMQ_URL" in env or _find_rabbitmq(),
        "Chromium": _find_chromium(env),
        "libatomic": _can_load(DRIVER_LIBRARY),
    }
    return [name for name, program in found.items() if not program]


def _find_postgres() -> Postgres | None:
    """The newest server that Debian's layout holds, else the one on PATH."""
    versions = sorted(DEBIAN_POSTGRES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    candidates = [*reversed(versions), *([Path(on_path)] if on_path else [])]
    return next((Postgres(initdb.parent) for initdb in candidates if _is_program(initdb)), None)


def _find_rabbitmq() -> RabbitMQ | None:
    on_path = shutil.which("rabbitmq-server")
    server = DEBIAN_RABBITMQ if _is_program(DEBIAN_RABBITMQ) else Path(on_path) if on_path else None
    epmd = shutil.which("epmd")
    return RabbitMQ(server, Path(epmd)) if server and epmd else None


def _find_chromium(env: Mapping[str, str]) -> Path | None:
    given = env.get("ANSWERLENS_CHROMIUM_PATH")
    if given and not shutil.which(given):
        message = f"ANSWERLENS_CHROMIUM_PATH is {given}, which is no program on this machine."
        raise StackError(message)
    names = (given,) if given else CHROMIUM_NAMES
    return next((Path(path) for path in map(shutil.which, names) if path), None)


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
