import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from answerlens_cli.api import ApiRefusedError
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_api import ORDER, problem, stream

ID = ORDER["id"]
RATE = {"k": 61, "n": 200, "rate": 0.305, "low": 0.2454, "high": 0.3722}
REPORT = {
    "order": ORDER,
    "keyword": "蓝牙耳机",
    "brand": "索尼",
    "competitors": ["Bose"],
    "date": "2026-01-02",
    "status": "completed",
    "version": 1,
    "created_at": "2026-01-02T03:04:05.678Z",
    "complete_at": "2026-01-02T03:04:05.678Z",
    "surface": "browser",
    "surfaces": ["browser"],
    "sandbox": True,
    "source_note": "这些答案来自沙箱。 From the sandbox.",
    "engines": {
        "chat-a": {
            "rates": {"mention_rate": RATE, "mention_rate[cluster=3]": RATE, "by_score": {"4": RATE}},
            "degraded": False,
        },
        "chat-b": {"rates": {"mention_rate": RATE | {"rate": 0.1}, "novel_rate": RATE}, "degraded": True},
        "chat-c": {"rates": {}, "degraded": False},
    },
    "overall": {"rates": {"mention_rate": RATE | {"n": 400}}, "degraded": True},
    "notes": ["这些答案来自沙箱。 From the sandbox.", "chat-c failed: [a captcha]"],
}


def test_add_sends_what_was_said(run: Run) -> None:
    arguments = "--brand 索尼 --alias Sony --alias SONY --domain sony.com --competitor Bose --engine chat-a"
    result, fake = run(
        {"POST /api/orders": ORDER},
        "order",
        "add",
        "蓝牙耳机",
        *arguments.split(),
        "--priority",
        "9",
        "--track-days",
        "0",
    )
    assert result.exit_code == 0
    assert fake.body == {
        "keyword": "蓝牙耳机",
        "brand": {"name": "索尼", "aliases": ["Sony", "SONY"], "domains": ["sony.com"]},
        "competitors": [{"name": "Bose"}],
        "engines": ["chat-a"],
        "priority": 9,
        "track_days": 0,
    }
    assert fake.requests[0].headers["authorization"] == "Bearer client"
    for words in (ID, "索尼, Sony", "asking the engines", "80 of 400", "2026-01-02 running"):
        assert words in result.stdout


def test_add_leaves_the_engines_to_the_api_and_prints_its_json(run: Run) -> None:
    result, fake = run(
        {"POST /api/orders": ORDER}, "order", "add", "手机", "--brand", "华为", "--idempotency-key", "once", "--json"
    )
    assert "engines" not in fake.body
    assert fake.requests[0].headers["idempotency-key"] == "once"
    assert json.loads(result.stdout) == ORDER


def test_add_takes_a_whole_order_from_a_file(run: Run, tmp_path: Path) -> None:
    body = {"keyword": "手机", "brand": {"name": "苹果", "context": ["iPhone"]}}
    file = tmp_path / "order.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    assert run({"POST /api/orders": ORDER}, "order", "add", "--file", str(file))[1].body == body
    assert run({"POST /api/orders": ORDER}, "order", "add", "--file", "-", stdin=json.dumps(body))[1].body == body
    for content, why in (("[]", "must hold one JSON object"), ("{", "is not JSON: ")):
        file.write_text(content)
        result, fake = run({}, "order", "add", "--file", str(file))
        assert type(result.exception).__name__ == "OrderFileError"
        assert str(result.exception).startswith(f"{file}: {why}")
        assert fake.requests == []
    missing = tmp_path / "missing.json"
    result, _ = run({}, "order", "add", "--file", str(missing))
    assert str(result.exception) == f"{missing}: No such file or directory"


def test_add_needs_a_keyword_and_a_brand(run: Run) -> None:
    result, fake = run({}, "order", "add", "手机")
    assert (result.exit_code, fake.requests) == (2, [])


def test_a_refusal_is_a_sentence_a_field(run: Run) -> None:
    errors = [{"field": "keyword", "message": "too long"}, {"field": "engines[0]", "message": "unknown"}]
    result, _ = run({"POST /api/orders": problem(422, errors=errors)}, "order", "add", "x", "--brand", "y")
    assert result.exit_code == 1
    assert isinstance(result.exception, ApiRefusedError)
    assert str(result.exception) == "No (422): it is not possible\n  keyword: too long\n  engines[0]: unknown"


