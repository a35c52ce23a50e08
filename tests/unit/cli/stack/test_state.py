import stat
import subprocess
import sys
from pathlib import Path

from answerlens_cli.stack.state import State, locked, read_details, read_state, write_private


def test_secrets_are_made_once_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    state = read_state(tmp_path)
    assert state.postgres_password != state.rabbitmq_password
    assert len(state.postgres_password) >= 32
    assert read_state(tmp_path) == state
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600


def test_a_file_is_replaced_whole_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.touch(mode=0o644)
    path.with_suffix(".draft").write_text("left by a write that was cut off")
    write_private(path, State(admin_key="k"))
    assert read_state(tmp_path).admin_key == "k"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_no_details_before_the_stack_is_up(tmp_path: Path) -> None:
    assert read_details(tmp_path) is None


def test_one_command_at_a_time_works_on_a_run_folder(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    code = (
        "from pathlib import Path; from answerlens_cli.stack.state import locked\n"
        f"with locked(Path({str(run_dir)!r})): print(sorted(p.name for p in Path({str(run_dir)!r}).iterdir()))"
    )
    with locked(run_dir):
        other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        (run_dir / "first").touch()
    out, _ = other.communicate(timeout=20)
    assert out == "['first']\n"


def test_a_folder_that_was_removed_while_waiting_is_made_anew(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    code = (
        "from pathlib import Path; from answerlens_cli.stack.state import locked\n"
        f"run_dir = Path({str(run_dir)!r}); print('waiting', flush=True)\n"
        "with locked(run_dir): (run_dir / 'second').touch()"
    )
    with locked(run_dir):
        other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert other.stdout
        assert other.stdout.readline() == b"waiting\n"
        run_dir.rmdir()
    other.communicate(timeout=20)
    assert other.returncode == 0
    assert [path.name for path in run_dir.iterdir()] == ["second"]
    assert stat.S_IMODE(run_dir.stat().st_mode) == 0o711
