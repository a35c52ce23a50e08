"""Waiting for what was started, and noticing early that it will not come."""

import socket
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

import httpx

from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.supervise import Process, Supervisor

POLL_SECONDS = 0.2
# A process that supervisor had to start again this often while we wait is not going to stay.
RESTARTS = 3
GAVE_UP = "did not start"
KEEPS_ENDING = "ends again and again"


class Watch:
    """Waits for conditions, and meanwhile watches that the processes they depend on stay up."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._starts: dict[str, set[int]] = {}

    def until(self, is_ready: Callable[[], bool], name: str, timeout: float) -> None:
        """Wait until `is_ready` is true.

        Args:
            is_ready: asked every 0.2 s.
            name: what is waited for, in the error.
            timeout: seconds.

        Raises:
            ProcessFailedError: a process gave up, or keeps ending, or the time is over.
        """
        deadline = time.monotonic() + timeout
        while not is_ready():
            processes = self._supervisor.processes()
            self._stop_at_failure(processes)
            if time.monotonic() > deadline:
                process = next((process for process in processes if process.name == name), None)
                if process:
                    what = f"was not ready after {timeout:.0f} s"
                    raise process.failed(what)
                message = f"{name} was not ready after {timeout:.0f} s."
                raise StackError(message)
            time.sleep(POLL_SECONDS)

    def _stop_at_failure(self, processes: list[Process]) -> None:
        for process in processes:
            if process.state == "FATAL":
                raise process.failed(GAVE_UP)
            starts = self._starts.setdefault(process.name, set())
            starts.add(process.started)
            if len(starts) > RESTARTS:
                raise process.failed(KEEPS_ENDING)


def unready(urls: Mapping[str, str]) -> dict[str, str]:
    """Which services do not answer 200 on `/ready`, and why.

    Args:
        urls: the root address of each process, by its name.

    Returns:
        The reason of each that is not ready, by its name; empty when all are.
    """
    # Loopback never goes through a proxy that the environment may name.
    with httpx.Client(trust_env=False, timeout=5) as client:
        reasons = {name: _why_unready(client, url) for name, url in urls.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def is_listening(port: int) -> bool:
    """Whether something on this port of 127.0.0.1 takes connections."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _why_unready(client: httpx.Client, url: str) -> str:
    try:
        response = client.get(f"{url}/ready")
    except httpx.TransportError:
        return "does not answer yet"
    return "" if response.status_code == HTTPStatus.OK else response.text.strip()
