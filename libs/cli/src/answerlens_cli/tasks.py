"""`answerlens tasks`: the work that is under way or has failed (admins only)."""

from typing import Annotated

import typer

from answerlens_cli.access import connect
from answerlens_cli.api import Json
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Cursor, Limit, given, refuse_before_subcommand
from answerlens_cli.output import show_json, show_lines, show_more, show_pairs, show_table
from answerlens_common.contracts.statuses import TaskStatus

app = typer.Typer(help="The work that is under way or has failed (admins only); `show` and `retry` take one.")

TaskId = Annotated[int, typer.Argument(min=1, help="The task's id.")]


@app.callback(invoke_without_command=True)
def list_tasks(
    context: typer.Context,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="Those that have failed, not those that run.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List tasks that run or wait for a retry, or those that have failed; `show` and `retry` take one."""
    if context.invoked_subcommand is not None:
        refuse_before_subcommand(context)
        return
    kind = TaskStatus.FAILED if failed else TaskStatus.RUNNING
    with connect("admin") as api:
        page = api.call("GET", f"/api/monitor/tasks/{kind}", params=given(limit=limit, cursor=cursor))
    if as_json:
        show_json(page)
        return
    rows = [
        (
            str(task["task_id"]),
            task["task_type"],
            task["keyword"],
            task["date"],
            task["engine"],
            task["status"],
            f"{task['percentage']} %",
            str(task["retry_count"]),
            moment(task["started_at"]),
            task["error_message"] or "",
        )
        for task in page["items"]
    ]
    columns = ("task", "type", "keyword", "date", "engine", "status", "done", "retries", "started", "error")
    show_table(columns, rows, "No task has failed." if failed else "No task runs.")
    show_more(page)


@app.command()
def show(task_id: TaskId, *, as_json: AsJson = False) -> None:
    """Show how far a task is."""
    with connect("admin") as api:
        task = api.call("GET", f"/api/task/{task_id}/progress")
    if as_json:
        show_json(task)
    else:
        show_pairs(_shown(task))


@app.command()
def retry(task_id: TaskId, *, as_json: AsJson = False) -> None:
    """Try a failed task again, for those who waited for it."""
    with connect("admin") as api:
        task = api.call("POST", f"/api/monitor/tasks/{task_id}/retry")
    if as_json:
        show_json(task)
    else:
        show_lines(f"Task {task_id} is tried again: {task['task_type']} {task['keyword']} {task['date']}.")


def _shown(task: Json) -> dict[str, str]:
    return {
        "task": str(task["task_id"]),
        "status": task["status"],
        "done": f"{task['progress']} of {task['total']} ({task['percentage']} %)",
        "at": task["current_item"] or "",
        "last moved": moment(task["last_updated"]),
    }
