"""What a number was made of, and making it again, from the command line."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from answerlens_cli import lineage
from answerlens_cli.main import app
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_api import ORDER, FakeApi

ID = ORDER["id"]
EVIDENCE = f"GET /api/orders/{ID}/evidence"
REANALYSE = f"POST /api/orders/{ID}/reanalyse"
PAGE: dict[str, Any] = {
    "date": "2026-01-02",
    "rate": "mention_rate",
    "answers_kept": True,
    "items": [
        {
            "engine": "chat-a",
            "question_id": "q1",
            "question": "耳机怎么选？",
            "numerator": 1.0,
            "denominator": 1.0,
            "score": 4,
            "mentions": [{"brand": "索尼", "start": 3, "end": 7, "text": "ＳＯＮＹ"}],
            "links": [
                {"url": "https://sony.com.cn/", "owner": "own", "cited": True},
                {"url": "https://listed.cn/", "owner": "other", "cited": False},
            ],
        },
        {
            "engine": "chat-a",
            "question_id": "q2",
            "question": None,
            "numerator": 0.0,
            "denominator": 1.0,
            "score": None,
            "mentions": None,
            "links": None,
        },
    ],
    "rates": [{"engine": "chat-a", "rate": {"k": 1, "n": 2}, "versions": {"rubrics": ["1", "2"], "bank_version": 3}}],
    "notes": ["这些答案已删除。 dropped [for good]"],
    "next": "abc",
}
TOLD = {
    "order": ORDER,
    "days": [{"date": "2026-01-02", "engines": ["chat-a", "chat-b"]}],
    "not_recomputed": [{"date": "2026-01-01", "engines": ["chat-a"], "reason": "已删除 dropped"}],
}


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Like `run`, for these commands."""
    monkeypatch.setenv("COLUMNS", "160")

    def runner(answers: dict[str, Any], *arguments: str, stdin: str | None = None) -> tuple[Result, FakeApi]:
        fake = FakeApi(answers)
        monkeypatch.setattr(lineage, "connect", fake.connect)
        return CliRunner().invoke(app, list(arguments), input=stdin), fake

    return runner


def test_evidence_shows_what_each_answer_counts_for(ask: Run) -> None:
    result, fake = ask({EVIDENCE: PAGE}, "order", "evidence", ID, "--engine", "chat-a", "--cluster", "3")
    assert result.exit_code == 0
    assert dict(fake.requests[0].url.params) == {
        "engine": "chat-a",
        "rate": "mention_rate",
        "cluster": "3",
        "limit": "20",
    }
    for words in (
        "1 of 1",
        "ＳＯＮＹ 3–7",
        "own https://sony.com.cn/",
        "q2",
        "0 of 1",
        "chat-a: 1 of 2",
        "rubrics 1 + 2",
        "bank_version 3",
    ):
        assert words in result.stdout
    assert "dropped [for good]" in result.stdout
    assert "--cursor abc" in result.stdout
    assert "listed.cn" not in result.stdout


def test_evidence_as_json_is_the_apis_answer(ask: Run) -> None:
    result, _ = ask({EVIDENCE: PAGE}, "order", "evidence", ID, "--json")
    assert json.loads(result.stdout) == PAGE


def test_reanalyse_sends_only_what_was_said(ask: Run) -> None:
    arguments = ["--alias", "Sony", "--alias", "SONY", "--clear", "context", "--competitor", "Bose"]
    result, fake = ask({REANALYSE: TOLD}, "order", "reanalyse", ID, *arguments)
    assert result.exit_code == 0
    assert fake.body == {"brand": {"aliases": ["Sony", "SONY"], "context": []}, "competitors": [{"name": "Bose"}]}
    assert "2026-01-02 chat-a, chat-b: analysed again" in result.stdout
    assert "2026-01-01 chat-a: 已删除 dropped" in result.stdout


def test_reanalyse_alone_changes_nothing(ask: Run) -> None:
    result, fake = ask({REANALYSE: TOLD | {"days": [], "not_recomputed": []}}, "order", "reanalyse", ID)
    assert fake.body == {"brand": {}}
    assert "Nothing has been measured yet" in result.stdout


def test_what_cannot_be_cleared_is_refused(ask: Run) -> None:
    result, fake = ask({}, "order", "reanalyse", ID, "--clear", "keyword")
    assert (result.exit_code, fake.requests) == (2, [])


@pytest.mark.case("c5")
def test_the_foot_counts_what_the_filter_left(ask: Run) -> None:
    whole = {"k": 79, "n": 200}
    behind = [
        {"engine": name, "rate": whole, "versions": {}, "counted": {"answers": 25, "numerator": 3, "denominator": 25}}
        for name in ("chat-a", "overall")
    ]
    result, _ = ask({EVIDENCE: PAGE | {"rates": behind}}, "order", "evidence", ID, "--cluster", "3")
    foot = [line for line in result.stdout.splitlines() if line.startswith(("chat-a:", "overall:"))]
    assert [line.split(" in cluster 3")[0] for line in foot] == ["chat-a: 3 of 25", "overall: 3 of 25"]
    assert all("(79 of 200 in all)" in line for line in foot)


@pytest.mark.case("c5")
def test_the_foot_of_a_mean_position_adds_positions_up(ask: Run) -> None:
    counted = {"answers": 5, "numerator": 12, "denominator": 5}
    behind = [{"engine": "chat-a", "rate": {"k": 50, "n": 200}, "versions": {}, "counted": counted}]
    arguments = ("order", "evidence", ID, "--rate", "mean_position", "--cluster", "0")
    result, _ = ask({EVIDENCE: PAGE | {"rates": behind}}, *arguments)
    assert "positions add up to 12 over 5 answers in cluster 0" in result.stdout
