"""`answerlens leader`, `stats` and `spending`: how the installation does (admins only)."""

from typing import Annotated

import typer

from answerlens_cli.access import connect
from answerlens_cli.dates import date_option
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, given
from answerlens_cli.output import show_json, show_lines, show_pairs, show_table

app = typer.Typer()


@app.command()
def leader(*, as_json: AsJson = False) -> None:
    """Show which scheduler leads, since when and until when (admins only)."""
    with connect("admin") as api:
        found = api.call("GET", "/api/monitor/beat-master")
    if as_json:
        show_json(found)
    elif found["leader"] is None:
        show_lines("No scheduler has led yet.")
    else:
        show_pairs(
            {
                "leader": found["leader"],
                "leads": "yes" if found["alive"] else "no: its lease has run out",
                "since": moment(found["since"]),
                "until": moment(found["until"]),
                "token": str(found["token"]),
            }
        )


@app.command()
def stats(*, as_json: AsJson = False) -> None:
    """Show the figures of the day: orders, what was there already, tasks (admins only)."""
    with connect("admin") as api:
        found = api.call("GET", "/api/monitor/stats")
    if as_json:
        show_json(found)
        return
    orders = found["orders"]
    show_pairs(
        {
            "date": found["date"],
            "orders": str(orders["total"]),
            "completed": f"{orders['completed']} ({_share(orders['success_rate'])} of those that ended by themselves)",
            "failed": str(orders["failed"]),
            "cancelled": str(orders["cancelled"]),
            "mean time": _seconds(orders["mean_seconds"]),
        }
    )
    show_lines("")
    hits = [
        (each["stage"], str(each["wanted"]), str(each["hits"]), _share(each["hit_rate"])) for each in found["cache"]
    ]
    show_table(("stage", "wanted", "there already", "hit rate"), hits)
    show_lines("")
    tasks = [
        (
            task["task_type"],
            str(task["total"]),
            str(task["failed"]),
            _share(task["failure_rate"]),
            *(_seconds(task[f"{which}_seconds"]) for which in ("min", "mean", "max")),
        )
        for task in found["tasks"]
    ]
    columns = ("task", "begun", "failed", "failure rate", "least", "mean", "longest")
    show_table(columns, tasks, "No task has begun today.")


@app.command()
def spending(
    *,
    date: Annotated[str | None, date_option("Of this day (2026-01-31); today when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the language model costs, and what for (admins only)."""
    with connect("admin") as api:
        found = api.call("GET", "/api/monitor/llm", params=given(date=date))
    if as_json:
        show_json(found)
        return
    show_pairs(
        {
            "date": found["date"],
            "spent": str(found["spent"]),
            "put aside": str(found["reserved"]),
            "budget": "none" if found["budget"] is None else str(found["budget"]),
        }
    )
    show_lines("")
    rows = [
        (
            each["stage"],
            each["task"],
            each["keyword"],
            each["order_id"] or "",
            str(each["requests"]),
            str(each["prompt_tokens"] + each["completion_tokens"]),
            str(each["cost"]),
        )
        for each in found["usage"]
    ]
    columns = ("stage", "task", "keyword", "order", "requests", "tokens", "cost")
    show_table(columns, rows, "The language model was not asked.")


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"
