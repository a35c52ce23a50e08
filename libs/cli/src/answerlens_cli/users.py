"""`answerlens user`: who has a key to the API (admins only)."""

import json
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerlens_cli.access import connect
from answerlens_cli.moments import moment

app = typer.Typer(help="Who has a key to the API (admins only).", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer as it is, for scripts.")]
Name = Annotated[str, typer.Argument(help="The user's name.")]


class Role(StrEnum):
    """What a user may do."""

    CLIENT = "client"
    ADMIN = "admin"


@app.command()
def add(
    name: Name,
    *,
    role: Annotated[Role, typer.Option(help="An admin sees everybody's orders.")] = Role.CLIENT,
    rotate: Annotated[bool, typer.Option("--rotate", help="Give an existing user a new key.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a user and print the key, once."""
    with connect("admin") as api:
        user = api.call("POST", "/api/users", json={"name": name, "role": role.value, "rotate": rotate})
    if as_json:
        print(json.dumps(user, ensure_ascii=False, indent=2))
    else:
        print(f"{user['role']} {user['name']}\n{user['key']}\nThe key is not shown again.")


@app.command("list")
def list_users(
    *,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="The `next` of the page before.")] = None,
    as_json: AsJson = False,
) -> None:
    """List users by name."""
    with connect("admin") as api:
        page = api.call("GET", "/api/users", params={"limit": limit} | ({"cursor": cursor} if cursor else {}))
    if as_json:
        print(json.dumps(page, ensure_ascii=False, indent=2))
        return
    table = Table("user", "role", "key", "since")
    for user in page["items"]:
        since = moment(user["created_at"])
        table.add_row(escape(user["name"]), user["role"], "revoked" if user["revoked"] else "valid", since)
    Console().print(table)
    if page["next"]:
        print(f"More: --cursor {page['next']}")


@app.command()
def revoke(name: Name, *, as_json: AsJson = False) -> None:
    """Revoke a user's key; the user's orders stay."""
    with connect("admin") as api:
        user = api.call("DELETE", f"/api/users/{quote(name, safe='')}")
    if as_json:
        print(json.dumps(user, ensure_ascii=False, indent=2))
    else:
        print(f"{user['name']} has no key any more.")