def test_list_shows_a_row_an_order_and_how_to_get_more(run: Run) -> None:
    page = {"items": [ORDER, ORDER | {"keyword": "[red]手机", "status": "completed"}], "next": "abc"}
    result, fake = run({"GET /api/orders": page}, "order", "list", "--status", "running", "--limit", "2")
    assert dict(fake.requests[0].url.params) == {"status": "running", "limit": "2"}
    for words in (ID, "蓝牙耳机", "[red]手机", "29 %", "--cursor abc"):
        assert words in result.stdout
    assert json.loads(run({"GET /api/orders": page}, "order", "list", "--json")[0].stdout) == page


def test_list_shows_moments_in_local_time_with_the_zone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        result, _ = run({"GET /api/orders": {"items": [ORDER], "next": None}}, "order", "list")
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert "2026-01-02 11:04:05+08:00" in result.stdout


def test_what_was_cancelled_has_no_percentage(run: Run) -> None:
    cancelled = ORDER | {"status": "cancelled", "stage": None, "done": 0, "total": 0, "progress": None}
    for answers, command in (
        ({"GET /api/orders": {"items": [cancelled], "next": None}}, ("list",)),
        ({f"GET /api/orders/{ID}": cancelled}, ("show", ID)),
    ):
        result, _ = run(answers, "order", *command)
        assert (result.exit_code, "cancelled" in result.stdout, "%" in result.stdout) == (0, True, False)


def test_show_and_cancel(run: Run) -> None:
    cancelled = ORDER | {"status": "cancelled", "live": False, "last_error": "asked [to]"}
    result, _ = run({f"POST /api/orders/{ID}/cancel": cancelled}, "order", "cancel", ID)
    for words in ("cancelled", "no longer", "asked [to]"):
        assert words in result.stdout
    result, _ = run({f"GET /api/orders/{ID}": ORDER}, "order", "show", ID, "--json")
    assert json.loads(result.stdout) == ORDER
    assert run({}, "order", "show", "../users")[0].exit_code == 2


def event(status: str, progress: int, **more: Any) -> tuple[str, dict[str, Any]]:
    state = {"id": ID, "status": status, "progress": progress, "stage": "collect", "done": progress, "total": 100}
    return "progress", state | {"eta_seconds": None, "last_error": None} | more


@pytest.mark.parametrize(("status", "code"), [("completed", 0), ("failed", 1), ("cancelled", 1)])
def test_watch_follows_to_the_end(run: Run, status: str, code: int) -> None:
    def answer() -> httpx.Response:
        return stream(event("running", 20), event(status, 100, last_error="chat-b: [a captcha]"))

    path = f"GET /api/orders/{ID}/events"
    result, _ = run({path: answer()}, "order", "watch", ID)
    assert result.exit_code == code
    for words in ("asking the engines", "20 of 100", status, "[a captcha]"):
        assert words in result.stdout
    result, _ = run({path: answer()}, "order", "watch", ID, "--json")
    assert result.exit_code == code
    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["running", status]


def test_add_can_watch_at_once(run: Run) -> None:
    answers = {"POST /api/orders": ORDER, f"GET /api/orders/{ID}/events": stream(event("completed", 100))}
    result, _ = run(answers, "order", "add", "手机", "--brand", "华为", "--watch")
    assert (result.exit_code, "completed" in result.stdout) == (0, True)


def test_report_is_a_table_of_rates_and_engines(run: Run) -> None:
    path = f"GET /api/orders/{ID}/report"
    result, fake = run({path: REPORT}, "order", "report", ID, "--date", "2026-01-02", "--surface", "browser")
    assert dict(fake.requests[0].url.params) == {"date": "2026-01-02", "surface": "browser"}
    lines = result.stdout.splitlines()
    (heading,) = [line for line in lines if "chat-a" in line and "all engines" in line]
    assert "chat-b 降级 degraded" in heading
    assert "chat-a 降级" not in heading
    assert "chat-c" not in heading
    (rate, _) = [line for line in lines if "提及率" in line]
    assert [cell in rate for cell in ("30.5 % (24.5–37.2)", "10.0 % (24.5–37.2)")] == [True, True]
    assert "novel_rate" in result.stdout
    assert "by_score" not in result.stdout
    assert "mention_rate" not in result.stdout
    assert "索尼 × 蓝牙耳机 2026-01-02" in result.stdout
    assert "chat-a, chat-b, chat-c. Surface: browser." in result.stdout
    assert result.stdout.count("沙箱") == 1
    assert "[a captcha]" in result.stdout
    assert json.loads(run({path: REPORT}, "order", "report", ID, "--json")[0].stdout) == REPORT


