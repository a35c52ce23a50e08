"""The steps that end: each a program of our own, run once with the services' environment."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from answerlens_cli.stack.errors import ProcessFailedError
from answerlens_cli.stack.supervise import LOG_TAIL_LINES, tail

TIMEOUT_SECONDS = 180


def run(name: str, module: str, run_dir: Path, env: Mapping[str, str]) -> None:
    """Run `python -m module`, its output in `<run_dir>/logs/<name>.log`.

    Raises:
        ProcessFailedError: it failed, or took longer than three minutes.
    """
    log = run_dir / "logs" / f"{name}.log"
    command = [sys.executable, "-m", module]
    with log.open("w") as out:
        try:
            code = subprocess.run(
                command, env=env, cwd=run_dir, stdout=out, stderr=out, timeout=TIMEOUT_SECONDS, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            raise ProcessFailedError(name, f"took longer than {TIMEOUT_SECONDS} s", tail(log, LOG_TAIL_LINES)) from None
    if code:
        raise ProcessFailedError(name, f"failed with exit code {code}", tail(log, LOG_TAIL_LINES))


def add_user(name: str, role: str, env: Mapping[str, str]) -> str:
    """Add a user to the database.

    Returns:
        The user's API key, which is shown this once.

    Raises:
        ProcessFailedError: order-api's own command refused.
    """
    command = [sys.executable, "-m", "answerlens_order_api.users", "add", name, "--role", role, "--json"]
    outcome = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if outcome.returncode:
        job = f"adding {role} {name}"
        raise ProcessFailedError(job, "failed", outcome.stderr.strip())
    return str(json.loads(outcome.stdout)["key"])
