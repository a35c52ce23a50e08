"""One small stack for all tests, started once; the long ones also have the demo as a stranger runs it, at full size."""

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from answerlens_cli.repository import ROOT
from answerlens_cli.stack.stack import Stack
from answerlens_cli.stack.state import Details, read_details
from tests.e2e.client import Client

CHAT_C = Path(__file__).parent / "engines" / "chat-c.yaml"
SMALL, FULL = 3, 25
KINDS = ("search", "search_page", "ask", "llm")


@dataclass(frozen=True)
class Demo:
    """A demo that has run, and the stack it left up.

    Attributes:
        client: Asks the stack.
        output: What the command printed.
        engines: On which it ordered.
        per_cluster: How many questions the stack has in each of its 8 clusters.
        before: How many rows of each kind the journal had when the demo began.
    """

    client: Client
    output: str
    engines: Sequence[str]
    per_cluster: int
    before: Counter[str]

    @property
    def questions(self) -> int:
        """In the keyword's bank."""
        return 8 * self.per_cluster

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """What the outside world was asked since the demo began."""
        return self.client.journal(kind)[self.before[kind] :]


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Banks of 8 × 3 questions; chat-c is known from one YAML file alone."""
    engines = tmp_path_factory.mktemp("engines")
    for profile in [*(ROOT / "sandbox" / "engines").glob("*.yaml"), CHAT_C]:
        shutil.copy(profile, engines)
    overrides = {
        "ANSWERLENS_QUESTIONS_PER_CLUSTER": str(SMALL),
        "ANSWERLENS_ENGINES_DIR": str(engines),
        "ANSWERLENS_RETRY_DELAYS": "[1,2]",
    }
    stack = Stack(tmp_path_factory.mktemp("small") / "run", overrides, sandbox=True, tied=True)
    try:
        with Client(stack.up()) as client:
            client.world(answer_seconds=0.05)
            yield client
    finally:
        stack.down()


@pytest.fixture(scope="package", params=["small", pytest.param("full", marks=pytest.mark.long)])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`answerlens demo`: on the small stack, which it finds running, or from nothing and at full size."""
    if request.param == "small":
        small: Client = request.getfixturevalue("small")
        before = Counter({kind: len(small.journal(kind)) for kind in KINDS})
        output = _demo(small.details.run_dir)
        yield Demo(small, output, small.details.engines, SMALL, before)
        return
    run_dir = tmp_path_factory.mktemp("demo") / "run"
    try:
        output = _demo(run_dir)
        details = read_details(run_dir)
        assert isinstance(details, Details)
        with Client(details) as client:
            yield Demo(client, output, details.engines, FULL, Counter())
    finally:
        Stack(run_dir).down()


def _demo(run_dir: Path) -> str:
    """Run the command in a folder; what it printed."""
    command = [sys.executable, "-m", "answerlens_cli", "demo", "--run-dir", str(run_dir)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
