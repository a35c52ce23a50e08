"""One supervisord per run folder: started with deploy/supervisord.conf, spoken to over its own socket."""

import hashlib
import http.client
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answerlens_cli.repository import ROOT
from answerlens_cli.stack.errors import ProcessFailedError, StackError

PROGRAM = "supervisord"
CONFIGURATION = ROOT / "deploy" / "supervisord.conf"
# The kernel's limit for a socket's path is 107 bytes, and supervisord first binds a longer name beside it.
LONGEST_SOCKET_PATH = 90
START_TIMEOUT = 60.0
LOG_TAIL_LINES = 15
DO_NOT_WAIT = False


@dataclass(frozen=True)
class Process:
    """One process as supervisor sees it.

    Attributes:
        name: "postgres", "collector-1".
        state: STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FATAL or UNKNOWN.
        pid: 0 when it does not run.
        uptime: seconds since it was last started, 0 when it does not run.
        started: when it was last started, seconds of Unix time; 0 for never.
        log: the file its output goes to.
    """

    name: str
    state: str
    pid: int
    uptime: int
    started: int
    log: Path

    def failed(self, what: str) -> ProcessFailedError:
        """The error that says what this process did, with the end of its log."""
        return ProcessFailedError(self.name, what, tail(self.log, LOG_TAIL_LINES))


class Supervisor:
    """The supervisord of a run folder, running or not."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._child: subprocess.Popen[bytes] | None = None
        self.socket = run_dir / "supervisor.sock"
        if len(bytes(self.socket)) > LONGEST_SOCKET_PATH:
            digest = hashlib.sha256(bytes(run_dir)).hexdigest()[:12]
            self.socket = Path(tempfile.gettempdir()) / f"answerlens-{digest}.sock"

    def launch(self, env: Mapping[str, str], *, tied: bool) -> None:
        """Start supervisord with no program running yet, and wait until it answers.

        Args:
            env: the whole environment, with every name that deploy/supervisord.conf expands.
            tied: end it, and all its processes with it, as soon as the calling process ends, however that ends.

        Raises:
            StackError: it did not come up.
        """
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(CONFIGURATION)]
        setpriv = shutil.which("setpriv")
        if tied and setpriv:
            command = [setpriv, "--pdeathsig", "TERM", *command, "--nodaemon"]
        log = self._run_dir / "logs" / "supervisord.log"
        output = self._run_dir / "logs" / "supervisord.out"
        with output.open("w") as out:
            self._child = subprocess.Popen(
                command, env=env, cwd=self._run_dir, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        deadline = time.monotonic() + START_TIMEOUT
        while not self.is_running():
            if self._child.poll() or time.monotonic() > deadline:
                lines = tail(output, LOG_TAIL_LINES) or tail(log, LOG_TAIL_LINES)
                raise ProcessFailedError(PROGRAM, "did not start", lines)
            time.sleep(0.05)
        if not tied:
            self._child.wait()  # supervisord goes on as a daemon of its own

    def is_running(self) -> bool:
        """Whether a supervisord answers and is not about to end."""
        try:
            state = self._call("getState")
        except StackError:
            return False
        return bool(state["statename"] == "RUNNING")

    def processes(self) -> list[Process]:
        """Every process of the configuration, started or not.

        Raises:
            StackError: no supervisord answers.
        """
        return [
            Process(
                name=str(info["name"]),
                state=str(info["statename"]),
                pid=int(info["pid"]),
                uptime=int(info["now"] - info["start"]) if info["pid"] else 0,
                started=int(info["start"]),
                log=Path(info["stdout_logfile"]),
            )
            for info in self._call("getAllProcessInfo")
        ]

    def start_group(self, name: str) -> None:
        """Start all processes of a group that do not run; does not wait for them."""
        self._call("startProcessGroup", name, DO_NOT_WAIT)

    def start(self, name: str) -> None:
        """Start one process, named "group:process"; does not wait for it."""
        self._call("startProcess", name, DO_NOT_WAIT)

    def shut_down(self, timeout: float) -> None:
        """Stop every process, in the reverse order of priority, and then supervisord.

        Args:
            timeout: how long to wait for that, in seconds.
        """
        # It stops answering long before it ends, so wait for the process, not for silence.
        handle = os.pidfd_open(self._call("getPID"))
        try:
            self._call("shutdown")
            select.select([handle], [], [], timeout)
        finally:
            os.close(handle)
        if self._child:
            self._child.wait()

    def _call(self, method: str, *arguments: str | bool) -> Any:  # noqa: ANN401 - XML-RPC tells no types
        proxy = xmlrpc.client.ServerProxy("http://localhost", transport=_UnixTransport(self.socket))
        try:
            with proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            message = f"supervisord does not do {method}: {error}"
            raise StackError(message) from error


def tail(log: Path, lines: int) -> str:
    """The last lines of a log file, "" when there is none."""
    try:
        content = log.read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(content.splitlines()[-lines:])


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: tuple[str, dict[str, str]] | str) -> http.client.HTTPConnection:
        connection = _UnixConnection(self._path)
        # Where the base class looks for what it has to close.
        self._connection = host, connection
        return connection


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        try:
            self.sock.settimeout(self.timeout)
            self.sock.connect(str(self._path))
        except OSError:
            self.sock.close()
            raise
