"""`answerlens order measurements` and `order progress`: an order's days, and how far each is."""

from typing import Any

import typer

from answerlens_cli import progress as words_of
from answerlens_cli.access import connect
from answerlens_cli.options import AsJson, Cursor, Limit, OrderId, given
from answerlens_cli.output import show_json, show_lines, show_more, show_table
from answerlens_cli.rates import format_rate, format_verdict

app = typer.Typer()


@app.command()
def measurements(order_id: OrderId, *, limit: Limit = 20, cursor: Cursor = None, as_json: AsJson = False) -> None:
    """Show the series: every day of an order with its mention rates, newest first."""
    with connect("client") as api:
        page = api.call("GET", f"/api/orders/{order_id}/measurements", params=given(limit=limit, cursor=cursor))
    if as_json:
        show_json(page)
        return
    rows = []
    for day in page["items"]:
        for part in day["rates"] or [None]:
            rate = part and part["rates"].get("mention_rate")
            rows.append(
                (
                    day["date"],
                    day["status"],
                    part["engine"] if part else "",
                    (format_rate("mention_rate", rate) + format_verdict((rate or {}).get("verdict"))) if part else "",
                    _note(part) if part else "",
                    day["last_error"] or "",
                )
            )
    show_table(("date", "status", "engine", "mention rate", "note", "error"), rows, "No day has been measured yet.")
    show_more(page)


def _note(part: dict[str, Any]) -> str:
    """What to know of the rates of a day."""
    change = part.get("model_change")
    model = f"model was {', '.join(change['was'])}, is {', '.join(change['is'])}" if change else ""
    return "; ".join(filter(None, ("degraded" if part["degraded"] else "", model)))


@app.command()
def progress(order_id: OrderId, *, as_json: AsJson = False) -> None:
    """Show how far an order is, day by day and engine by engine, and the tasks that work for it."""
    with connect("client") as api:
        found = api.call("GET", f"/api/monitor/orders/{order_id}")
    if as_json:
        show_json(found)
        return
    rows = [
        (day["date"], part.get("engine", "all"), part["status"], words_of.percent(part), *words_of.describe(part))
        for day in found["days"]
        for part in (day, *day["engines"])
    ]
    show_table(("date", "engine", "status", "done", "stage", "count"), rows)
    show_lines("")
    tasks = [
        (
            str(task["task_id"]),
            task["task_type"],
            task["date"],
            task["engine"],
            task["status"],
            f"{task['percentage']} %",
            str(task["retry_count"]),
        )
        for task in found["tasks"]
    ]
    show_table(("task", "type", "date", "engine", "status", "done", "retries"), tasks, "No task works for it.")
