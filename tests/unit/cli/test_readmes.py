"""What the READMEs tell people to type is what the command takes."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from answerlens_cli.main import app
from answerlens_cli.repository import ROOT

COMMAND = re.compile(r"^answerlens +(.+?)(?: +#.*)?$", re.MULTILINE)
ORDER = "00000000-0000-4000-8000-000000000000"


def lines_of(file: Path) -> list[str]:
    return [line.replace("ORDER", ORDER) for line in COMMAND.findall(file.read_text(encoding="utf-8"))]


def parse(line: str) -> None:
    """Parse as the command would, down to the last subcommand's options; nothing is run."""
    command = typer.main.get_command(app)
    name = "answerlens"
    words = shlex.split(line)
    context = None
    while isinstance(command, typer.core.TyperGroup):
        context = command.make_context(name, words, parent=context)
        found, subcommand, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        assert subcommand is not None
        name, command = found, subcommand
    command.make_context(name, words, parent=context)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_each_command_is_one(name: str) -> None:
    lines = lines_of(ROOT / name)
    assert len(lines) >= 4
    for line in lines:
        parse(line)


def test_an_option_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(Exception, match="--keyword"):
        parse("order add --keyword 手机 --brand 华为")
