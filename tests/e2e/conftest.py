"""Two stacks, each started once: a small one with three engines, and the demo at its full size."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from answerlens_cli.repository import ROOT
from answerlens_cli.stack.stack import Stack
from answerlens_cli.stack.state import Details, read_details
from tests.e2e.client import Client

CHAT_C = Path(__file__).parent / "engines" / "chat-c.yaml"


@dataclass(frozen=True)
class Demo:
    """A demo that has run, and the stack it left up."""

    client: Client
    output: str


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Banks of 8 × 3 questions; chat-c is known from one YAML file alone."""
    engines = tmp_path_factory.mktemp("engines")
    for profile in [*(ROOT / "sandbox" / "engines").glob("*.yaml"), CHAT_C]:
        shutil.copy(profile, engines)
    overrides = {
        "ANSWERLENS_QUESTIONS_PER_CLUSTER": "3",
        "ANSWERLENS_ENGINES_DIR": str(engines),
        "ANSWERLENS_RETRY_DELAYS": "[1,2]",
    }
    stack = Stack(tmp_path_factory.mktemp("small") / "run", overrides, sandbox=True, seed=7, tied=True)
    try:
        with Client(stack.up()) as client:
            client.world(answer_seconds=0.05)
            yield client
    finally:
        stack.down()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`answerlens demo`, as a stranger runs it."""
    run_dir = tmp_path_factory.mktemp("demo") / "run"
    command = [sys.executable, "-m", "answerlens_cli", "demo", "--run-dir", str(run_dir)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        details = read_details(run_dir)
        assert isinstance(details, Details)
        with Client(details) as client:
            yield Demo(client, done.stdout)
    finally:
        Stack(run_dir).down()
