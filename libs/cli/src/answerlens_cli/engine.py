"""`answerlens engine`: which engines there are, and whether one can be asked from here."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from answerlens_cli.access import connect
from answerlens_cli.engine_trial import NoAnswerError, try_engine
from answerlens_cli.options import AsJson
from answerlens_cli.output import show_json, show_lines, show_table
from answerlens_cli.repository import ROOT
from answerlens_cli.stack import settings_file
from answerlens_common.contracts.engines import EngineFile, load_engine

app = typer.Typer(help="Which engines there are, and whether one can be asked from here.", no_args_is_help=True)

SHIPPED = ROOT / "deploy" / "engines"
QUESTION = "蓝牙耳机哪个牌子好？"


@app.command("list")
def list_engines(*, as_json: AsJson = False) -> None:
    """List the engines of this installation."""
    with connect("client") as api:
        found = api.call("GET", "/api/engines")
    if as_json:
        show_json(found)
        return
    rows = [
        (each["name"], each["kind"], each["surface"], "yes" if each["enabled"] else "no", str(each["replicates"]))
        for each in found
    ]
    show_table(("engine", "kind", "surface", "can be ordered", "asked a day"), rows, "There are no engines.")


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The engine's name, or its file.")],
    *,
    question: Annotated[str, typer.Option(help="What it is asked.")] = QUESTION,
    as_json: AsJson = False,
) -> None:
    """Ask an engine one question, as the collector does, and say what came of it. Nothing is stored.

    The engine is looked for in ANSWERLENS_ENGINES_DIR, or what `answerlens setup` has written, then among the shipped
    ones; its key or login comes from the environment or from those settings. The exit code is 1 without an answer.
    """
    settings = settings_file.load()
    folders = [settings.get("ANSWERLENS_ENGINES_DIR") or os.environ.get("ANSWERLENS_ENGINES_DIR"), SHIPPED]
    file, engine = _find(name, [Path(folder) for folder in folders if folder], {**settings, **os.environ})
    with Console(stderr=True).status(f"Asking {engine.name}: {question}"):
        trial = try_engine(file, question, settings)
    if as_json:
        show_json(trial.verdict)
    else:
        show_lines(f"{engine.name} ({engine.kind}) answers: {trial.told}.", str(trial.verdict["text"]))


def _find(name: str, folders: list[Path], environment: Mapping[str, str]) -> tuple[Path, EngineFile]:
    written = Path(name)
    files = [written] if written.is_file() else [file for each in folders for file in sorted(each.glob("*.yaml"))]
    found = [(file, load_engine(file, environment)) for file in files]
    for file, engine in found:
        if written.is_file() or engine.name == name:
            return file, engine
    why = f"is not here: there are {', '.join(sorted({engine.name for _, engine in found})) or 'no engines'}"
    raise NoAnswerError(name, why)
