"""`answerlens notifications`: what you are told of orders that ended."""

from typing import Annotated

import typer

from answerlens_cli.access import connect
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Cursor, Limit, given, refuse_before_subcommand
from answerlens_cli.output import show_json, show_lines, show_more, show_table

app = typer.Typer(help="What you are told of orders that ended; `read` marks one as read.")


@app.callback(invoke_without_command=True)
def list_notifications(
    context: typer.Context, *, limit: Limit = 20, cursor: Cursor = None, as_json: AsJson = False
) -> None:
    """List your notifications, unread ones first; `read` marks some as read."""
    if context.invoked_subcommand is not None:
        refuse_before_subcommand(context)
        return
    with connect("client") as api:
        page = api.call("GET", "/api/notifications", params=given(limit=limit, cursor=cursor))
    if as_json:
        show_json(page)
        return
    rows = [
        (
            str(each["id"]),
            "" if each["read"] else "new",
            moment(each["created_at"]),
            each["severity"],
            each["message"],
            each["order_id"] or "",
        )
        for each in page["items"]
    ]
    show_table(("id", "new", "when", "severity", "message", "order"), rows, "There are no notifications.")
    show_more(page)


@app.command()
def read(
    ids: Annotated[list[int], typer.Argument(min=1, help="The ids of those that you have read.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Mark notifications as read."""
    with connect("client") as api:
        for each in ids:
            api.call("POST", f"/api/notifications/{each}/read")
    if as_json:
        show_json({"read": ids})
    else:
        show_lines(f"Marked as read: {', '.join(map(str, ids))}.")
