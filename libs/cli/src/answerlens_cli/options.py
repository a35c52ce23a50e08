"""Options that several commands share, and the query that they make."""

from typing import Annotated, Any
from uuid import UUID

import typer

Limit = Annotated[int, typer.Option(min=1, max=100, help="At most so many.")]
Cursor = Annotated[str | None, typer.Option(help="The `next` of the page before.")]
OrderId = Annotated[UUID, typer.Argument(help="The order's id.")]
Repeated = list[str]
AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer as it is, for scripts.")]


def refuse_before_subcommand(context: typer.Context) -> None:
    """Refuse options of a group that stand before one of its commands: they would say nothing to it.

    Raises:
        typer.BadParameter: there are some.
    """
    names = [parameter.name or "" for parameter in context.command.params]
    typed = {name: context.get_parameter_source(name) for name in names}
    if any(source is not None and source.name == "COMMANDLINE" for source in typed.values()):
        message = f"options belong behind {context.invoked_subcommand}"
        raise typer.BadParameter(message)


def given(**wanted: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a query holds
    """What was said, without what was left out."""
    return {name: value for name, value in wanted.items() if value is not None}
