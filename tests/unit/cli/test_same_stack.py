"""All commands mean the same stack, wherever they are called."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from answerlens_cli.access import connect
from answerlens_cli.main import app

DETAILS = {"api_url": "http://127.0.0.1:1", "client_key": "al_client", "admin_key": "al_admin"}


def stack(folder: Path, url: str = "http://127.0.0.1:1") -> Path:
    run_dir = folder / ".run"
    (run_dir / "logs").mkdir(parents=True)
    (run_dir / "state.json").write_text("{}")
    (run_dir / "demo.json").write_text(json.dumps(DETAILS | {"api_url": url}))
    (run_dir / "logs" / "scorer-1.log").write_text("scored\n")
    return run_dir


@pytest.mark.case("c8")
def test_a_stack_around_is_found_by_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSWERLENS_RUN_DIR", raising=False)
    run_dir = stack(tmp_path)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    with connect("client", {}) as api:
        assert api.url == "http://127.0.0.1:1"
    status = CliRunner().invoke(app, ["status"])
    assert (status.exit_code, str(run_dir) in status.stdout) == (3, True)
    logs = CliRunner().invoke(app, ["logs"])
    assert (logs.exit_code, logs.stdout) == (0, "scored\n")
    kept = CliRunner().invoke(app, ["down", "--keep-data"])
    assert (kept.exit_code, str(run_dir) in kept.stdout) == (0, True)


def test_following_the_logs_of_a_stack_that_is_down_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    stack(tmp_path)
    result = CliRunner().invoke(app, ["logs", "--follow", "--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (3, {"process": "scorer-1", "line": "scored"})
    assert "nothing more will be logged" in result.stderr
