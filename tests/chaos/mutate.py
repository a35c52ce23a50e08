"""`make chaos-mutants`: plant each bug of `mutants.py` in a copy of the code; the suite must catch every one.

A suite that cannot fail proves nothing. First the tests that are to catch the bugs run on the copy as it is, and must
pass; then each bug is planted alone, and one of its tests must fail: by an assertion or an error of the test, not
because the copy cannot be imported.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".run", "build", "__pycache__", ".*_cache", ".hypothesis")
TESTS_FAILED = 1


def main() -> int:
    """Run all, or those that are named; 1 when a bug gets through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(mutant.name for mutant in MUTANTS)}")
    names = parser.parse_args().names
    chosen = [mutant for mutant in MUTANTS if not names or mutant.name in names]
    if unknown := set(names) - {mutant.name for mutant in chosen}:
        parser.error(f"no such bug: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="answerlens-mutants-") as folder:
        copy = Path(folder) / "code"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        tests = sorted({test for mutant in chosen for test in mutant.tests})
        print(f"{len(tests)} tests on the code as it is ...", flush=True)
        code, output = _run(copy, tests)
        if code:
            print(output)
            print("They must pass before they can catch anything.")
            return 1
        missed = [mutant.name for mutant in chosen if not _is_caught(copy, mutant)]
    print(f"{len(chosen) - len(missed)} of {len(chosen)} caught" + (f"; missed: {', '.join(missed)}" if missed else ""))
    return 1 if missed else 0


def _is_caught(copy: Path, mutant: Mutant) -> bool:
    started = time.monotonic()
    with _planted(copy, mutant):
        code, output = _run(copy, mutant.tests)
    caught = code == TESTS_FAILED
    by = next(
        (line.split(" ")[1] for line in output.splitlines() if line.startswith(("FAILED tests/", "ERROR tests/"))), "-"
    )
    verdict = "caught" if caught else f"MISSED (pytest ended with {code})"
    print(f"{verdict:8} {mutant.name:32} {time.monotonic() - started:5.0f} s  {by}", flush=True)
    if code not in {0, TESTS_FAILED}:
        print(output)
    return caught


@contextmanager
def _planted(copy: Path, mutant: Mutant) -> Iterator[None]:
    path = copy / mutant.file
    whole = path.read_text(encoding="utf-8")
    if whole.count(mutant.right) != 1:
        message = f"{mutant.name}: {mutant.file} no longer has once: {mutant.right}"
        raise SystemExit(message)
    path.write_text(whole.replace(mutant.right, mutant.wrong), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(whole, encoding="utf-8")


def _run(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    sources = [str(path) for path in (*copy.glob("libs/*/src"), *copy.glob("services/*/src"), copy / "sandbox" / "src")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sources), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
