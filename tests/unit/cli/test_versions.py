"""Versions of reports, withdrawals and dates on the command line."""

import json
from typing import Any

import pytest

from tests.unit.cli.conftest import VERSIONS, Run
from tests.unit.cli.fake_api import ORDER
from tests.unit.cli.test_orders import REPORT

ID = ORDER["id"]
VERSION: dict[str, Any] = {
    "date": "2026-01-02",
    "version": 2,
    "status": "completed",
    "surfaces": ["browser"],
    "why": "backdated",
    "cause": "2026-01-01",
    "created_at": "2026-01-03T03:04:05Z",
    "complete_at": None,
    "changes": [{"field": "overall.rates.mention_rate", "was": {"verdict": None}, "is": {"verdict": "up"}, "why": "x"}],
    "notes": ["新版本正在生成。 A newer version is being worked on."],
}


def test_versions_say_why_and_what_changed(run: Run) -> None:
    result, fake = run({VERSIONS: {"items": [VERSION], "next": "abc"}}, "order", "versions", ID, "--date", "2026-01-02")
    assert result.exit_code == 0, result.output
    assert dict(fake.requests[0].url.params) == {"date": "2026-01-02", "limit": "20"}
    for words in ("version 2 completed", "backdated of 2026-01-01", "sentiment pending", "being worked on"):
        assert words in result.stdout
    assert 'overall.rates.mention_rate: {"verdict": null} → {"verdict": "up"}' in result.stdout
    assert "More: --cursor abc" in result.stdout
    assert "No day has a report yet" in run({}, "order", "versions", ID)[0].stdout


def test_a_report_is_shown_with_what_has_come_of_it(run: Run) -> None:
    answers = {f"GET /api/orders/{ID}/report": REPORT, VERSIONS: {"items": [VERSION | {"version": 1}], "next": None}}
    result, fake = run(answers, "order", "report", ID, "--version", "1")
    assert result.exit_code == 0, result.output
    assert dict(fake.requests[0].url.params) == {"version": "1"}
    assert dict(fake.requests[1].url.params) == {"date": "2026-01-02", "limit": "100"}
    assert "Version 1 of 2026-01-02" in result.stdout
    assert "A newer version is being worked on" in result.stdout


def test_withdrawing_names_the_day_and_the_reason(run: Run) -> None:
    path = f"POST /api/orders/{ID}/withdraw"
    arguments = ("order", "withdraw", ID, "--date", "2026-01-02", "--reason", "measured by mistake")
    result, fake = run({path: ORDER}, *arguments)
    assert (result.exit_code, "2026-01-02 is withdrawn" in result.stdout) == (0, True)
    assert fake.body == {"date": "2026-01-02", "reason": "measured by mistake"}
    assert json.loads(run({path: ORDER}, *arguments, "--json")[0].stdout) == ORDER
    assert run({}, "order", "withdraw", ID, "--date", "2026-01-02")[0].exit_code == 2


def test_a_refresh_is_backdated_on_request_only(run: Run) -> None:
    answer = {"POST /api/refresh": {"date": "2026-01-02", "message": "done"}}
    assert run(answer, "refresh", "--date", "2026-01-02")[1].body == {"date": "2026-01-02"}
    assert run(answer, "refresh", "--date", "2026-01-02", "--backdate")[1].body["backdate"] is True


@pytest.mark.case("o3")
@pytest.mark.parametrize("date", ["2026-1-1", "2026-01-1", "20260101", "01.01.2026", "２０２６-01-01"])
@pytest.mark.parametrize("command", [("refresh",), ("order", "report", ID), ("order", "evidence", ID)])
def test_a_date_is_written_in_one_way(run: Run, command: tuple[str, ...], date: str) -> None:
    result, fake = run({}, *command, "--date", date)
    assert (result.exit_code, fake.requests) == (2, [])
    assert "is not a date, such as 2026-01-31" in " ".join(result.output.replace("│", " ").split())
