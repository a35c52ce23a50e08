"""`make lost-tests`: every test of an earlier commit is still there by its name, or `moved_tests.txt` says where it is.

The ids are what pytest collects: at the commit from its own files, and now from the working tree.
"""

import argparse
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from answerlens_cli.repository import ROOT

BEFORE = "33c43500"
MOVED = Path(__file__).parent / "moved_tests.txt"
FOLDERS = ("unit", "integration", "golden", "e2e", "chaos", "size")


def moved() -> Mapping[str, str]:
    """The new name of each test, function or file that has another than at `BEFORE`."""
    lines = [line for line in MOVED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {old: new for old, _, new in (line.partition(" -> ") for line in lines)}


def now_called(test: str, names: Mapping[str, str]) -> str:
    """The id that a test of before has now."""
    function, bracket, values = test.partition("[")
    path, _, name = function.partition("::")
    known = names.get(test) or names.get(without_numbers(test))
    return known or f"{names.get(function) or f'{names.get(path, path)}::{name}'}{bracket}{values}"


def without_numbers(test: str) -> str:
    """The id without the numbers that pytest gives to values: another value before them changes those."""
    return re.sub(r"(?<=[\[-])([a-z_]+)\d+(?=[\]-])", r"\1", test)


def unnumbered(tests: Iterable[str]) -> Counter[str]:
    """How often there is each id without numbers."""
    return Counter(map(without_numbers, tests))


def collected(code: Path) -> set[str]:
    """The ids of all tests of a checkout, with its own code."""
    sources = [*code.glob("libs/*/src"), *code.glob("services/*/src"), code / "sandbox" / "src"]
    folders = [f"tests/{name}" for name in FOLDERS if (code / "tests" / name).exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *folders],
        cwd=code,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"The tests of {code} cannot be collected:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return {line for line in done.stdout.splitlines() if "::" in line}


def collected_at(commit: str) -> set[str]:
    """The ids of all tests of a commit."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S607
    with tempfile.TemporaryDirectory(prefix="answerlens-tests-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        return collected(Path(folder))


def main() -> int:
    """Compare with the commit that is named, or with `BEFORE`; 1 when a test is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", nargs="?", default=BEFORE)
    commit = parser.parse_args().commit
    before = collected_at(commit)
    now = collected(ROOT)
    names = moved()
    lost = unnumbered(now_called(each, names) for each in before) - unnumbered(now)
    sys.stdout.writelines(f"LOST {each}\n" for each in sorted(lost.elements()))
    sys.stdout.write(f"{len(before)} tests at {commit}, {lost.total()} of them lost; {len(now)} now\n")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
