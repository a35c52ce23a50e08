"""The first order of an installation, from its questions to its report."""

import uuid

import typer
from rich.console import Console

from answerlens_cli import progress
from answerlens_cli.api import Api, Json
from answerlens_cli.stack.state import Details
from answerlens_common.contracts.statuses import OrderStatus


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
