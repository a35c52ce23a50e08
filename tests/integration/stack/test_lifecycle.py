"""A stack's processes end with it, whatever happened to what started them."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from answerlens_cli.stack import Addresses, Stack, StackError
from answerlens_cli.stack.ports import free_block
from answerlens_cli.stack.processes import of_stack
from answerlens_cli.stack.supervise import Supervisor

PATIENCE_SECONDS = 60.0
TIED = """
import sys, time
from pathlib import Path
from answerlens_cli.stack import backing_services
with backing_services(Path(sys.argv[1])):
    print("up", flush=True)
    time.sleep(600)
"""


def test_data_survives_a_stop_and_a_killed_supervisor_leaves_no_orphans(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    stack = Stack(run_dir)
    try:
        first = stack.up_backing()
        data = (run_dir / "postgres").resolve()
        identity = (data / "global" / "pg_control").stat().st_ino
        assert stack.down(wipe=False)
        assert of_stack(run_dir) == []

        second = stack.up_backing()
        assert second.postgres_url.split("@")[0] == first.postgres_url.split("@")[0]
        assert (data / "global" / "pg_control").stat().st_ino == identity
        assert stat.S_IMODE(stack.supervisor.socket.stat().st_mode) == 0o700

        os.kill(int((run_dir / "supervisord.pid").read_text()), signal.SIGKILL)
        assert not Supervisor(run_dir).is_running()
        assert len(of_stack(run_dir)) >= 3
    finally:
        assert stack.down()
    assert of_stack(run_dir) == []
    assert not run_dir.exists()
    assert not data.exists()


def test_a_tied_stack_ends_with_the_process_that_started_it(tmp_path: Path, addresses: Addresses) -> None:
    run_dir = tmp_path / "run"
    # A PostgreSQL of its own is enough: whatever supervisor runs ends the same way.
    env = os.environ | {"ANSWERLENS_RABBITMQ_URL": addresses.rabbitmq_url}
    with subprocess.Popen([sys.executable, "-c", TIED, str(run_dir)], env=env, stdout=subprocess.PIPE) as starter:
        try:
            assert starter.stdout
            assert starter.stdout.readline() == b"up\n"
            assert of_stack(run_dir)
        finally:
            starter.kill()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while of_stack(run_dir) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert of_stack(run_dir) == []
    Stack(run_dir).down()


def test_a_start_that_fails_leaves_nothing_running_and_says_what_failed(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    stack = Stack(run_dir, {"ANSWERLENS_POSTGRES_URL": "postgresql://nobody@127.0.0.1:1/none"}, sandbox=True)
    try:
        with pytest.raises(StackError, match="migrate failed"):
            stack.up()
        assert of_stack(run_dir) == []
        assert (run_dir / "logs" / "migrate.log").stat().st_size > 0
        assert not (run_dir / "demo.json").exists()
    finally:
        stack.down()


def test_two_stacks_that_start_at_once_take_different_ports() -> None:
    with free_block() as one, free_block() as other:
        assert one.base != other.base
