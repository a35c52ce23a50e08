"""Importing answers with the command."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from answerlens_cli import answers
from answerlens_cli.api import Api
from answerlens_cli.main import app

VIEW: dict[str, Any] = {
    "id": "0b0f7c9e-3a34-4a52-8f0e-0a2c7d1f8a11",
    "status": "checking",
    "format": "csv",
    "date": "2026-01-02",
    "progress": 0,
    "batches": 1,
    "checked_batches": 0,
    "rows": 30,
    "taken": None,
    "refused": 0,
    "reasons": [],
    "ignored_columns": [],
    "engines": [],
    "seconds": 0.5,
    "created_at": "2026-01-02T03:04:05Z",
    "completed_at": None,
    "error_message": None,
}
ENDED = VIEW | {
    "status": "completed",
    "progress": 100,
    "checked_batches": 1,
    "taken": 5,
    "refused": 25,
    "reasons": [{"line": line, "field": "engine", "reason": "is missing"} for line in range(2, 27)],
    "ignored_columns": ["note"],
    "engines": [
        {
            "engine": "chat-x",
            "answers": 5,
            "usable": 4,
            "scored": 4,
            "status": "analysed",
            "error_code": None,
            "brands": [],
        }
    ],
}


class Importing:
    """An API in which an import has ended when it is looked at for the second time."""

    def __init__(self, end: dict[str, Any]) -> None:
        self.end = end
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        request.read()
        if request.url.path.endswith("/template"):
            return httpx.Response(
                200, content="\ufeffquestion,answer,engine\n".encode(), headers={"content-type": "text/csv"}
            )
        return httpx.Response(200, json=self.end if len(self.requests) > 2 else VIEW)


def said(monkeypatch: pytest.MonkeyPatch, api: Importing, *arguments: str, sent: str = "") -> Result:
    monkeypatch.setattr(answers, "connect", lambda role: Api("http://api", role, httpx.MockTransport(api)))
    monkeypatch.setattr("time.sleep", lambda _: None)
    return CliRunner().invoke(app, ["answers", *arguments], input=sent)


@pytest.mark.parametrize(("name", "kind"), [("a.csv", "text/csv"), ("a.JSONL", "application/x-ndjson")])
def test_a_file_is_sent_as_what_its_name_says_and_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, kind: str
) -> None:
    file = tmp_path / name
    file.write_bytes(b"x" * 1_000_000)
    api = Importing(ENDED)
    result = said(monkeypatch, api, "import", str(file), "--brand", "索尼", "--brand", "Bose")
    assert result.exit_code == 0, result.output
    sent, *looks = api.requests
    assert (sent.headers["content-type"], len(sent.content)) == (kind, 1_000_000)
    assert sent.url.params.get_list("brand") == ["索尼", "Bose"]
    assert [look.url.path for look in looks] == [f"/api/answers/imports/{VIEW['id']}"] * 2
    for shown in ("completed", "30, 25 refused, 5 taken", "chat-x", "note", "5 more rows were refused"):
        assert shown in result.output


def test_one_that_has_failed_ends_with_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = ENDED | {"status": "failed", "error_message": "nothing in it"}
    result = said(monkeypatch, Importing(failed), "import", "-", "--format", "csv", sent="question")
    assert (result.exit_code, "nothing in it" in result.output) == (1, True)


@pytest.mark.parametrize("arguments", [["a.txt"], ["-"], ["missing.csv"]])
def test_what_cannot_be_sent_is_told(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    api = Importing(ENDED)
    result = said(monkeypatch, api, "import", *arguments)
    assert (result.exit_code, api.requests) == (2, [])


def test_the_template_is_printed_or_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    api = Importing(ENDED)
    assert said(monkeypatch, api, "template").output == "question,answer,engine\n"
    told = said(monkeypatch, api, "template", "--json").output
    assert json.loads(told) == {"format": "csv", "content": "question,answer,engine\n"}
    said(monkeypatch, api, "template", "--output", str(tmp_path / "t.csv"))
    assert (tmp_path / "t.csv").read_bytes().startswith("\ufeffquestion".encode())
