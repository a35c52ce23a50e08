import json

import pytest

from tests.unit.cli.conftest import Run

PATH = "/api/monitor/circuit-breakers"
OPEN = {
    "state": "open",
    "failure_count": 2,
    "last_failure_time": "2026-01-02T03:04:05Z",
    "next_attempt_time": "2026-01-02T03:05:05Z",
    "threshold": 2,
    "open_seconds": 60.0,
}
CLOSED = OPEN | {"state": "closed", "failure_count": 0, "last_failure_time": None, "next_attempt_time": None}
ALL = {"llm_api": CLOSED, "engine:chat-a": OPEN}


def test_breakers_are_listed(run: Run) -> None:
    result, fake = run({f"GET {PATH}": [ALL]}, "breaker", "list")
    (closed,) = [line for line in result.stdout.splitlines() if "llm_api" in line]
    (opened,) = [line for line in result.stdout.splitlines() if "engine:chat-a" in line]
    assert "closed" in closed
    assert all(words in opened for words in ("open", "2026-01-02 ", " 60 "))
    assert fake.requests[0].headers["authorization"] == "Bearer admin"
    assert json.loads(run({f"GET {PATH}": [ALL]}, "breaker", "list", "--json")[0].stdout) == ALL


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (["--threshold", "5"], {"threshold": 5}),
        (["--threshold", "5", "--open-seconds", "7.5"], {"threshold": 5, "open_seconds": 7.5}),
    ],
)
def test_settings_are_changed(run: Run, options: list[str], body: dict[str, float]) -> None:
    changed = CLOSED | {"threshold": 5}
    result, fake = run({f"PATCH {PATH}/engine:chat-a": changed}, "breaker", "set", "engine:chat-a", *options)
    assert fake.body == body
    assert result.stdout == "engine:chat-a opens after 5 failures in a row, for 60 s.\n"


def test_nothing_to_change_is_said(run: Run) -> None:
    result, fake = run({}, "breaker", "set", "llm_api")
    assert result.exit_code == 2
    assert "--threshold" in result.stderr
    assert fake.requests == []


def test_one_is_closed_by_hand(run: Run) -> None:
    result, _ = run({f"POST {PATH}/llm_api/reset": CLOSED}, "breaker", "reset", "llm_api")
    assert result.stdout == "llm_api is closed.\n"
