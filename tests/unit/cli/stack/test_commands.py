import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console
from typer.testing import CliRunner

from answerlens_cli.main import app
from answerlens_cli.stack import commands
from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.status import ProcessStatus

Invoke = Callable[..., tuple[int, str]]


@pytest.fixture
def invoke(tmp_path: Path) -> Invoke:
    def invoke(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*arguments, "--run-dir", str(tmp_path)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return invoke


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "collector-1.log").write_text("one\ntwo\n")
    (folder / "bank-builder-1.log").write_text("built\n")
    (folder / "postgres.log").write_text("ready\n")
    return folder


def process(name: str = "collector-1", state: str = "RUNNING", *, ready: bool | None = True) -> ProcessStatus:
    return ProcessStatus(
        name=name, state=state, pid=4, uptime_seconds=3725, ready=ready, reason="", url="http://x", log=Path("x.log")
    )


def test_status_of_nothing_is_exit_code_3(invoke: Invoke) -> None:
    code, output = invoke("status")
    assert code == 3
    assert "answerlens up" in output
    assert invoke("status", "--json") == (3, "[]\n")


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([process(), process("postgres", ready=None)], 0),
        ([process(ready=False)], 1),
        ([process(state="FATAL", ready=None)], 1),
    ],
)
def test_status_is_well_only_when_every_process_is(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, found: list[ProcessStatus], code: int
) -> None:
    monkeypatch.setattr(commands, "read_status", lambda _: found)
    exit_code, output = invoke("status", "--json")
    assert exit_code == code
    assert [entry["name"] for entry in json.loads(output)] == [entry.name for entry in found]
    exit_code, output = invoke("status")
    assert exit_code == code
    assert "1:02:05" in output


@pytest.mark.parametrize(
    ("users", "said"),
    [
        (("lens_collector", "lens_scorer"), "each service logs in as a user of its own"),
        (("lens", "lens"), "all services log in as lens"),
        ((None, None), "not known"),
    ],
)
def test_status_says_as_whom_the_services_log_in(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, users: tuple[str | None, str | None], said: str
) -> None:
    found = [
        process(name).model_copy(update={"database_user": user, "broker_user": user})
        for name, user in zip(("collector-1", "scorer-1"), users, strict=True)
    ]
    monkeypatch.setattr(commands, "read_status", lambda _: [*found, process("postgres", ready=None)])
    _, output = invoke("status")
    assert [line for line in output.splitlines() if said in line and line.startswith(("Database:", "Broker:"))]
    assert output.count(said) == 2
    _, output = invoke("status", "--json")
    assert [entry["broker_user"] for entry in json.loads(output)] == [*users, None]


def test_down_without_a_stack_is_fine(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["down", "--json", "--run-dir", str(tmp_path / "none")])
    assert (result.exit_code, json.loads(result.output)) == (0, {"stopped": False, "wiped": True})
    assert not (tmp_path / "none").exists()


def test_down_does_not_remove_a_folder_that_is_not_its_own(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(StackError, match="no run folder"):
        invoke("down")
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.usefixtures("logs")
def test_logs_of_one_process_or_service_or_all(invoke: Invoke) -> None:
    assert invoke("logs", "collector-1") == (0, "one\ntwo\n")
    assert invoke("logs", "bank-builder") == (0, "built\n")
    assert invoke("logs", "collector", "-n", "1") == (0, "two\n")
    code, output = invoke("logs")
    assert code == 0
    assert output.splitlines() == [
        "bank-builder-1  built",
        "collector-1     one",
        "collector-1     two",
        "postgres        ready",
    ]


@pytest.mark.usefixtures("logs")
def test_logs_of_a_stranger_name_those_there_are(invoke: Invoke) -> None:
    with pytest.raises(StackError, match="bank-builder-1, collector-1, postgres"):
        invoke("logs", "mailer")


def test_following_gives_whole_lines_and_begins_again_with_a_new_file(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logs / "collector-1.log"
    steps = iter(["thr", "ee\nfour\n", None])

    def write_more(_: float) -> None:
        step = next(steps)
        if step is None:
            log.write_text("new\n")
        else:
            with log.open("a") as file:
                file.write(step)

    monkeypatch.setattr("time.sleep", write_more)
    lines = commands._new_lines([log])
    assert [next(lines)[1] for _ in range(3)] == ["three", "four", "new"]


def test_starting_shows_each_step_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FakeStack:
        def __init__(self, run_dir: Path, settings: object, report: Callable[[str], None]) -> None:
            assert settings is None
            self.run_dir, self.report = run_dir, report

        def up(self) -> str:
            self.report("PostgreSQL  127.0.0.1:1 [not markup]")
            return "details"

    monkeypatch.setattr(commands, "Stack", FakeStack)
    console = Console(file=io.StringIO(), width=100)
    assert cast("str", commands.start(tmp_path, console)) == "details"
    assert cast("io.StringIO", console.file).getvalue() == "PostgreSQL  127.0.0.1:1 [not markup]\n"
