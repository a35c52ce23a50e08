"""`answerlens breaker`: who outside is left alone for a while, and when (admins only)."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.text import Text

from answerlens_cli.access import connect
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson
from answerlens_cli.output import show_json, show_lines, show_table

app = typer.Typer(help="Circuit breakers: list, set, reset (admins only).", no_args_is_help=True)

PATH = "/api/monitor/circuit-breakers"
COLOURS = {"closed": "green", "half-open": "yellow", "open": "bold red"}

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="llm_api, zhihu_search, zhihu_api, playwright or engine:<name>.")
]


@app.command("list")
def list_breakers(*, as_json: AsJson = False) -> None:
    """List every breaker."""
    with connect("admin") as api:
        breakers = api.call("GET", PATH)
    if as_json:
        show_json(breakers)
        return
    rows = [
        (
            name,
            Text(breaker["state"], COLOURS[breaker["state"]]),
            str(breaker["failure_count"]),
            str(breaker["threshold"]),
            f"{breaker['open_seconds']:g}",
            *(moment(at) if at else "" for at in (breaker["last_failure_time"], breaker["next_attempt_time"])),
        )
        for name, breaker in breakers.items()
    ]
    columns = ("breaker", "state", "failures", "opens after", "for seconds", "last failure", "next attempt")
    show_table(columns, rows)


@app.command("set")
def set_breaker(
    name: Name,
    *,
    threshold: Annotated[int | None, typer.Option(min=1, help="Failures in a row that open it.")] = None,
    open_seconds: Annotated[float | None, typer.Option(min=1, help="Seconds until one probe may go through.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a breaker's settings, for all replicas and at once."""
    given = {"threshold": threshold, "open_seconds": open_seconds}
    changes = {field: value for field, value in given.items() if value is not None}
    if not changes:
        message = "say what: --threshold, --open-seconds"
        raise typer.BadParameter(message)
    with connect("admin") as api:
        breaker = api.call("PATCH", f"{PATH}/{quote(name, safe='')}", json=changes)
    text = f"{name} opens after {breaker['threshold']} failures in a row, for {breaker['open_seconds']:g} s."
    if as_json:
        show_json(breaker)
    else:
        show_lines(text)


@app.command()
def reset(name: Name, *, as_json: AsJson = False) -> None:
    """Close a breaker by hand: its work goes on at once."""
    with connect("admin") as api:
        breaker = api.call("POST", f"{PATH}/{quote(name, safe='')}/reset")
    if as_json:
        show_json(breaker)
    else:
        show_lines(f"{name} is {breaker['state']}.")
