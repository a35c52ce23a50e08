"""Runs the command against a fake API."""

import sys
from typing import Any, Protocol

import pytest
from typer.testing import CliRunner, Result

from answerlens_cli.main import app
from tests.unit.cli.fake_api import ORDER, FakeApi

VERSIONS = f"GET /api/orders/{ORDER['id']}/report/versions"


class Run(Protocol):
    """Runs `answerlens` with these arguments against these answers; what came of it, and what was asked."""

    def __call__(
        self, answers: dict[str, Any], *arguments: str, stdin: str | None = None
    ) -> tuple[Result, FakeApi]: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "160")

    def runner(answers: dict[str, Any], *arguments: str, stdin: str | None = None) -> tuple[Result, FakeApi]:
        fake = FakeApi({VERSIONS: {"items": [], "next": None}} | answers)
        for name, module in list(sys.modules.items()):
            if name.startswith("answerlens_cli.") and name != "answerlens_cli.access" and hasattr(module, "connect"):
                monkeypatch.setattr(module, "connect", fake.connect)
        return CliRunner().invoke(app, list(arguments), input=stdin), fake

    return runner
