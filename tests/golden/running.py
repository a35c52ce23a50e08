"""Runs the `answerlens` command in this process, as a shell would, and writes down what it says."""

import contextlib
import io
import os
import shlex
import sys
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

from answerlens_cli.main import main
from tests.golden.api import KEYS
from tests.golden.commands import Command
from tests.golden.normalising import Names

COLUMNS = "120"
TIME_ZONE = "Asia/Shanghai"


@contextlib.contextmanager
def terminal(url: str) -> Iterator[None]:
    """What of the environment the command's output depends on: the API, the width, colours, the machine's time zone."""
    before = os.environ.get("TZ")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSWERLENS_API_URL", url)
        for name, value in (("COLUMNS", COLUMNS), ("TERMINAL_WIDTH", COLUMNS), ("NO_COLOR", "1"), ("TERM", "dumb")):
            patch.setenv(name, value)
        for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "ANSWERLENS_RUN_DIR"):
            patch.delenv(name, raising=False)
        patch.setenv("TZ", TIME_ZONE)
        time.tzset()
        try:
            yield
        finally:
            os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
            time.tzset()


def said(command: Command, names: Names) -> str:
    """A command line and what the command answers: output, errors and exit code."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSWERLENS_API_KEY", KEYS[command.user] or "none")
        patch.setattr(sys, "argv", ["answerlens", *command.arguments])
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # Typer takes the program's name from it
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(command.sent.encode()), encoding="utf-8"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = ended.code or 0
    parts = [f"{command.user}$ answerlens {shlex.join(command.arguments)}", out.getvalue()]
    if err.getvalue():
        parts.append(f"errors:\n{err.getvalue()}")
    parts.append(f"exit code {code}")
    return names.normal("\n".join(part.rstrip() for part in parts if part)) + "\n\n"
