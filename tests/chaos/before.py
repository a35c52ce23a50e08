"""`make faults-before`: run the tests of all cases on the code as it was, and say which failed there.

A test of a fault that passes on the faulty code shows nothing. The code of the case's `before` is laid out beside the
tests of its `written`. A case holds when one of its tests ran there and failed, or when it says why it cannot run there
(`@pytest.mark.case("o3", not_before="…")`).
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.chaos.cases import CASES, Case
from tests.chaos.matrix import marked_cases
from tests.chaos.mutate import ROOT
from tests.chaos.record_cases import FILE_VARIABLE

_GIT = shutil.which("git") or "git"


def main() -> int:
    """Run all cases, or those that are named; 1 when one has no test that failed there and no reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="CASE")
    names = parser.parse_args().names
    if unknown := set(names) - {case.name for case in CASES}:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    chosen = [case for case in CASES if not names or case.name in names]
    pairs = sorted({(case.before, case.written) for case in chosen})
    open_cases = [name for before, written in pairs for name in _not_shown(before, written, chosen)]
    for name in open_cases:
        print(f"NOT SHOWN {name}")
    shown = len(chosen) - len(open_cases)
    print(f"{shown} of {len(chosen)} cases failed on the code as it was, or say why they cannot run there")
    return 1 if open_cases else 0


def _not_shown(before: str, written: str, chosen: Sequence[Case]) -> list[str]:
    """Run the tests of one commit; the cases written then of which none failed, and which say no reason."""
    names = [case.name for case in chosen if (case.before, case.written) == (before, written)]
    with tempfile.TemporaryDirectory(prefix="answerlens-before-") as folder:
        code = Path(folder) / "code"
        _unpack(code, before)
        shutil.rmtree(code / "tests")
        _unpack(code, written, "tests")
        marked = marked_cases(code / "tests")
        files = sorted({f"tests/{test.where.split('::')[0]}" for name in names for test in marked.get(name, ())})
        outcomes = _run(code, files)
    reasons = {name: [test.not_before for test in marked.get(name, ()) if test.not_before] for name in names}
    return [name for name in names if not _holds(name, outcomes.get(name, {}), reasons[name])]


def _unpack(folder: Path, commit: str, *paths: str) -> None:
    archive = subprocess.run([_GIT, "archive", commit, *paths], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")


def _run(code: Path, files: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """For each case the outcome of each of its tests."""
    sources = [code, *code.glob("libs/*/src"), *code.glob("services/*/src"), code / "sandbox" / "src"]
    record = code.parent / "outcomes.jsonl"
    record.touch()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=line", "-p", "tests.chaos.record_cases", "-p", "no:cacheprovider",
         "-m", "case", "--continue-on-collection-errors", *files],
        cwd=code,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources)), FILE_VARIABLE: str(record)},
        check=False,
    )  # fmt: skip
    outcomes: dict[str, dict[str, str]] = defaultdict(dict)
    for line in record.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        for name in told["cases"]:
            outcomes[name][told["test"]] = told["outcome"]
    return outcomes


def _holds(name: str, outcomes: Mapping[str, str], reasons: Sequence[str]) -> bool:
    failed = [test for test, outcome in outcomes.items() if outcome == "failed"]
    passed = [test for test, outcome in outcomes.items() if outcome == "passed"]
    said = f"; {'; '.join(reasons)}" if reasons else ""
    print(f"{name:4} failed there {len(failed)}, passed {len(passed)}, "
          f"could not run {len(outcomes) - len(failed) - len(passed)}{said}")  # fmt: skip
    for test in passed:
        print(f"     passes there: {test}")
    return bool(failed or reasons)


if __name__ == "__main__":
    sys.exit(main())
