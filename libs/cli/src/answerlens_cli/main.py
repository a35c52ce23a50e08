"""The `answerlens` command: its parts, put together."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from answerlens_cli import (
    answers,
    bank,
    breaker,
    dead,
    demo,
    engine,
    estimates,
    keywords,
    lineage,
    notifications,
    order_days,
    orders,
    questions,
    reports,
    tasks,
    users,
    watching,
)
from answerlens_cli.mentions import mentions
from answerlens_cli.plain_help import plain
from answerlens_cli.refresh import refresh
from answerlens_cli.setup import command as setup
from answerlens_cli.stack import commands
from answerlens_common.errors import AnswerLensError

app = typer.Typer(
    help="AnswerLens: how visible a brand is in the answers of AI chat products.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(commands.app)
app.add_typer(demo.app)
app.add_typer(setup.app)
app.add_typer(bank.app, name="bank")
app.add_typer(engine.app, name="engine")
orders.app.add_typer(estimates.app)
orders.app.add_typer(order_days.app)
orders.app.add_typer(reports.app)
orders.app.add_typer(lineage.app)
app.add_typer(orders.app, name="order")
app.add_typer(keywords.app)
app.add_typer(questions.app, name="questions")
app.add_typer(answers.app, name="answers")
app.add_typer(notifications.app, name="notifications")
app.add_typer(users.app, name="user")
app.add_typer(tasks.app, name="tasks")
app.add_typer(watching.app)
app.add_typer(dead.app, name="dead")
app.add_typer(breaker.app, name="breaker")
app.command()(mentions)
app.command()(refresh)


def _version(wanted: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if wanted:
        print(version("answerlens-cli"))
        raise typer.Exit


@app.callback()
def answerlens(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """AnswerLens: how visible a brand is in the answers of AI chat products."""


plain(app)


def main() -> None:
    """Run the command; an error that was foreseen is told in a sentence, and the exit code is 1."""
    for number, argument in enumerate(sys.argv[1:], start=1):
        if _is_broken(argument):
            _fail(f"argument {number} is not UTF-8.")
    try:
        app()
    except AnswerLensError as error:
        _fail(str(error))


def _is_broken(argument: str) -> bool:
    """Whether bytes that are no UTF-8 stand in an argument: no request can carry them."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return True
    return False


def _fail(message: str) -> None:
    Console(stderr=True).print(f"[bold red]Error:[/] {escape(message)}", highlight=False, soft_wrap=True)
    sys.exit(1)
