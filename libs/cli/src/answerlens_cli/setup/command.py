"""`answerlens setup`: asks for a model and an engine, tries them, writes the settings, takes the first order."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from answerlens_cli import report
from answerlens_cli.engine_trial import NoAnswerError, try_engine
from answerlens_cli.options import AsJson, Repeated
from answerlens_cli.order_body import Aliases, brand_of
from answerlens_cli.output import show_json
from answerlens_cli.run_dirs import RunDir, run_dir_of
from answerlens_cli.setup import first_order, options
from answerlens_cli.setup.asking import Asking
from answerlens_cli.setup.choices import SMALL_BANK, ChosenEngine, bank_settings, choose_engines, shipped
from answerlens_cli.setup.errors import SetupError
from answerlens_cli.setup.model_trial import try_model
from answerlens_cli.stack import settings_file
from answerlens_cli.stack.commands import start
from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.state import read_details
from answerlens_common.llm import LlmSettings

app = typer.Typer()

Url = Annotated[
    str | None,
    typer.Option(help="A model's address, such as https://api.deepseek.com/v1.", envvar="ANSWERLENS_LLM_BASE_URL"),
]
Key = Annotated[str | None, typer.Option(help="Its key; better in the environment.", envvar="ANSWERLENS_LLM_API_KEY")]
Model = Annotated[str | None, typer.Option(help="The model's name there.", envvar="ANSWERLENS_LLM_MODEL")]
Engines = Annotated[
    Repeated, typer.Option(help="A shipped engine with an API; its key is in the variable that its file names.")
]
Files = Annotated[
    list[Path], typer.Option(help="The file of another engine of kind api; repeat.", exists=True, dir_okay=False)
]
Size = Annotated[int, typer.Option(min=4, max=200, help="Questions a day and engine; more cost more.")]


@app.command(rich_help_panel="Local stack")
def setup(  # noqa: PLR0913 - one parameter an option
    *,
    llm_url: Url = None,
    llm_key: Key = None,
    llm_model: Model = None,
    engine: Engines = [],  # noqa: B006
    engine_file: Files = [],  # noqa: B006
    keyword: Annotated[str | None, typer.Option(help="What people search for.")] = None,
    brand: Annotated[str | None, typer.Option(help="The brand to measure.")] = None,
    alias: Aliases = [],  # noqa: B006
    questions: Annotated[
        Path | None,
        typer.Option(help="What people ask: a question a line, or .csv or .xlsx.", exists=True, dir_okay=False),
    ] = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="The language model may propose questions; they are marked.")
    ] = False,
    size: Size = SMALL_BANK,
    named: RunDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: what is needed is given by options.")] = False,
    as_json: AsJson = False,
) -> None:
    """From a key or two to a first report of real answers.

    Tries the language model and each engine with one request, says what that cost, writes the settings into a folder
    that only you can read, starts the stack and places the first order. When something cannot be used it says what, and
    nothing is written.
    """
    console = Console(stderr=as_json, width=None if Console().is_terminal else 120)
    run_dir = run_dir_of(named)
    if read_details(run_dir) is not None:
        message = f"a stack is up in {run_dir}: stop it first (`answerlens down --keep-data` keeps its data)"
        raise StackError(message)
    asking = Asking(yes)
    model = asking.model(llm_url, llm_key, llm_model)
    names = engine
    if not engine and not engine_file:
        names = [asking.needed(None, options.ENGINE, f"Engine to measure ({', '.join(shipped())})")]
    engines = choose_engines(
        names, engine_file, lambda name, file: asking.engine_key(os.environ.get(name), name, file, model)
    )
    sources = asking.sources(
        os.environ.get("ANSWERLENS_SEARCHER_SOURCES"), listed=questions is not None, synthetic=synthetic
    )
    wanted = asking.needed(keyword, options.KEYWORD, "Keyword (what people search for)")
    order = {
        "keyword": wanted,
        "brand": brand_of(asking.needed(brand, options.BRAND, "Brand to measure"), alias, []),
    }

    tried = try_model(model)
    _say(console, "Language model", f"{model.model}: {tried.told}")
    _try(engines, f"{wanted}哪个牌子好？", console)
    file = _write(tried.settings, engines, size, sources)
    _say(console, "Settings", f"{file}, to be read by you alone")

    # what was tried just now, whatever the environment says
    details = start(run_dir, console, settings_file.load({settings_file.VARIABLE: str(file.parent)}))
    if questions is not None:
        _say(console, "Questions", first_order.list_questions(details, wanted, questions))
    _say(console, "Will take", first_order.estimate(details, order))
    if not yes and not typer.confirm("Place the order?", default=True):
        _say(console, "Not placed", "the stack is up, and `answerlens order add` places it.")
        return
    found = first_order.take(details, order, console)
    if as_json:
        show_json(found)
        return
    report.show(found, console)
    _say(
        console,
        "From now on",
        "it is measured each night, while the stack is up (`answerlens up`, `answerlens down`).",
    )


def _try(engines: Sequence[ChosenEngine], question: str, console: Console) -> None:
    with tempfile.TemporaryDirectory(prefix="answerlens-setup-") as folder:
        for engine in engines:
            file = Path(folder) / f"{engine.name}.yaml"
            file.write_text(engine.text, encoding="utf-8")
            try:
                with console.status(f"Asking {engine.name}: {question}"):
                    trial = try_engine(file, question, engine.variables)
            except NoAnswerError as error:
                raise SetupError(options.ENGINE, str(error)) from error
            _say(console, "Engine", f"{engine.name}: {trial.told}")


def _write(model: LlmSettings, engines: Sequence[ChosenEngine], size: int, sources: str) -> Path:
    folder = settings_file.settings_dir()
    values = {
        "ANSWERLENS_LLM_BASE_URL": model.base_url,
        "ANSWERLENS_LLM_API_KEY": model.api_key.get_secret_value(),
        "ANSWERLENS_LLM_MODEL": model.model,
        "ANSWERLENS_LLM_REPLY_FORMAT": model.reply_format,
        "ANSWERLENS_ENGINES_DIR": str(folder / settings_file.ENGINES),
        "ANSWERLENS_SEARCHER_SOURCES": sources,
        **bank_settings(size),
        **{name: value for engine in engines for name, value in engine.variables.items()},
    }
    return settings_file.write(values, {engine.name: engine.text for engine in engines}, folder)


def _say(console: Console, name: str, words: str) -> None:
    console.print(f"{name:<15} {words}", highlight=False, markup=False, soft_wrap=True)