def test_a_report_tells_what_changed(run: Run) -> None:
    told = {
        "mention_rate": RATE | {"verdict": "up"},
        "link_mention_rate": RATE | {"verdict": "down"},
        "top3_rate": RATE | {"verdict": "within_noise"},
        "link_share": RATE | {"verdict": None},
        "first_mention_rate": RATE | {"verdict": "too_few"},
    }
    engine = {"rates": told, "degraded": False}
    report = REPORT | {"engines": {"chat-a": engine}, "overall": None}
    result, _ = run({f"GET /api/orders/{ID}/report": report}, "order", "report", ID)
    ends = {line.split()[0]: line.split(")")[1].strip() for line in result.stdout.splitlines() if "37.2)" in line}
    assert ends == {"提及率": "↑ up", "链接提及": "↓ down", "前三": "≈", "链接份额": "", "首位": ""}
    (too_few,) = [line for line in result.stdout.splitlines() if "首位" in line]
    assert "– (24.5–37.2)" in too_few
    assert "30.5" not in too_few


def test_a_report_shows_intents_over_days_and_branded_questions_apart(run: Run) -> None:
    day = RATE | {"verdict": "too_few", "low": 0.1, "high": 0.5}
    over_days = {"pooled": RATE | {"rate": 0.4, "verdict": None}, "pooled_change": {"verdict": "up"}}
    rates = {
        "mention_rate": RATE,
        "mention_rate[cluster=10]": day,
        "mention_rate[cluster=2]": day | over_days,
        "mention_rate[branded]": RATE | {"rate": 0.9},
    }
    part = {"rates": rates, "degraded": False}
    report = REPORT | {"engines": {"chat-a": part}, "overall": None, "intents": {"2": "[价格]"}}
    result, _ = run({f"GET /api/orders/{ID}/report": report}, "order", "report", ID)
    branded, price, other = [line for line in result.stdout.splitlines() if line.strip().startswith("提及率")][1:]
    assert "点名的问题 branded" in branded
    assert "90.0 %" in branded
    assert "[价格]" in price
    assert "40.0 % (24.5–37.2) ↑ up" in price
    assert "cluster 10" in other
    assert "– (10.0–50.0)" in other


def linked(rate: float, *banks: int) -> dict[str, Any]:
    chain = {"rate": rate, "low": 0.2, "high": 0.4, "banks": list(banks), "since": "2026-01-01"}
    return RATE | {"verdict": None, "linked": chain}


def test_a_report_shows_the_rate_like_for_like_once_the_questions_have_been_renewed(run: Run) -> None:
    def rows(**rates: dict[str, Any]) -> list[str]:
        engines = {name: {"rates": {"mention_rate": rate}, "degraded": False} for name, rate in rates.items()}
        report = REPORT | {"engines": engines, "overall": None}
        result, _ = run({f"GET /api/orders/{ID}/report": report}, "order", "report", ID)
        lines = result.stdout.splitlines()
        rate = next(n for n, line in enumerate(lines) if "提及率" in line)
        return [lines[rate + 1]] if "like for like" in lines[rate + 1] else []

    assert rows(a=linked(0.31, 1), b=RATE) == []
    (row,) = rows(a=linked(0.31, 1, 2), b=linked(0.25, 2), c=RATE, d=linked(0.27, 1, 2) | {"verdict": "too_few"})
    cells = row.split("like for like")[1]
    assert [" ".join(cell.split()) for cell in cells.split("  ") if cell.strip()] == [
        "31.0 % (20.0–40.0)",
        "25.0 % (20.0–40.0)",
        "–",
        "– (20.0–40.0)",
    ]


def test_a_report_shows_names_as_they_are(run: Run) -> None:
    part = {"rates": {"mention_rate": RATE}, "degraded": False}
    report = REPORT | {"brand": "[red]索尼", "engines": {"chat-[b]": part}, "overall": part}
    result, _ = run({f"GET /api/orders/{ID}/report": report}, "order", "report", ID)
    assert "[red]索尼 × 蓝牙耳机" in result.stdout
    assert result.stdout.count("chat-[b]") == 2


def test_a_date_that_is_none_is_refused_before_the_api_is_asked(run: Run) -> None:
    result, fake = run({}, "order", "report", ID, "--date", "tomorrow")
    assert (result.exit_code, fake.requests) == (2, [])


def test_a_report_that_is_not_there_yet_ends_with_1(run: Run) -> None:
    result, _ = run({f"GET /api/orders/{ID}/report": problem(409)}, "order", "report", ID)
    assert (result.exit_code, str(result.exception)) == (1, "No (409): it is not possible")
