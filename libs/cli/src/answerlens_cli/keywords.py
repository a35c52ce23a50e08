"""`answerlens sources`: what a keyword's answers rest on."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import typer

from answerlens_cli.access import connect
from answerlens_cli.dates import date_option
from answerlens_cli.options import AsJson, Limit, given
from answerlens_cli.output import show_json, show_lines, show_table

app = typer.Typer()

Keyword = Annotated[str, typer.Argument(help="A keyword that an order of yours has measured.")]


@app.command()
def sources(
    keyword: Keyword,
    *,
    date: Annotated[str | None, date_option("Of this day (2026-01-31); the newest kept when left out.")] = None,
    order: Annotated[
        UUID | None, typer.Option(help="By the domains of this order; of the newest when left out.")
    ] = None,
    surface: Annotated[str | None, typer.Option(help="browser, api or service, when there are several.")] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Show the sites that a keyword's answers cite most."""
    query = given(date=date, order=str(order) if order else None, surface=surface, limit=limit)
    with connect("client") as api:
        found = api.call("GET", f"/api/keywords/{quote(keyword, safe='')}/sources", params=query)
    if as_json:
        show_json(found)
        return
    rows = [
        (
            source["domain"] or "no host",
            str(source["cited"]),
            str(source["listed"]),
            str(source["answers"]),
            ", ".join(f"{owner} {count}" for owner, count in source["owners"].items() if count),
            source["pages"][0]["page"] if source["pages"] else "",
        )
        for source in found["sources"]
    ]
    show_lines(f"{found['keyword']} {found['date']}, {', '.join(found['engines'])}: {found['answers']} answers", "")
    show_table(("domain", "cited", "listed", "answers", "whose", "first page"), rows, "They link to nothing.")
    if found["sandbox"]:
        show_lines("", "From the sandbox: nothing of this is real.")
