"""`answerlens dead`: messages that no service could deal with (admins only)."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.text import Text

from answerlens_cli.access import connect
from answerlens_cli.api import Api, Json
from answerlens_cli.moments import moment
from answerlens_cli.options import AsJson, Cursor, Limit, given
from answerlens_cli.output import show_json, show_lines, show_more, show_table

app = typer.Typer(help="Dead letters: list, read, replay, drop (admins only).", no_args_is_help=True)

QueueName = Annotated[str, typer.Argument(metavar="QUEUE", help="The queue's name, with or without .dead.")]
LetterId = Annotated[str | None, typer.Option("--id", help="Only this one.")]
Reason = Annotated[str | None, typer.Option(help="Only those with this reason: failed, malformed, error, …")]
Keyword = Annotated[str | None, typer.Option(help="Only those about this keyword.")]
Everything = Annotated[bool, typer.Option("--all", help="All of the queue.")]


@app.command("list")
def list_queues(*, as_json: AsJson = False) -> None:
    """List the queues that have dead letters."""
    with connect("admin") as api:
        queues = api.call("GET", "/api/dead-letters")
    if as_json:
        show_json(queues)
        return
    rows = [(queue["queue"], str(queue["count"]), _moment(queue["oldest"])) for queue in queues if queue["count"]]
    show_table(("queue", "dead letters", "oldest"), rows, "There are no dead letters.")


@app.command()
def show(
    queue: QueueName,
    *,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Show a queue's dead letters, oldest first; they stay where they are."""
    with connect("admin") as api:
        page = api.call("GET", _path(queue), params=given(limit=limit, cursor=cursor))
    if as_json:
        show_json(page)
        return
    console = Console()
    for letter in page["items"]:
        attempts = "" if letter["attempts"] is None else f", attempts: {letter['attempts']}"
        # a letter may hold anything: it is shown as text, without markup or control characters
        head = f"{letter['id']}  {_moment(letter['at'])}  {letter['reason'] or 'no reason'}{attempts}"
        encoding = "" if letter["encoding"] == "utf-8" else f"{letter['encoding']}: "
        for line, style in ((head, "bold"), (letter["error"] or "", ""), (encoding + letter["body"], "dim")):
            if line:
                console.print(Text(_visible(line), style), soft_wrap=True)
    show_more(page)


@app.command()
def replay(
    queue: QueueName,
    *,
    letter_id: LetterId = None,
    reason: Reason = None,
    keyword: Keyword = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters back to their queue; what had failed with them is worked on again."""
    selection = _selection(letter_id, reason, keyword, everything=everything)
    with connect("admin") as api:
        answer = _repeated(api, "POST", f"{_path(queue)}/replay", "replayed", json=selection)
    if as_json:
        show_json(answer)
        return
    print(f"Replayed: {answer['replayed']}, left: {answer['left']}.")
    if answer["unwanted"]:
        print(f"Nobody waits for {answer['unwanted']} of those left any more; `answerlens dead drop` drops them.")


@app.command()
def drop(
    queue: QueueName,
    *,
    letter_id: LetterId = None,
    reason: Reason = None,
    keyword: Keyword = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Throw dead letters away, for good."""
    selection = _selection(letter_id, reason, keyword, everything=everything)
    with connect("admin") as api:
        answer = _repeated(api, "DELETE", _path(queue), "dropped", params=selection)
    if as_json:
        show_json(answer)
    else:
        show_lines(f"Dropped: {answer['dropped']}, left: {answer['left']}.")


def _selection(letter_id: str | None, reason: str | None, keyword: str | None, *, everything: bool) -> Json:
    selection = given(id=letter_id, reason=reason, keyword=keyword)
    if bool(selection) == everything:
        message = "say which: --id, --reason, --keyword, or --all"
        raise typer.BadParameter(message)
    return selection


def _repeated(api: Api, method: str, path: str, done: str, **selection: Json) -> Json:
    """Call until all is done; what dies again meanwhile is not chased."""
    answer: Json = api.call(method, path, **selection)
    total = answer[done]
    at_first = total + answer["left"]
    while answer["more"] and total < at_first:
        answer = api.call(method, path, **selection)
        total += answer[done]
    return answer | {done: total}


def _path(queue: str) -> str:
    return f"/api/dead-letters/{quote(queue.removesuffix('.dead'), safe='')}"


def _moment(at: str | None) -> str:
    return moment(at) if at else "at an unknown time"


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() or character == " " else "\ufffd" for character in text)
