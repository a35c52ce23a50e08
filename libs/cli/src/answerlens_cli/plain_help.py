"""Help texts as they are written: Typer takes what stands in brackets for markup, and leaves it out."""

from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup


class PlainCommand(TyperCommand):
    """A command whose help, and that of its parameters, is shown to the letter."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - Typer's own
        super().__init__(*args, **settings)
        _escape(self)


class PlainGroup(TyperGroup):
    """The same for a group of commands."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - Typer's own
        super().__init__(*args, **settings)
        _escape(self)


class ShowingGroup(PlainGroup):
    """A group whose command `show` is meant where none of its commands is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's own
        """Name the command."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


def plain(app: typer.Typer) -> typer.Typer:
    """The application, with all its commands and groups plain."""
    if app.info.cls is not ShowingGroup:
        app.info.cls = PlainGroup
    for command in app.registered_commands:
        command.cls = PlainCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            plain(group.typer_instance)
    return app


def _escape(command: TyperCommand | TyperGroup) -> None:
    for shown in (command, *command.params):
        for field in ("help", "short_help", "epilog"):
            written = getattr(shown, field, None)
            if isinstance(written, str):
                setattr(shown, field, escape(written))
