"""Which stack a command means: one rule for all commands, inside the checkout and outside of it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from answerlens_cli.repository import RUN_DIR

VARIABLE = "ANSWERLENS_RUN_DIR"
MARKS = ("state.json", "demo.json")
"""A folder with one of these is a run folder: the first is there as long as its data, the second while it is up."""

RunDir = Annotated[
    Path | None,
    typer.Option(
        "--run-dir",
        envvar=VARIABLE,
        help="Where the stack keeps data, logs and addresses; when left out, .run in this folder or one above,"
        " else in the checkout.",
    ),
]


def run_dir_of(
    named: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    folder: Path | None = None,
    checkout: Path = RUN_DIR,
) -> Path:
    """The run folder that is meant.

    Args:
        named: by an option; it comes first.
        environment: where ANSWERLENS_RUN_DIR may name one. What is named is meant, whether a stack is up there or not.
        folder: where to begin to look for `.run`, the working directory by default.
        checkout: the run folder of the checkout, when there is no other.
    """
    if named is None and environment.get(VARIABLE):
        named = Path(environment[VARIABLE])
    if named is not None:
        return named
    start = folder or Path.cwd()
    around = (place / ".run" for place in (start, *start.parents))
    return next((place for place in around if any((place / mark).is_file() for mark in MARKS)), checkout)
