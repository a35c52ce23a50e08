"""Chat front ends that others wrote, installed apart from everything else; a test is skipped where that fails."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4] / ".run" / "fronts"
SECONDS = 900


def python_with(package: str) -> str:
    """A Python that has a package of PyPI."""
    folder = ROOT / package
    program = folder / "bin" / "python"
    if not (folder / "installed").exists():
        _run(package, sys.executable, "-m", "venv", "--clear", str(folder))
        _run(package, str(program), "-m", "pip", "install", "--quiet", package)
        (folder / "installed").touch()
    return str(program)


def scripts_of(**packages: str) -> Path:
    """A folder in which packages of npm lie unpacked, each under the name that is given it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm to fetch the front end with")
    for name, package in packages.items():
        folder = ROOT / "scripts" / name
        if not (folder / "package").is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _run(package, npm, "pack", "--silent", package, cwd=folder)
            _run(package, "tar", "xzf", next(folder.glob("*.tgz")).name, cwd=folder)
    return ROOT / "scripts"


def _run(package: str, *command: str, cwd: Path | None = None) -> None:
    try:
        subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"{package} cannot be installed here: {error}")
