"""`answerlens sources` and `questions`: what a keyword's answers rest on."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import typer

from answerlens_cli.access import connect
from answerlens_cli.api import Json
from answerlens_cli.dates import date_option
from answerlens_cli.options import AsJson, Cursor, Limit, given
from answerlens_cli.output import show_json, show_lines, show_more, show_pairs, show_table

app = typer.Typer()

SYNTHETIC = "model"

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


@app.command()
def questions(
    keyword: Keyword,
    *,
    version: Annotated[int | None, typer.Option(min=1, help="Of this bank; of your newest when left out.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Show what the engines are asked about a keyword, and what people asked that it was written from."""
    query = given(version=version, limit=limit, cursor=cursor)
    with connect("client") as api:
        page = api.call("GET", f"/api/keywords/{quote(keyword, safe='')}/questions", params=query)
    if as_json:
        show_json(page)
        return
    show_lines(f"{page['keyword']}, bank version {page['version']} of {page['built_date']}", "")
    for each in page["items"]:
        marks = [mark for mark in ("anchor", "branded", "synthetic") if each[mark]]
        show_pairs(
            {
                "question": f"{each['question']} {each['question_id']}",
                "intent": f"{each['intent']} (cluster {each['cluster_id']})",
                "marks": ", ".join(marks),
                "people asked": "\n".join(_sources(each, asked=True)),
                "proposed (synthetic)": "\n".join(_sources(each, asked=False)),
            }
        )
        show_lines("")
    if page["left_over"]:
        show_pairs({"not asked about": "\n".join(page["left_over"])})
    show_more(page)


def _sources(question: Json, *, asked: bool) -> list[str]:
    """The source questions that people asked, or those that the language model proposed."""
    origins = question["source_origins"] or [""] * len(question["source_questions"])
    return [
        text
        for text, origin in zip(question["source_questions"], origins, strict=True)
        if (origin != SYNTHETIC) == asked
    ]
