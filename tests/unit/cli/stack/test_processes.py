import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerlens_cli.stack import processes

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"


def start(code: str, run_dir: Path | None) -> subprocess.Popen[bytes]:
    env = dict(os.environ) | ({processes.MARK: str(run_dir)} if run_dir else {})
    process = subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout
    assert process.stdout.readline() == b"up\n"
    return process


def finish(process: subprocess.Popen[bytes]) -> int:
    code = process.wait(10)
    assert process.stdout
    process.stdout.close()
    return code


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of a stack whose run folder's name begins like ours."""
    process = start(SLEEPER, tmp_path / "run2")
    yield process
    process.kill()
    finish(process)


def test_ends_the_processes_of_its_stack_and_nobody_elses(tmp_path: Path, stranger: subprocess.Popen[bytes]) -> None:
    ours = start(SLEEPER, tmp_path / "run")
    assert processes.of_stack(tmp_path / "run") == [ours.pid]
    assert processes.end(tmp_path / "run") == 1
    assert finish(ours) < 0
    assert processes.of_stack(tmp_path / "run") == []
    assert stranger.poll() is None


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    ours = start(DEAF, tmp_path / "run")
    processes.end(tmp_path / "run", grace=0.3)
    assert finish(ours) == -9


def test_a_command_that_carries_the_mark_itself_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "from pathlib import Path; from answerlens_cli.stack import processes; "
        f"print(processes.of_stack(Path({str(tmp_path)!r})))"
    )
    monkeypatch.setenv(processes.MARK, str(tmp_path))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_nothing_to_end(tmp_path: Path) -> None:
    assert processes.end(tmp_path) == 0
