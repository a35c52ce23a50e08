#!/usr/bin/env python3
"""No module is longer than 300 lines: one that is has more than one job."""

import sys
from pathlib import Path

LONGEST = 300
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("libs", "services", "sandbox", "scripts", "tests")


def too_long(root: Path) -> list[tuple[Path, int]]:
    """Every Python module under the source folders with more lines than that, and how many it has."""
    modules = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    counts = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in modules]
    return [(path.relative_to(root), lines) for path, lines in counts if lines > LONGEST]


def main() -> int:
    """Print them; the exit code is 1 when there are any."""
    found = too_long(ROOT)
    for path, lines in found:
        print(f"{path}: {lines} lines, more than {LONGEST}")  # noqa: T201 - a command prints
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
