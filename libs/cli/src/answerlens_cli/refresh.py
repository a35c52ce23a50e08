"""`answerlens refresh`: the nightly refresh of a date, fired now (admins only)."""

from typing import Annotated

import typer

from answerlens_cli.access import connect
from answerlens_cli.dates import date_option
from answerlens_cli.output import show_json, show_lines


def refresh(
    *,
    date: Annotated[str, date_option("The date to measure, such as 2026-01-31.")],
    backdate: Annotated[
        bool, typer.Option("--backdate", help="Measure orders that began later too; later reports get new versions.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the API's answer as it is, for scripts.")] = False,
) -> None:
    """Collect and score every live keyword again for a date, and measure every live order that had begun by then."""
    body = {"date": date} | ({"backdate": True} if backdate else {})
    with connect("admin") as api:
        answer = api.call("POST", "/api/refresh", json=body)
    if as_json:
        show_json(answer)
    else:
        show_lines(answer["message"])
