"""`answerlens order estimate`: what an order would take, before anything is spent."""

from pathlib import Path
from typing import Annotated

import typer

from answerlens_cli.access import connect
from answerlens_cli.api import Json
from answerlens_cli.options import AsJson, Repeated
from answerlens_cli.order_body import brand_of, read_order, refuse_beside
from answerlens_cli.output import show_json, show_lines, show_pairs, show_table

app = typer.Typer()
_NONE = "–"


@app.command()
def estimate(
    context: typer.Context,
    keyword: Annotated[str | None, typer.Argument(help="What people search for.")] = None,
    *,
    brand: Annotated[str | None, typer.Option(help="The brand to measure.")] = None,
    engine: Annotated[Repeated, typer.Option(help="An engine; repeat for more. All when left out.")] = [],  # noqa: B006
    file: Annotated[
        Path | None,
        typer.Option(help="The whole order as JSON, - for standard input; nothing of it may be given besides."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what an order would take if it were placed now: questions, minutes, requests, tokens, money."""
    if file is not None:
        refuse_beside(context, "--file", ("file", "as_json"))
        order = read_order(file)
    elif keyword is None or brand is None:
        message = "give a keyword and --brand, or --file"
        raise typer.BadParameter(message)
    else:
        order = {"keyword": keyword, "brand": brand_of(brand, [], [])} | ({"engines": engine} if engine else {})
    with connect("client") as api:
        found = api.call("POST", "/api/orders/estimate", json=order)
    if as_json:
        show_json(found)
    else:
        _show(found)


def _show(found: Json) -> None:
    show_pairs(
        {
            "keyword": found["keyword"],
            "date": found["date"],
            "questions": f"{found['questions']} ({found['questions_basis']})",
        }
    )
    print()
    columns: tuple[str, ...] = ("engine", "today", "left to ask", "minutes", "tokens in", "tokens out", "money")
    show_table(columns, [(one["engine"], one["collection"] or "not begun", *_figures(one)) for one in found["engines"]])
    print()
    columns = ("our own work", "requests", "minutes", "tokens in", "tokens out", "money")
    show_table(columns, [(one["step"], *_figures(one)) for one in found["steps"]], "Nothing of our own is left to do.")
    print()
    show_pairs(totals(found["total"]))
    show_lines(*found["notes"])


def _figures(part: Json) -> tuple[str, ...]:
    """Requests, minutes, tokens and money of a part; an assumed figure says so."""
    tokens = part["tokens"]
    asked = part["requests"]
    return (
        str(asked),
        _based(part["minutes"], part["minutes_basis"]),
        _based(tokens["prompt"], tokens["basis"]) if tokens else _NONE,
        _based(tokens["completion"], tokens["basis"]) if tokens else _NONE,
        _money(part["money"]) if part["money"] else _NONE,
    )


def _based(figure: float, basis: str) -> str:
    return f"{figure:g} (assumed)" if figure and basis == "assumed" else f"{figure:g}"


def _money(money: Json) -> str:
    return f"{money['amount']:g} {money['currency'] or '(currency of the language model)'}"


def totals(total: Json) -> dict[str, str]:
    """What an order would take in all, in words."""
    return {
        "in all": f"{total['requests_to_engines']} questions to engines, {total['requests_to_language_model']}"
        " requests to the language model",
        "minutes": f"{total['minutes']:g}",
        "tokens": f"{total['prompt_tokens']} in, {total['completion_tokens']} out",
        "money": ", ".join(map(_money, total["money"])) or "no price is known",
        "no price known": ", ".join(total["unpriced"]),
    }
