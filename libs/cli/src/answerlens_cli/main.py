"""The `answerlens` command: its parts, put together."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from answerlens_cli import bank, breaker, dead, demo, lineage, orders, users
from answerlens_cli.mentions import mentions
from answerlens_cli.refresh import refresh
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
app.add_typer(bank.app, name="bank")
orders.app.add_typer(lineage.app)
app.add_typer(orders.app, name="order")
app.add_typer(users.app, name="user")
app.add_typer(dead.app, name="dead")
app.add_typer(breaker.app, name="breaker")
app.command()(mentions)
app.command()(refresh)


def main() -> None:
    """Run the command; an error that was foreseen is told in a sentence, and the exit code is 1."""
    try:
        app()
    except AnswerLensError as error:
        Console(stderr=True).print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)
