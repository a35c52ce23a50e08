"""A pytest plugin for `tests.chaos.before`: writes how each test marked as a case ended, a JSON line a test.

It also registers the marker, which the code of before does not know.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

FILE_VARIABLE = "ANSWERLENS_CASES_FILE"
# What the test is about is missing there: that it cannot run shows nothing about what the code did.
_ABSENT = (ImportError, AttributeError, TypeError, NameError)


def pytest_configure(config: pytest.Config) -> None:
    """Let `--strict-markers` accept the marker."""
    config.addinivalue_line("markers", "case(*names, not_before='why'): see tests/chaos/cases.py")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record the test's own part, or the fixture that kept it from running."""
    report = yield
    names = sorted({name for marker in item.iter_markers("case") for name in marker.args})
    if names and (report.when == "call" or (report.when == "setup" and not report.passed)):
        line = {"test": item.nodeid, "cases": names, "outcome": _outcome(report, call)}
        with Path(os.environ[FILE_VARIABLE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return report


def _outcome(report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    if report.passed:
        return "passed"
    raised = call.excinfo.value if call.excinfo else None
    return "failed" if report.when == "call" and not isinstance(raised, _ABSENT) else "cannot run"
