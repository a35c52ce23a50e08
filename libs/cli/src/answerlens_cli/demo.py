"""`answerlens demo`: three orders on one keyword, from nothing to their mention rates."""

import json
import os
import time
import uuid
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from answerlens_cli import legend, progress, rates
from answerlens_cli.api import Api, Json
from answerlens_cli.repository import RUN_DIR
from answerlens_cli.run_dirs import RunDir, run_dir_of
from answerlens_cli.stack import environment
from answerlens_cli.stack.commands import start
from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.state import Details
from answerlens_common.contracts.statuses import OrderStatus

app = typer.Typer()

KEYWORD = "蓝牙耳机"
BRANDS: list[Json] = [
    {"name": "索尼", "aliases": ["Sony"], "domains": ["sony.com.cn", "sony.com"]},
    {"name": "Bose", "aliases": ["博士"], "domains": ["bose.cn", "bose.com"]},
    {"name": "耐克", "aliases": ["Nike"], "domains": ["nike.com", "nike.com.cn"]},
]


@app.command(rich_help_panel="Local stack")
def demo(
    named: RunDir = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the three reports as JSON, for scripts.")] = False,
) -> None:
    """Start the stack, order three brands on one keyword and show their mention rates."""
    # Where output is no terminal its width is unknown, not 80 columns: do not fold the table there.
    width = None if Console().is_terminal else 120
    console = Console(stderr=as_json, width=width)
    details = start(run_dir_of(named), console)
    if details.sandbox_url is None and environment.wants_sandbox(os.environ):
        message = f"the stack in {details.run_dir} asks real engines; a demo would cost money: `answerlens down` first"
        raise StackError(message)
    reports = run(details, console)
    if as_json:
        print(json.dumps(reports, ensure_ascii=False, indent=2))


def run(details: Details, console: Console) -> list[Json]:
    """Place the three orders, show their progress in one bar and their rates in one table.

    Returns:
        The three reports.

    Raises:
        typer.Exit: with 1, when an order did not complete.
        ApiRefusedError: the API did not take an order.
    """
    began = time.monotonic()
    engines = ", ".join(details.engines)
    names = ", ".join(brand["name"] for brand in BRANDS)
    console.print(f"\nThree orders on {KEYWORD}: {names}. Engines: {engines}.", highlight=False, markup=False)
    with Api(details.api_url, details.client_key) as api:
        placed = [api.place(_order(brand, details.engines), f"demo-{uuid.uuid4()}") for brand in BRANDS]
        orders = progress.follow([order["id"] for order in placed], api.order, console)
        failed = [order for order in orders if order["status"] != OrderStatus.COMPLETED]
        for order in failed:
            error = escape(str(order.get("last_error") or "no error is recorded"))
            console.print(f"[bold red]{order['brand']['name']} {order['status']}:[/] {error}", soft_wrap=True)
        if failed:
            console.print(f"See the logs in {details.logs}, or `answerlens logs`.")
            raise typer.Exit(1)
        reports = [api.report(order["id"]) for order in orders]
    console.print(rates.table(reports))
    _tell_among(reports, console)
    _tell_where_it_came_from(details, orders, time.monotonic() - began, console)
    return reports


def _order(brand: Json, engines: list[str]) -> Json:
    competitors = [other for other in BRANDS if other is not brand]
    return {"keyword": KEYWORD, "brand": brand, "competitors": competitors, "engines": engines, "priority": 5}


def _tell_among(reports: list[Json], console: Console) -> None:
    """Among whom the ranks and shares of voice are, and why some have none."""
    among = [f"{report['brand']}: {rivals}" for report in reports if (rivals := legend.among(report))]
    lines = [f"Among 对比品牌: {'; '.join(among)}."] if among else []
    parts = [part for report in reports for part in (report["overall"] or {}, *report["engines"].values())]
    lines += legend.reasons(parts)
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def _tell_where_it_came_from(details: Details, orders: list[Json], seconds: float, console: Console) -> None:
    engines = ", ".join(details.engines)
    lines = [f"Engines: {engines}. In brackets the 95 % interval; a dash before it: too few answers for one figure."]
    if details.sandbox_url:
        lines += [
            "These answers came from the sandbox, a pretend outside world on this machine. They say nothing about",
            "the real brands or the real AI products. 以上答案来自本机的沙箱，不是真实 AI 产品的答案。",
        ]
    if all(order.get("is_cached") for order in orders):
        lines.append("Everything was measured earlier today and came from the cache: no engine was asked again.")
    lines.append(f"Took {seconds:.0f} s from the orders to the rates.")
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    places = {
        "API": details.api_url,
        "Docs": f"{details.api_url}/docs",
        "Journal": f"{details.sandbox_url}/journal" if details.sandbox_url else None,
        "Keys": details.run_dir / "demo.json",
        "Logs": details.logs,
        "Stop": "make down" if details.run_dir == RUN_DIR else f"ANSWERLENS_RUN_DIR={details.run_dir} make down",
    }
    console.print()
    for name, place in places.items():
        if place:
            console.print(f"{name:<8} {place}", highlight=False, markup=False, soft_wrap=True)
