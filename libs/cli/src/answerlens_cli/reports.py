"""`answerlens order report`, `order versions` and `order withdraw`: what was found, and what became of it."""

import json
from typing import Annotated

import typer

from answerlens_cli import report
from answerlens_cli.access import connect
from answerlens_cli.api import Api, Json
from answerlens_cli.dates import date_option
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Cursor, Limit, OrderId, given
from answerlens_cli.output import show_json, show_lines, show_more

app = typer.Typer()
# so much of a value is shown in a line; --json shows all
SHOWN_CHARACTERS = 60


@app.command("report")
def show_report(
    order_id: OrderId,
    *,
    date: Annotated[str | None, date_option("Of this day (2026-01-31); the newest when left out.")] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="This version of the day's report; else the newest.")
    ] = None,
    surface: Annotated[str | None, typer.Option(help="browser, api or service, when there are several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the mention rates an order has found, as they were when the report was made."""
    with connect("client") as api:
        path = f"/api/orders/{order_id}/report"
        found = api.call("GET", path, params=given(date=date, version=version, surface=surface))
        if as_json:
            show_json(found)
            return
        since = _notes_since(api, str(order_id), found)
    report.show(found)
    show_lines(f"Version {found['version']} of {moment(found['created_at'])}{_completed(found)}.", *since)


@app.command("versions")
def list_versions(
    order_id: OrderId,
    *,
    date: Annotated[str | None, date_option("Of this day (2026-01-31); of all days when left out.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List the versions of an order's reports: why each was made, what changed, what has come of it since."""
    path = f"/api/orders/{order_id}/report/versions"
    with connect("client") as api:
        page = api.call("GET", path, params=given(date=date, limit=limit, cursor=cursor))
    if as_json:
        show_json(page)
        return
    for version in page["items"]:
        made = f"{moment(version['created_at'])}, {version['why']}{_of(version['cause'])}{_completed(version)}"
        show_lines(f"{version['date']} version {version['version']} {version['status']}, {made}")
        changes = version["changes"]
        show_lines(*(f"  {each['field']}: {_short(each['was'])} → {_short(each['is'])}" for each in changes))
        show_lines(*(f"  {note}" for note in version["notes"]))
    if not page["items"]:
        show_lines("No day has a report yet.")
    show_more(page)


@app.command()
def withdraw(
    order_id: OrderId,
    *,
    date: Annotated[str, date_option("The day to withdraw, such as 2026-01-31.")],
    reason: Annotated[str, typer.Option(help="Why; the order's client reads it.")],
    as_json: AsJson = False,
) -> None:
    """Withdraw the measurement of a day (admins only): it counts nowhere any more, its reports stay readable."""
    with connect("admin") as api:
        order = api.call("POST", f"/api/orders/{order_id}/withdraw", json={"date": date, "reason": reason})
    if as_json:
        show_json(order)
    else:
        show_lines(f"The measurement of {date} is withdrawn.")


def _notes_since(api: Api, order_id: str, shown: Json) -> list[str]:
    """What has come of a version since it was made."""
    path = f"/api/orders/{order_id}/report/versions"
    # a day has few versions, and all on one page
    page = api.call("GET", path, params={"date": shown["date"], "limit": 100})
    notes: list[str] = next((each["notes"] for each in page["items"] if each["version"] == shown["version"]), [])
    return notes


def _completed(version: Json) -> str:
    if version["complete_at"] is None:
        return ", sentiment pending"
    filled_in = version["complete_at"] != version["created_at"]
    return f", sentiment filled in {moment(version['complete_at'])}" if filled_in else ""


def _of(cause: str | None) -> str:
    return f" of {cause}" if cause else ""


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
