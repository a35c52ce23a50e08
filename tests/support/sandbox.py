"""The sandbox as a process of its own, and what a test asks of it."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

START_SECONDS = 20


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    url: str

    def order_fault(self, target: str, fault: str, **more: object) -> None:
        """Let the next request to `target` fail."""
        self._send("POST", "/control", {"target": target, "fault": fault, **more})

    def clear_faults(self) -> None:
        """Take back the faults that nothing has met."""
        self._send("DELETE", "/control")

    def knows(self, keyword: str) -> None:
        """Let it know a keyword, as a search for it would."""
        self.get(f"/truth?keyword={urllib.parse.quote(keyword)}")

    def journal(self) -> list[dict[str, Any]]:
        """What the sandbox was asked, oldest first."""
        rows: list[dict[str, Any]] = json.loads(self._send("GET", "/journal"))
        return rows

    def get(self, path: str) -> str:
        """The body at `path`."""
        return self._send("GET", path)

    def _send(self, method: str, path: str, body: object = None) -> str:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(  # noqa: S310 loopback
            self.url + path, data, {"content-type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 loopback
            text: str = response.read().decode()
            return text


@contextmanager
def running_sandbox(answer_seconds: float, seed: int = 1) -> Iterator[Sandbox]:
    """Start a sandbox on a free port; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "answerlens_sandbox", "--port", str(port), "--seed", str(seed)]
    process = subprocess.Popen([*command, "--answer-seconds", str(answer_seconds)])
    sandbox = Sandbox(f"http://127.0.0.1:{port}")
    try:
        _wait_for(sandbox, process)
        yield sandbox
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(sandbox: Sandbox, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            sandbox.get("/")
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"the sandbox does not answer at {sandbox.url}"
                raise RuntimeError(message) from None
            time.sleep(0.05)
        else:
            return
