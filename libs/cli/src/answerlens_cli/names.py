"""Warnings of names that are ordinary words, as they are shown."""

from rich.console import Console
from rich.markup import escape

from answerlens_cli.api import Json


def show(found: Json) -> None:
    """Print each warning with what the name finds, or that there is none."""
    console = Console(soft_wrap=True)
    if not found["warnings"]:
        console.print("No name of this order is an ordinary word without context words.")
    for warning in found["warnings"]:
        console.print(f"[yellow]{escape(warning['field'])}[/]: {escape(warning['message'])}.")
        console.print(f"  try --context {' --context '.join(map(escape, warning['context']))}", highlight=False)
        preview = warning["preview"]
        if preview is None:
            console.print(
                "  no answers are stored yet to try it on; later: answerlens order names ORDER", highlight=False
            )
            continue
        naming, answers = preview["naming"], preview["answers"]
        told = f"{naming} of {answers} stored answers name it, {preview['with_context']} with these words"
        console.print(f"  {told}; without them also:" if preview["examples"] else f"  {told}", highlight=False)
        for example in preview["examples"]:
            console.print(f"    …{escape(example)}…", highlight=False)
