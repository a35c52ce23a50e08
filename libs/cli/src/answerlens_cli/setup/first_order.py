"""The first order of an installation, from its questions to its report."""

import uuid
from pathlib import Path
from urllib.parse import quote

import typer
from rich.console import Console

from answerlens_cli import progress
from answerlens_cli.api import Api, Json
from answerlens_cli.estimates import totals
from answerlens_cli.questions import content_of
from answerlens_cli.stack.state import Details
from answerlens_common.contracts.statuses import OrderStatus
from answerlens_common.errors import BusinessError


class NoQuestionsError(BusinessError):
    """A file has no question that can be asked; the settings are written, and the stack is up."""

    def __init__(self, file: Path, reasons: list[Json]) -> None:
        why = f": line {reasons[0]['line']}: {reasons[0]['reason']}" if reasons else ""
        super().__init__(
            f"--questions: {file} has no question that can be asked{why}. The settings stay and the stack is up: see"
            " `answerlens questions import`, then `answerlens order add`."
        )
        self.file = file


def list_questions(details: Details, keyword: str, file: Path) -> str:
    """List what people ask about a keyword, as the admin; what came of it, in words.

    Raises:
        NoQuestionsError: none of them was taken.
        ApiRefusedError: the API did not take the list.
    """
    with Api(details.api_url, details.admin_key) as api:
        found = api.call("POST", f"/api/keywords/{quote(keyword, safe='')}/questions", json=content_of(file))
    if not found["taken"] + found["known"]:
        raise NoQuestionsError(file, found["reasons"])
    return f"{found['questions']} listed, {found['refused']} rows of {file} not taken"


def estimate(details: Details, order: Json) -> str:
    """What the order would take, in a sentence.

    Raises:
        ApiRefusedError: it could not be carried out as it is; it says why.
    """
    with Api(details.api_url, details.client_key) as api:
        found = totals(api.call("POST", "/api/orders/estimate", json=order)["total"])
    return f"{found['in all']}; {found['minutes']} minutes; {found['tokens']} tokens; {found['money']}"


def take(details: Details, order: Json, console: Console) -> Json:
    """Place the order and watch it to its end; its report.

    Raises:
        typer.Exit: with 1, when it does not complete.
        ApiRefusedError: the API did not take it.
    """
    with Api(details.api_url, details.client_key) as api:
        placed = api.place(order, f"setup-{uuid.uuid4()}")
        (ended,) = progress.follow([placed["id"]], api.order, console)
        if ended["status"] != OrderStatus.COMPLETED:
            why = ended.get("last_error") or "no error is recorded"
            console.print(f"{ended['status']}: {why}", highlight=False, markup=False, soft_wrap=True)
            console.print(f"See the logs in {details.logs}, or `answerlens logs`. The settings stay.")
            raise typer.Exit(1)
        return api.report(placed["id"])
