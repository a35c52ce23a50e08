"""`answerlens bank preview`: how a file of questions would be grouped; needs no stack."""

import json
import os
import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from answerlens_cli.output import show_json
from answerlens_common.errors import BusinessError

app = typer.Typer(help="How questions are grouped into a bank.", no_args_is_help=True)


class PreviewFailedError(BusinessError):
    """The questions could not be grouped.

    Attributes:
        reason: the last line that the bank builder wrote.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the questions could not be grouped: {reason}")
        self.reason = reason


@app.callback()
def bank() -> None:
    """Keep `preview` a subcommand, though it is the only one."""


@app.command()
def preview(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A question a line, UTF-8 (- for standard input).")],
    *,
    keyword: Annotated[str, typer.Option(help="What all the questions are about.")],
    as_json: Annotated[bool, typer.Option("--json", help='Print {"clusters": [{"intent", "questions"}]}.')] = False,
) -> None:
    """Group the questions of FILE by intent.

    The language model of ANSWERLENS_LLM_BASE_URL proposes the intents and labels the questions; where none is set,
    questions are grouped by what they ask alone, and the intents have generic names.
    Questions that fit no intent come last, as 其他: a bank would not ask about them.
    """
    # a process of its own: the command knows no service, and the embedding model is heavy
    done = subprocess.run(
        [sys.executable, "-m", "answerlens_bank_builder.preview", f"--keyword={keyword}"],
        input=file.read(),
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    if done.returncode != 0:
        written = done.stderr.decode(errors="replace").strip().splitlines()
        raise PreviewFailedError(written[-1] if written else f"exit code {done.returncode}")
    clusters = json.loads(done.stdout)
    if as_json:
        show_json(clusters)
        return
    console = Console(soft_wrap=True, highlight=False)
    for cluster in clusters["clusters"]:
        console.print(f"[bold]{escape(cluster['intent'])}[/] ({len(cluster['questions'])})")
        for question in cluster["questions"]:
            console.print(f"  {escape(question)}")
