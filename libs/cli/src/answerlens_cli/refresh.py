"""`answerlens refresh`: the nightly refresh of a date, fired now (admins only)."""

from datetime import datetime
from typing import Annotated

import typer

from answerlens_cli.access import connect
from answerlens_cli.output import show_json, show_lines


def refresh(
    *,
    date: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The date to measure, such as 2026-01-31.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the API's answer as it is, for scripts.")] = False,
) -> None:
    """Collect and score every live keyword again for a date, and measure every live order on it."""
    with connect("admin") as api:
        answer = api.call("POST", "/api/refresh", json={"date": date.date().isoformat()})
    if as_json:
        show_json(answer)
    else:
        show_lines(answer["message"])
