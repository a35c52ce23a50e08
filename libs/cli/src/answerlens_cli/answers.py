"""`answerlens answers`: import answers that were collected elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import typer

from answerlens_cli.access import connect
from answerlens_cli.api import Api, Json
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Repeated
from answerlens_cli.output import show_json, show_lines, show_pairs, show_table
from answerlens_common.contracts.imports import FileFormat
from answerlens_common.contracts.statuses import ImportStatus

app = typer.Typer(help="Import answers that were collected elsewhere.", no_args_is_help=True)

MEDIA_TYPES = {
    FileFormat.JSONL: "application/x-ndjson",
    FileFormat.CSV: "text/csv",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OPEN = {ImportStatus.RECEIVING, ImportStatus.CHECKING, ImportStatus.ANALYSING}
POLL_SECONDS = 1.0
SEND_BYTES = 256 * 1024
SEND_SECONDS = 600.0
MOST_SHOWN = 20

ImportId = Annotated[UUID, typer.Argument(help="The import's id.")]


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="The file; - for standard input.")],
    *,
    form: Annotated[
        FileFormat | None, typer.Option("--format", help="Of the file; told by the end of its name when left out.")
    ] = None,
    brand: Annotated[
        Repeated, typer.Option(help="Whom to look for in the answers; repeat for more. Nobody when left out.")
    ] = [],  # noqa: B006
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Stay until it has ended.")] = True,
    as_json: AsJson = False,
) -> None:
    """Import a file of answers; the exit code is 1 when it has failed.

    The same file sent again with the same brands is the same import.
    """
    kind = MEDIA_TYPES[form or _format_of(file)]
    with connect("client") as api:
        found = api.call(
            "POST",
            "/api/answers/import",
            params={"brand": brand},
            content=_pieces(file),
            headers={"Content-Type": kind},
            timeout=SEND_SECONDS,
        )
        while wait and found["status"] in OPEN:
            time.sleep(POLL_SECONDS)
            found = _get(api, found["id"])
    _show(found, as_json=as_json)
    if found["status"] == ImportStatus.FAILED:
        raise typer.Exit(1)


@app.command()
def show(import_id: ImportId, *, as_json: AsJson = False) -> None:
    """Show how an import stands, and which rows were refused."""
    with connect("client") as api:
        found = _get(api, str(import_id))
    _show(found, as_json=as_json)


@app.command()
def cancel(import_id: ImportId, *, as_json: AsJson = False) -> None:
    """Stop an import; what was taken is not analysed."""
    with connect("client") as api:
        found = api.call("POST", f"/api/answers/imports/{quote(str(import_id))}/cancel")
    _show(found, as_json=as_json)


@app.command()
def template(
    *,
    form: Annotated[FileFormat, typer.Option("--format", help="Of the file.")] = FileFormat.CSV,
    output: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write it; standard output when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a file of answers to begin with: every column that there may be, and two rows."""
    if form is FileFormat.XLSX and (as_json or output is None):
        message = "a workbook is no text: give --output FILE"
        raise typer.BadParameter(message)
    with connect("client") as api:
        content = api.content("/api/answers/template", params={"format": form.value})
    if as_json:
        show_json({"format": form.value, "content": content.decode("utf-8-sig")})
        return
    if output is None:
        print(content.decode("utf-8-sig"), end="")
        return
    output.write_bytes(content)
    show_lines(f"{output} has every column that there may be; question, answer and engine are needed.")


def _get(api: Api, import_id: str) -> Json:
    found: Json = api.call("GET", f"/api/answers/imports/{quote(import_id)}")
    return found


def _format_of(file: Path) -> FileFormat:
    end = file.suffix.lower().removeprefix(".")
    if end in set(FileFormat):
        return FileFormat(end)
    message = f"{file} does not tell its format: give --format {' or '.join(FileFormat)}"
    raise typer.BadParameter(message)


def _pieces(file: Path) -> Iterator[bytes]:
    try:
        source = nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise typer.BadParameter(message) from None
    with source as opened:
        while piece := opened.read(SEND_BYTES):
            yield piece


def _show(found: Json, *, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    show_pairs(
        {
            "import": found["id"],
            "status": found["status"],
            "progress": "" if found["progress"] is None else f"{found['progress']} %",
            "rows": f"{found['rows']}, {found['refused']} refused"
            + ("" if found["taken"] is None else f", {found['taken']} taken"),
            "ignored": ", ".join(found["ignored_columns"]),
            "date": found["date"],
            "begun": moment(found["created_at"]),
            "seconds": str(found["seconds"]),
            "error": found["error_message"] or "",
        }
    )
    if found["engines"]:
        rows = [
            (one["engine"], str(one["answers"]), str(one["usable"]), str(one["scored"]), one["status"] or "–")
            for one in found["engines"]
        ]
        show_table(("engine", "answers", "usable", "with a score", "rates"), rows)
    if found["reasons"]:
        shown = found["reasons"][:MOST_SHOWN]
        show_table(("line", "column", "refused because"), [(str(r["line"]), r["field"], r["reason"]) for r in shown])
        if found["refused"] > len(shown):
            show_lines(f"{found['refused'] - len(shown)} more rows were refused: see --json.")
