"""What the `answerlens` command prints over the seed, against the golden files."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import typer

from answerlens_cli.main import app
from tests.golden import running
from tests.golden.commands import CHANGING, READING, Command
from tests.golden.comparing import check_text
from tests.golden.conftest import Serve
from tests.golden.normalising import Names

OF_A_STACK = {("up",), ("demo",), ("setup",), ("down",), ("status",), ("logs",), ("programs",), ("engine", "check")}
"""They act on processes of this machine: only their help is golden."""
OF_A_MODEL = {("bank", "preview")}
"""It loads the embedding model, which takes longer than all the others; tests of the bank builder have its output."""
READ: dict[str, list[Command]] = defaultdict(list)


def every_command(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of each command that does something."""
    below = getattr(group, "commands", {})
    if not below or getattr(group, "invoke_without_command", False):
        yield path
    for name, command in below.items():
        yield from every_command(command, *path, name)


PATHS = tuple(path for path in every_command(typer.main.get_command(app)) if path)


def path_of(arguments: Sequence[str]) -> tuple[str, ...]:
    """The words that name the command of a command line."""
    # `answerlens questions KEYWORD` means `answerlens questions show KEYWORD`
    shown = (arguments[0], "show")
    return max((path for path in PATHS if tuple(arguments[: len(path)]) == path), key=len, default=shown)


for each in READING:
    READ[" ".join(path_of(each.arguments))].append(each)


@pytest.mark.parametrize("name", READ)
async def test_a_command_prints_as_before(url: str, names: Names, name: str) -> None:
    first, *others = READ[name]
    check_text(f"cli/{name.replace(' ', '-')}.txt", await _printed(url, names, [first, first.with_json(), *others]))


async def test_commands_that_change_something_print_as_before(serve: Serve, names: Names) -> None:
    async with serve() as url:
        check_text("cli/changing.txt", await _printed(url, names, CHANGING))
    async with serve() as url:
        check_text("cli/changing.json.txt", await _printed(url, names, [each.with_json() for each in CHANGING]))


async def test_every_help_is_as_before(names: Names) -> None:
    groups = sorted({path[:length] for path in PATHS for length in range(len(path) + 1)})
    helps = [Command("client", (*path, "--help")) for path in groups]
    check_text("cli/help.txt", await _printed("http://127.0.0.1:9", names, helps))


def test_every_command_is_golden() -> None:
    run = {path_of(each.arguments) for each in (*READING, *CHANGING)}
    assert {*PATHS} - run == OF_A_STACK | OF_A_MODEL


async def _printed(url: str, names: Names, commands: Sequence[Command]) -> str:
    with running.terminal(url):
        return "".join([await asyncio.to_thread(running.said, each, names) for each in commands])
