"""Lists and details at 80 columns and piped: whole ids, names and keywords, so that the next command can have them."""

import copy
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_api import ORDER

KEYWORD = "适合通勤和长途飞行的头戴式主动降噪蓝牙耳机推荐以及性价比分析" * 3
BRAND = "某某科技股份有限公司旗下高端音频子品牌" * 2
ENGINES = ["a-very-long-name-of-an-engine-on-a-page", "another-long-name-of-an-engine-behind-an-api"]
QUEUE = "a-service-with-a-name.collection-answered.another-long-name-of-an-engine.bulk"
CURSOR = "WyJhYmMiLCBbIjIwMjYtMDEtMDIiLCAxMjNdXQ" * 4
LONG = ORDER | {
    "keyword": KEYWORD,
    "brand": {"name": BRAND, "aliases": [BRAND[:20]], "domains": []},
    "engines": ENGINES,
}
MOMENT = "2026-01-02T03:04:05Z"
BREAKER = {
    "state": "open",
    "failure_count": 2,
    "last_failure_time": MOMENT,
    "next_attempt_time": MOMENT,
    "threshold": 2,
    "open_seconds": 60.0,
}
TASK: dict[str, Any] = {
    "task_id": 123456789,
    "task_type": "collect",
    "keyword": KEYWORD,
    "date": "2026-01-02",
    "engine": ENGINES[0],
    "status": "failed",
    "progress": 1,
    "total": 2,
    "percentage": 50,
    "retry_count": 1,
    "started_at": MOMENT,
    "error_message": "a captcha [again]",
}
ANSWERS: list[tuple[list[str], dict[str, Any], list[str]]] = [
    (
        ["order", "list"],
        {"GET /api/orders": {"items": [LONG], "next": CURSOR}},
        [ORDER["id"], KEYWORD, BRAND, ", ".join(ENGINES), CURSOR],
    ),
    (
        ["order", "show", ORDER["id"]],
        {f"GET /api/orders/{ORDER['id']}": LONG},
        [ORDER["id"], KEYWORD, BRAND, ", ".join(ENGINES)],
    ),
    (
        ["breaker", "list"],
        {"GET /api/monitor/circuit-breakers": {f"engine:{ENGINES[1]}": BREAKER}},
        [f"engine:{ENGINES[1]}", "open"],
    ),
    (["dead", "list"], {"GET /api/dead-letters": [[{"queue": QUEUE, "count": 3, "oldest": MOMENT}]]}, [QUEUE]),
    (
        ["user", "list"],
        {
            "GET /api/users": {
                "items": [{"name": "u" * 100, "role": "client", "revoked": False, "created_at": MOMENT}],
                "next": CURSOR,
            }
        },
        ["u" * 100, CURSOR],
    ),
    (
        ["tasks"],
        {"GET /api/monitor/tasks/running": {"items": [TASK], "next": None}},
        ["123456789", KEYWORD, ENGINES[0], "a captcha [again]"],
    ),
]


@pytest.mark.case("c1")
@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize(("command", "answers", "words"), ANSWERS, ids=[" ".join(each[0][:2]) for each in ANSWERS])
def test_nothing_is_cut_at_80_columns_or_piped(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    answers: dict[str, Any],
    words: list[str],
    *,
    terminal: bool,
) -> None:
    """A terminal breaks a long line itself, where it stays one word for whoever copies it."""
    monkeypatch.setenv("COLUMNS", "80")
    if terminal:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        monkeypatch.setenv("TERM", "dumb")
    result, _ = run(copy.deepcopy(answers), *command)
    assert result.exit_code == 0, result.exception
    lines = result.stdout.splitlines()
    for word in words:
        assert any(word in line for line in lines), (word, result.stdout)


def test_a_narrow_terminal_shows_rows_below_one_another(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "dumb")
    result, _ = run({"GET /api/orders": {"items": [LONG, LONG], "next": None}}, "order", "list")
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith("order ")] == [f"order     {ORDER['id']}"] * 2
    assert f"keyword   {KEYWORD}" in lines


def test_a_pipe_has_a_line_a_row_and_nothing_folded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page = {"items": [LONG, LONG | {"keyword": "\x1b[31m[red]短"}], "next": None}
    result, _ = run({"GET /api/orders": page}, "order", "list")
    head, first, second = result.stdout.splitlines()
    assert head.split()[:3] == ["order", "keyword", "brand"]
    assert all(word in first for word in (ORDER["id"], KEYWORD, BRAND, ", ".join(ENGINES)))
    assert "\ufffd[31m[red]短" in second
