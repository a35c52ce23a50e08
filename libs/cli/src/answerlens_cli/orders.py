"""`answerlens order`: place orders, watch them; `reports` reads what they found."""

import uuid
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from answerlens_cli import names, progress
from answerlens_cli.access import connect
from answerlens_cli.api import Api, Json
from answerlens_cli.dates import date_option
from answerlens_cli.events import follow_order
from answerlens_cli.headers import sendable
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Cursor, Limit, OrderId, Repeated, given
from answerlens_cli.order_body import (
    Aliases,
    BrandName,
    Competitors,
    Contexts,
    Domains,
    Exact,
    Excludes,
    Variants,
    brand_of,
    competitors_of,
    read_order,
    refuse_beside,
)
from answerlens_cli.output import show_json, show_more, show_pairs, show_table
from answerlens_common.contracts.statuses import MeasurementStatus

app = typer.Typer(help="Place orders, watch them, read what they found.", no_args_is_help=True)


@app.command()
def add(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    keyword: Annotated[str | None, typer.Argument(help="What people search for.")] = None,
    *,
    brand: BrandName = None,
    alias: Aliases = [],  # noqa: B006
    domain: Domains = [],  # noqa: B006
    context_words: Contexts = [],  # noqa: B006
    exclude: Excludes = [],  # noqa: B006
    variants: Variants = None,
    exact: Exact = None,
    competitor: Competitors = [],  # noqa: B006
    engine: Annotated[Repeated, typer.Option(help="An engine; repeat for more. All when left out.")] = [],  # noqa: B006
    priority: Annotated[int, typer.Option(min=0, max=9, help="Higher first.")] = 5,
    track_days: Annotated[int, typer.Option(min=0, max=365, help="Further days it is measured on.")] = 7,
    file: Annotated[
        Path | None,
        typer.Option(help="The whole order as JSON, - for standard input; nothing of it may be given besides."),
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(callback=sendable, help="The same key gives the same order.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Then watch it until it has ended.")] = False,
    as_json: AsJson = False,
) -> None:
    """Order a measurement: `order add 蓝牙耳机 --brand 索尼 --alias Sony`, or `order add --file order.json`."""
    if file is not None:
        refuse_beside(context, "--file", ("file", "idempotency_key", "watch", "as_json"))
        order = read_order(file)
    elif keyword is None or brand is None:
        message = "give a keyword and --brand, or --file"
        raise typer.BadParameter(message)
    else:
        order = {
            "keyword": keyword,
            "brand": brand_of(
                brand, alias, domain, context=context_words, exclude=exclude, variants=variants, exact=exact
            ),
            "competitors": competitors_of(competitor),
            "priority": priority,
            "track_days": track_days,
        } | ({"engines": engine} if engine else {})
    with connect("client") as api:
        placed = api.place(order, idempotency_key or str(uuid.uuid4()))
        if as_json:
            show_json(placed)
        else:
            show_pairs(details(placed))
            if placed["warnings"]:
                names.show(api.call("GET", f"/api/orders/{placed['id']}/names"))
        if watch:
            _watch(api, placed["id"], as_json=as_json)


@app.command()
def preview(  # noqa: PLR0913 - one parameter an option
    texts: Annotated[list[str], typer.Argument(help="Texts to try the names on.")],
    *,
    brand: Annotated[str, typer.Option(help="The brand's name.")],
    alias: Aliases = [],  # noqa: B006
    context_words: Contexts = [],  # noqa: B006
    exclude: Excludes = [],  # noqa: B006
    variants: Variants = None,
    exact: Exact = None,
    competitor: Competitors = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Show where texts name a brand, by the rules that answers are measured with. Nothing is stored."""
    body = {
        "texts": texts,
        "brand": brand_of(brand, alias, [], context=context_words, exclude=exclude, variants=variants, exact=exact),
        "competitors": competitors_of(competitor),
    }
    with connect("client") as api:
        found = api.call("POST", "/api/mentions/preview", json=body)
    if as_json:
        show_json(found)
        return
    rows = [
        (str(number), name, ", ".join(f"{one['text']} {one['start']}–{one['end']}" for one in places) or "–")
        for number, result in enumerate(found["results"], start=1)
        for name, places in result["mentions"].items()
    ]
    show_table(("text", "brand", "named"), rows)


@app.command("list")
def list_orders(
    *,
    status: Annotated[str | None, typer.Option(help="Only orders in this status.")] = None,
    keyword: Annotated[str | None, typer.Option(help="Only orders on this keyword.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List your orders, newest first."""
    with connect("client") as api:
        wanted = given(status=status, keyword=keyword, limit=limit, cursor=cursor)
        page = api.call("GET", "/api/orders", params=wanted)
    if as_json:
        show_json(page)
        return
    rows = [
        (
            order["id"],
            order["keyword"],
            order["brand"]["name"],
            ", ".join(order["engines"]),
            order["status"],
            progress.describe(order)[0],
            progress.percent(order),
            moment(order["created_at"]),
        )
        for order in page["items"]
    ]
    columns = ("order", "keyword", "brand", "engines", "status", "stage", "progress", "ordered")
    show_table(columns, rows, "There are no such orders.")
    show_more(page)


@app.command()
def show(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Show an order."""
    with connect("client") as api:
        order = api.order(str(order_id))
    if as_json:
        show_json(order)
    else:
        show_pairs(details(order))


@app.command()
def watch(
    order_id: OrderId,
    *,
    date: Annotated[str | None, date_option("Its measurement of this day; the order itself when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show an order's progress until it has ended; the exit code is 1 when it did not complete.

    With --json each event is a line.
    """
    with connect("client") as api:
        _watch(api, str(order_id), as_json=as_json, date=date)


@app.command()
def cancel(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Stop measuring an order; what has ended stays as it ended."""
    with connect("client") as api:
        order = api.call("POST", f"/api/orders/{order_id}/cancel")
    if as_json:
        show_json(order)
    else:
        show_pairs(details(order))


@app.command("names")
def show_names(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Show names of an order that are ordinary words, what they find, and the context words to try."""
    with connect("client") as api:
        found = api.call("GET", f"/api/orders/{order_id}/names")
    if as_json:
        show_json(found)
    else:
        names.show(found)


def _watch(api: Api, order_id: str, *, as_json: bool, date: str | None = None) -> None:
    states = follow_order(api, order_id, date)
    if as_json:
        last: Json = {}
        for last in states:
            show_json(last, indent=None)
    else:
        console = Console()
        (last,) = progress.follow([order_id], lambda _: next(states), console, pause=lambda: None)
        if last["last_error"]:
            console.print(f"[bold red]{last['status']}:[/] {escape(last['last_error'])}", highlight=False)
    if last["status"] != MeasurementStatus.COMPLETED:
        raise typer.Exit(1)


def details(order: Json) -> dict[str, str]:
    """An order as it is shown: names and values."""
    words, count = progress.describe(order)
    return {
        "order": order["id"],
        "keyword": order["keyword"],
        "brand": ", ".join([order["brand"]["name"], *order["brand"]["aliases"]]),
        "competitors": ", ".join(competitor["name"] for competitor in order["competitors"]),
        "engines": ", ".join(order["engines"]),
        "status": order["status"],
        "progress": "  ".join(filter(None, [progress.percent(order), words, count])),
        "cached": "everything was measured earlier today; nobody was asked again" if order["is_cached"] else "",
        "error": order["last_error"] or "",
        "tracked": f"{order['track_days']} further days" if order["live"] else "no longer",
        "days": "\n".join(f"{day['date']} {day['status']}" for day in order["measurements"]),
    }
