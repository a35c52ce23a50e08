"""`answerlens order`: place orders, watch them, read what they found."""

import json
import sys
import uuid
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerlens_cli import names, progress, report
from answerlens_cli.access import connect
from answerlens_cli.api import Api, Json
from answerlens_cli.events import follow_order
from answerlens_cli.moments import moment
from answerlens_common.errors import BusinessError

app = typer.Typer(help="Place orders, watch them, read what they found.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer as it is, for scripts.")]
OrderId = Annotated[UUID, typer.Argument(help="The order's id.")]
Repeated = list[str]


class OrderFileError(BusinessError):
    """The file that should hold an order does not."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file = file


@app.command()
def add(  # noqa: PLR0913 - one parameter an option
    keyword: Annotated[str | None, typer.Argument(help="What people search for.")] = None,
    *,
    brand: Annotated[str | None, typer.Option(help="The brand to measure.")] = None,
    alias: Annotated[Repeated, typer.Option(help="Another name of the brand; repeat for more.")] = [],  # noqa: B006
    domain: Annotated[Repeated, typer.Option(help="A domain of the brand; repeat for more.")] = [],  # noqa: B006
    competitor: Annotated[Repeated, typer.Option(help="A competitor's name; repeat for more.")] = [],  # noqa: B006
    engine: Annotated[Repeated, typer.Option(help="An engine; repeat for more. All when left out.")] = [],  # noqa: B006
    priority: Annotated[int, typer.Option(min=0, max=9, help="Higher first.")] = 5,
    track_days: Annotated[int, typer.Option(min=0, max=365, help="Further days it is measured on.")] = 7,
    file: Annotated[Path | None, typer.Option(help="The whole order as JSON, - for standard input.")] = None,
    idempotency_key: Annotated[str | None, typer.Option(help="The same key gives the same order.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Then watch it until it has ended.")] = False,
    as_json: AsJson = False,
) -> None:
    """Order a measurement: `order add 蓝牙耳机 --brand 索尼 --alias Sony`, or `order add --file order.json`."""
    if file is not None:
        order = _read(file)
    elif keyword is None or brand is None:
        message = "give a keyword and --brand, or --file"
        raise typer.BadParameter(message)
    else:
        order = {
            "keyword": keyword,
            "brand": {"name": brand, "aliases": alias, "domains": domain},
            "competitors": [{"name": name} for name in competitor],
            "priority": priority,
            "track_days": track_days,
        } | ({"engines": engine} if engine else {})
    with connect("client") as api:
        placed = api.place(order, idempotency_key or str(uuid.uuid4()))
        if as_json:
            print(_text(placed))
        else:
            Console().print(_details(placed))
            if placed["warnings"]:
                names.show(api.call("GET", f"/api/orders/{placed['id']}/names"))
        if watch:
            _watch(api, placed["id"], as_json=as_json)


@app.command("list")
def list_orders(
    *,
    status: Annotated[str | None, typer.Option(help="Only orders in this status.")] = None,
    keyword: Annotated[str | None, typer.Option(help="Only orders on this keyword.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The `next` of the page before.")] = None,
    as_json: AsJson = False,
) -> None:
    """List your orders, newest first."""
    wanted = {"status": status, "keyword": keyword, "limit": limit, "cursor": cursor}
    with connect("client") as api:
        page = api.call(
            "GET", "/api/orders", params={name: value for name, value in wanted.items() if value is not None}
        )
    if as_json:
        print(_text(page))
        return
    table = Table("order", "keyword", "brand", "engines", "status", "stage", "progress", "ordered")
    for order in page["items"]:
        words, _ = progress.describe(order)
        table.add_row(
            order["id"],
            escape(order["keyword"]),
            escape(order["brand"]["name"]),
            escape(", ".join(order["engines"])),
            order["status"],
            words,
            progress.percent(order),
            moment(order["created_at"]),
        )
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    if page["next"]:
        console.print(f"More: --cursor {page['next']}", highlight=False, soft_wrap=True)


@app.command()
def show(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Show an order."""
    with connect("client") as api:
        order = api.order(str(order_id))
    if as_json:
        print(_text(order))
    else:
        Console().print(_details(order))


@app.command()
def watch(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Show an order's progress until it has ended; the exit code is 1 when it did not complete.

    With --json each event is a line.
    """
    with connect("client") as api:
        _watch(api, str(order_id), as_json=as_json)


@app.command()
def cancel(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Stop measuring an order; what has ended stays as it ended."""
    with connect("client") as api:
        order = api.call("POST", f"/api/orders/{order_id}/cancel")
    if as_json:
        print(_text(order))
    else:
        Console().print(_details(order))


@app.command("names")
def show_names(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Show names of an order that are ordinary words, what they find, and the context words to try."""
    with connect("client") as api:
        found = api.call("GET", f"/api/orders/{order_id}/names")
    if as_json:
        print(_text(found))
    else:
        names.show(found)


@app.command("report")
def show_report(
    order_id: OrderId,
    *,
    date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Of this day (2026-01-31); the newest when left out."),
    ] = None,
    surface: Annotated[str | None, typer.Option(help="browser, api or service, when there are several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the mention rates an order has found."""
    day = date.date().isoformat() if date else None
    wanted = {name: value for name, value in {"date": day, "surface": surface}.items() if value is not None}
    with connect("client") as api:
        found = api.call("GET", f"/api/orders/{order_id}/report", params=wanted)
    if as_json:
        print(_text(found))
    else:
        report.show(found, Console(width=None if sys.stdout.isatty() else 160))


def _watch(api: Api, order_id: str, *, as_json: bool) -> None:
    states = follow_order(api, order_id)
    if as_json:
        last: Json = {}
        for last in states:
            print(json.dumps(last, ensure_ascii=False), flush=True)
    else:
        console = Console()
        (last,) = progress.follow([order_id], lambda _: next(states), console, pause=lambda: None)
        if last["last_error"]:
            console.print(f"[bold red]{last['status']}:[/] {escape(last['last_error'])}", highlight=False)
    if last["status"] != "completed":
        raise typer.Exit(1)


def _read(file: Path) -> Json:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        order: Any = json.loads(text)
    except OSError as error:
        raise OrderFileError(file, error.strerror or type(error).__name__) from error
    except ValueError as error:
        message = f"is not JSON: {error}"
        raise OrderFileError(file, message) from error
    if not isinstance(order, dict):
        raise OrderFileError(file, "must hold one JSON object")
    return order


def _text(answer: Json) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _details(order: Json) -> Table:
    words, count = progress.describe(order)
    cached = "everything was measured earlier today; nobody was asked again" if order["is_cached"] else ""
    rows = {
        "order": order["id"],
        "keyword": order["keyword"],
        "brand": ", ".join([order["brand"]["name"], *order["brand"]["aliases"]]),
        "competitors": ", ".join(competitor["name"] for competitor in order["competitors"]),
        "engines": ", ".join(order["engines"]),
        "status": order["status"],
        "progress": "  ".join(filter(None, [progress.percent(order), words, count])),
        "cached": cached,
        "error": order["last_error"] or "",
        "tracked": f"{order['track_days']} further days" if order["live"] else "no longer",
        "days": "\n".join(f"{day['date']} {day['status']}" for day in order["measurements"]),
    }
    table = Table(show_header=False, box=None)
    for name, value in rows.items():
        if value:
            table.add_row(f"[bold]{name}[/]", escape(value))
    return table
