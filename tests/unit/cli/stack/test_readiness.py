from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from answerlens_cli.stack import readiness
from answerlens_cli.stack.errors import ProcessFailedError, StackError
from answerlens_cli.stack.readiness import Watch
from answerlens_cli.stack.supervise import Process, Supervisor

LOG_TEXT = "first\nlast words\n"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "POLL_SECONDS", 0)


@pytest.fixture
def watch(tmp_path: Path) -> Callable[..., Watch]:
    """Watches one process, "collector-1", whose state and start time change from look to look."""
    log = tmp_path / "collector-1.log"
    log.write_text(LOG_TEXT)

    class FakeSupervisor:
        def __init__(self, *states: tuple[str, int]) -> None:
            self.states = list(states)

        def processes(self) -> list[Process]:
            state, started = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            return [Process("collector-1", state, 1, 0, started, log)]

    return lambda *states: Watch(cast("Supervisor", FakeSupervisor(*states)))


def after(looks: int) -> Callable[[], bool]:
    left = [looks]

    def is_ready() -> bool:
        left[0] -= 1
        return left[0] < 0

    return is_ready


def test_waits_until_it_is_ready(watch: Callable[..., Watch]) -> None:
    watch(("STARTING", 1), ("RUNNING", 1)).until(after(5), "collector-1", 60)


def test_a_process_that_supervisor_gave_up_is_told_with_its_last_lines(watch: Callable[..., Watch]) -> None:
    with pytest.raises(ProcessFailedError) as error:
        watch(("BACKOFF", 1), ("FATAL", 2)).until(after(9), "everything", 60)
    assert error.value.process == "collector-1"
    assert "did not start" in str(error.value)
    assert error.value.log_tail == LOG_TEXT.strip()


def test_a_process_that_keeps_ending_is_not_waited_for(watch: Callable[..., Watch]) -> None:
    states = [("RUNNING", start) for start in range(1, 10)]
    with pytest.raises(ProcessFailedError, match="ends again and again"):
        watch(*states).until(after(99), "everything", 60)


def test_a_process_that_was_started_again_once_is(watch: Callable[..., Watch]) -> None:
    watch(("RUNNING", 1), ("RUNNING", 2)).until(after(9), "collector-1", 60)


def test_patience_ends_with_the_log_of_what_was_waited_for(watch: Callable[..., Watch]) -> None:
    with pytest.raises(ProcessFailedError, match=r"not ready after 0 s[\s\S]*last words"):
        watch(("RUNNING", 1)).until(after(99), "collector-1", 0)
    with pytest.raises(StackError, match="every service was not ready"):
        watch(("RUNNING", 1)).until(after(99), "every service", 0)
