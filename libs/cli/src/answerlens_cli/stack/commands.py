"""`answerlens up`, `down`, `status` and `logs`."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerlens_cli.output import show_fitting, show_json
from answerlens_cli.run_dirs import RunDir, run_dir_of
from answerlens_cli.stack import programs, settings_file
from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.stack import Stack
from answerlens_cli.stack.state import Details
from answerlens_cli.stack.status import ProcessStatus, read_status
from answerlens_cli.stack.supervise import Supervisor, tail

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

NOT_RUNNING = 3
"""Exit code of `status` and `logs` when there is no stack (as init scripts have it); 1 is for one that is unwell."""


@app.command(rich_help_panel="Local stack")
def up(named: RunDir = None, *, as_json: Json = False) -> None:
    """Start everything on this machine and wait until it is ready."""
    run_dir = run_dir_of(named)
    details = start(run_dir, Console(stderr=as_json), settings_file.load())
    if as_json:
        print(details.model_dump_json(indent=2))
    else:
        print(f"\nAPI         {details.api_url}\nDocs        {details.api_url}/docs")
        stop = "answerlens down" if named is None else f"answerlens down --run-dir {run_dir}"
        print(f"Keys        {run_dir / 'demo.json'}\nStop with   {stop}")


def start(run_dir: Path, console: Console, settings: Mapping[str, str] | None = None) -> Details:
    """Bring the stack up, with these settings where the environment has no others, and show each step."""
    with console.status("Starting"):

        def report(line: str) -> None:
            console.print(line, highlight=False, markup=False, soft_wrap=True)

        return Stack(run_dir, settings, report=report).up()


@app.command("programs", rich_help_panel="Local stack")
def find_programs(*, as_json: Json = False) -> None:
    """Find PostgreSQL, RabbitMQ and Chromium, and install what is missing (root on Debian or Ubuntu)."""
    found = programs.find_or_install(os.environ, lambda line: print(line, file=sys.stderr, flush=True))
    places = {
        "postgres": found.postgres.folder if found.postgres else "ANSWERLENS_POSTGRES_URL",
        "rabbitmq": found.rabbitmq.server if found.rabbitmq else "ANSWERLENS_RABBITMQ_URL",
        "chromium": found.chromium,
    }
    if as_json:
        print(json.dumps(places, default=str))
    else:
        for name, place in places.items():
            print(f"{name:<10} {place}")


@app.command(rich_help_panel="Local stack")
def down(
    named: RunDir = None,
    *,
    keep_data: Annotated[bool, typer.Option("--keep-data", help="Keep the database, queues and logs.")] = False,
    as_json: Json = False,
) -> None:
    """Stop every process of the stack and remove its run folder."""
    console = Console(stderr=as_json)
    run_dir = run_dir_of(named)
    with console.status("Stopping"):
        ran = Stack(run_dir).down(wipe=not keep_data)
    if as_json:
        print(json.dumps({"stopped": ran, "wiped": not keep_data}))
    else:
        print(f"{'Stopped' if ran else 'Nothing was running'}; {run_dir} is {'kept' if keep_data else 'gone'}.")


@app.command(rich_help_panel="Local stack")
def status(named: RunDir = None, *, as_json: Json = False) -> None:
    """Show each process: its state, how long it has run, whether it is ready.

    The exit code is 0 when all is well, 1 when a process is not, 3 when nothing runs.
    """
    run_dir = run_dir_of(named)
    processes = read_status(run_dir.resolve())
    if processes is None:
        print("[]" if as_json else f"No stack runs in {run_dir}: start one with `answerlens up`.")
        raise typer.Exit(NOT_RUNNING)
    if as_json:
        print(f"[{','.join(process.model_dump_json() for process in processes)}]")
    else:
        show_fitting(_table(processes))
        print(_said_of_users("Database", {process.database_user for process in processes if process.database_user}))
        print(_said_of_users("Broker", {process.broker_user for process in processes if process.broker_user}))
    if not all(process.is_well for process in processes):
        raise typer.Exit(1)


@app.command(rich_help_panel="Local stack")
def logs(
    service: Annotated[
        str, typer.Argument(help="A process, such as collector-1, or a service; all when left out.")
    ] = "",
    named: RunDir = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is logged from now on.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what the processes have logged; with --json {"process", "line"} a line.

    The exit code is 3 when there is nothing to follow, for no stack runs.
    """
    run_dir = run_dir_of(named)
    files = _log_files(run_dir / "logs", service)
    width = max(len(file.stem) for file in files) if len(files) > 1 else 0
    for file in files:
        for line in tail(file, lines).splitlines():
            _print_line(file, line, width, as_json=as_json)
    if not follow:
        return
    if not Supervisor(run_dir.resolve()).is_running():
        print(f"No stack runs in {run_dir}: nothing more will be logged.", file=sys.stderr)
        raise typer.Exit(NOT_RUNNING)
    for file, line in _new_lines(files):
        _print_line(file, line, width, as_json=as_json)


def _table(processes: list[ProcessStatus]) -> Table:
    table = Table("process", "state", "pid", "up", "ready", "where")
    for process in processes:
        ready = {True: "[green]yes[/]", False: f"[red]no[/] {escape(process.reason)}", None: ""}[process.ready]
        colour = "green" if process.state == "RUNNING" else "red"
        uptime = "" if process.uptime_seconds is None else _duration(process.uptime_seconds)
        state = f"[{colour}]{process.state.lower()}[/]"
        table.add_row(process.name, state, str(process.pid or ""), uptime, ready, process.url or "")
    return table


def _said_of_users(what: str, users: set[str]) -> str:
    if len(users) == 1:
        return f"{what}: all services log in as {users.pop()}, for that user may not make others."
    return f"{what}: each service logs in as a user of its own." if users else f"{what}: not known."


def _duration(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _log_files(folder: Path, service: str) -> list[Path]:
    files = sorted(folder.glob("*.log"))
    if not files:
        message = f"No logs in {folder}: start the stack with `answerlens up`."
        raise StackError(message)
    chosen = [file for file in files if not service or service in {file.stem, file.stem.rpartition("-")[0]}]
    if not chosen:
        message = f"No log of {service}; there are {', '.join(file.stem for file in files)}."
        raise StackError(message)
    return chosen


def _new_lines(files: list[Path]) -> Iterator[tuple[Path, str]]:
    """What is appended to the files from now on, whole lines as they come, for ever."""
    places = {file: file.stat().st_size for file in files}
    while True:
        for file in files:
            size = file.stat().st_size
            if size < places[file]:
                places[file] = 0  # supervisor has begun a new file
            with file.open("rb") as content:
                content.seek(places[file])
                chunk = content.read().rpartition(b"\n")
            if chunk[1]:
                places[file] += len(chunk[0]) + 1
                yield from ((file, line) for line in chunk[0].decode(errors="replace").split("\n"))
        time.sleep(0.3)


def _print_line(file: Path, line: str, width: int, *, as_json: bool) -> None:
    if as_json:
        show_json({"process": file.stem, "line": line}, indent=None)
    else:
        print(f"{file.stem:<{width}}  {line}" if width else line, flush=True)
