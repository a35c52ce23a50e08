"""`answerlens user`: who has a key to the API (admins only)."""

from typing import Annotated
from urllib.parse import quote

import typer

from answerlens_cli.access import connect
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Cursor, Limit, given
from answerlens_cli.output import show_json, show_lines, show_more, show_table
from answerlens_common.contracts.roles import Role

app = typer.Typer(help="Who has a key to the API (admins only).", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user's name.")]


@app.command()
def add(
    name: Name,
    *,
    role: Annotated[
        Role | None, typer.Option(help="Of a new user, client when left out; an admin sees everybody's orders.")
    ] = None,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Give an existing user a new key; the role and all else stays.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a user, or give one a new key, and print it, once."""
    wanted = role or (None if rotate else Role.CLIENT)
    body = given(name=name, role=wanted and wanted.value, rotate=rotate)
    with connect("admin") as api:
        user = api.call("POST", "/api/users", json=body)
    if as_json:
        show_json(user)
        return
    show_lines(f"{user['role']} {user['name']}", user["key"], "The key is not shown again.")
    if role is not None and user["role"] != role.value:
        show_lines(f"{user['name']} was there already and stays {user['role']}: a new key changes no role.")


@app.command("list")
def list_users(
    *,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List users by name."""
    with connect("admin") as api:
        page = api.call("GET", "/api/users", params=given(limit=limit, cursor=cursor))
    if as_json:
        show_json(page)
        return
    rows = [
        (user["name"], user["role"], "revoked" if user["revoked"] else "valid", moment(user["created_at"]))
        for user in page["items"]
    ]
    show_table(("user", "role", "key", "since"), rows)
    show_more(page)


@app.command()
def revoke(name: Name, *, as_json: AsJson = False) -> None:
    """Revoke a user's key; the user's orders stay."""
    with connect("admin") as api:
        user = api.call("DELETE", f"/api/users/{quote(name, safe='')}")
    if as_json:
        show_json(user)
    else:
        show_lines(f"{user['name']} has no key any more.")
