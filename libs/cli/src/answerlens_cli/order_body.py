"""The body of an order, made of the options of a command or read from a file."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from answerlens_cli.api import Json
from answerlens_cli.options import Repeated
from answerlens_common.errors import BusinessError

BrandName = Annotated[str | None, typer.Option("--brand", help="The brand to measure.")]
Aliases = Annotated[Repeated, typer.Option("--alias", help="Another name of the brand; repeat for more.")]
Domains = Annotated[
    Repeated,
    typer.Option("--domain", help="A domain of the brand, or its account on a shared host; repeat for more."),
]
Contexts = Annotated[Repeated, typer.Option("--context", help="The name counts only near this word; repeat for more.")]
Excludes = Annotated[
    Repeated, typer.Option("--exclude", help="A phrase in which the name means something else; repeat for more.")
]
Variants = Annotated[
    bool | None,
    typer.Option("--variants/--no-variants", help="Look for simplified and traditional spellings too, or not."),
]
Exact = Annotated[
    bool | None,
    typer.Option("--exact/--no-exact", help="Accents and separators within names count, or not: Rosé is not Rose."),
]
Competitors = Annotated[
    Repeated,
    typer.Option(
        "--competitor",
        help='A competitor\'s name, or all of it as JSON, such as {"name": "Bose", "aliases": ["博士"]}; repeat.',
    ),
]


class OrderFileError(BusinessError):
    """The file that should hold an order does not."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file = file


def brand_of(
    name: str,
    aliases: Repeated,
    domains: Repeated,
    **conditions: Any,  # noqa: ANN401 - words and switches
) -> Json:
    """A brand; of its conditions (context, exclude and so on) what was left out is left to the API."""
    said = {field: value for field, value in conditions.items() if value not in ([], None)}
    return {"name": name, "aliases": aliases, "domains": domains} | said


def competitors_of(written: Iterable[str]) -> list[Json]:
    """Each competitor, by its name or in full.

    Raises:
        typer.BadParameter: one looks like JSON and is none.
    """
    return [_competitor(one) for one in written]


def _competitor(written: str) -> Json:
    if not written.lstrip().startswith("{"):
        return {"name": written}
    try:
        competitor: Any = json.loads(written)
    except ValueError as error:
        message = f"--competitor is not JSON: {error}"
        raise typer.BadParameter(message) from error
    if not isinstance(competitor, dict):
        message = "--competitor must be a name or one JSON object"
        raise typer.BadParameter(message)
    return competitor


def read_order(file: Path) -> Json:
    """The order that a file holds, `-` for standard input.

    Raises:
        OrderFileError: it cannot be read, or holds no JSON object.
    """
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        order: Any = json.loads(text)
    except OSError as error:
        raise OrderFileError(file, error.strerror or type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        message = f"is not JSON: {error}"
        raise OrderFileError(file, message) from error
    if not isinstance(order, dict):
        raise OrderFileError(file, "must hold one JSON object")
    return order


def refuse_beside(context: typer.Context, whole: str, besides: Sequence[str]) -> None:
    """Refuse what would be ignored beside an option that says everything.

    Args:
        context: the command's, which knows what was typed.
        whole: that option.
        besides: the names of the parameters that may stand beside it.

    Raises:
        typer.BadParameter: something else was typed too.
    """
    ignored = []
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name not in besides and source is not None and source.name == "COMMANDLINE":
            ignored.append(parameter.opts[-1] if parameter.opts[-1].startswith("-") else parameter.opts[0].upper())
    if ignored:
        message = f"{whole} says all of the order: leave out {', '.join(ignored)}"
        raise typer.BadParameter(message)
