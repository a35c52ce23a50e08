"""`answerlens questions`: what the engines are asked about a keyword, and an admin's list of what people ask."""

import base64
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from answerlens_cli.access import connect
from answerlens_cli.api import Json
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Cursor, Limit, given
from answerlens_cli.output import show_json, show_lines, show_more, show_pairs, show_table
from answerlens_cli.plain_help import ShowingGroup

app = typer.Typer(
    cls=ShowingGroup,
    help="Show what the engines are asked about a keyword (`answerlens questions KEYWORD`); list what people ask.",
    no_args_is_help=True,
)

SYNTHETIC = "model"
MOST_SHOWN = 20

Keyword = Annotated[str, typer.Argument(help="A keyword that an order of yours has measured.")]
ListKeyword = Annotated[str, typer.Argument(help="The keyword whose list it is.")]


@app.command()
def show(
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


@app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(allow_dash=True, help="A question a line; or a .csv or .xlsx file. - is stdin."),
    ],
    *,
    keyword: Annotated[str, typer.Option(help="What the questions are about.")],
    as_json: AsJson = False,
) -> None:
    """List questions that people ask about a keyword, as an admin; the exit code is 1 when none of them is listed.

    The keyword's next search reads the list, as far as the sources before it give too few questions
    (ANSWERLENS_SEARCHER_SOURCES of the searcher has their order). The same file, sent again, changes nothing.
    """
    with connect("admin") as api:
        found = api.call("POST", f"/api/keywords/{quote(keyword, safe='')}/questions", json=content_of(file))
    if as_json:
        show_json(found)
    else:
        counts = {"taken": found["taken"], "known already": found["known"], "not taken": found["refused"]}
        show_pairs({**_changed(found), **counts})
        if found["reasons"]:
            rows = [(str(one["line"]), one["question"], one["reason"]) for one in found["reasons"][:MOST_SHOWN]]
            show_table(("line", "question", "refused because it"), rows)
        if found["refused"] > MOST_SHOWN:
            show_lines(f"{found['refused'] - MOST_SHOWN} more rows were refused: see --json.")
    if not found["taken"] + found["known"]:
        raise typer.Exit(1)


@app.command("list")
def list_listed(keyword: ListKeyword, *, limit: Limit = 20, cursor: Cursor = None, as_json: AsJson = False) -> None:
    """Show the questions that admins have listed for a keyword."""
    with connect("admin") as api:
        page = api.call("GET", _path(keyword), params=given(limit=limit, cursor=cursor))
    if as_json:
        show_json(page)
        return
    rows = [
        (each["question_id"], each["question"], each["added_by"], moment(each["created_at"])) for each in page["items"]
    ]
    show_table(("id", "question", "by", "added"), rows, "No question is listed.")
    show_more(page)


@app.command()
def remove(
    keyword: ListKeyword,
    question_id: Annotated[str | None, typer.Argument(help="The question's id, as `list` shows it.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Take all of them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a question off a keyword's list, or all of them; banks that were made of it stay as they are."""
    if (question_id is None) != every:
        message = "give the id of a question, or --all"
        raise typer.BadParameter(message)
    path = _path(keyword) if question_id is None else f"{_path(keyword)}/{quote(question_id, safe='')}"
    with connect("admin") as api:
        found = api.call("DELETE", path)
    if as_json:
        show_json(found)
    else:
        show_pairs({**_changed(found), "removed": found["removed"]})


def _path(keyword: str) -> str:
    return f"/api/keywords/{quote(keyword, safe='')}/question-list"


def _changed(found: Json) -> Json:
    return {"keyword": found["keyword"], "listed": found["questions"], "used from": found["used_from"]}


def content_of(file: Path) -> Json:
    """A list of questions as the API takes it, told by the end of its file's name."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise typer.BadParameter(message) from None
    kind = file.suffix.lower()
    if kind == ".xlsx":
        return {"xlsx": base64.b64encode(content).decode()}
    return {"csv" if kind == ".csv" else "lines": _text(content)}


def _text(content: bytes) -> str:
    """UTF-8, or else what spreadsheets on a Chinese system write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        message = "is neither UTF-8 nor GB 18030; an Excel file must be called .xlsx"
        raise typer.BadParameter(message) from None


def _sources(question: Json, *, asked: bool) -> list[str]:
    """The source questions that people asked, or those that the language model proposed."""
    origins = question["source_origins"] or [""] * len(question["source_questions"])
    return [
        text
        for text, origin in zip(question["source_questions"], origins, strict=True)
        if (origin != SYNTHETIC) == asked
    ]
