"""`/api/orders/{id}/events`: an order's progress as server-sent events."""

import datetime as dt
from collections.abc import AsyncIterable, AsyncIterator
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from answerlens_order_api.auth import Calling
from answerlens_order_api.context import Here
from answerlens_order_api.failing import ErrorCode, LastError
from answerlens_order_api.problems import responses
from answerlens_order_api.progress import Progress
from answerlens_order_api.routes.orders import shown
from answerlens_order_api.views import ENDED, OrderView
from answerlens_order_api.watchers import Watch

router = APIRouter(prefix="/api/orders", tags=["orders"])


class ProgressEvent(Progress):
    """What an event says."""

    id: UUID
    date: dt.date
    status: str
    last_error: LastError
    error_code: ErrorCode


async def _watched(order_id: UUID, here: Here, caller: Calling) -> AsyncIterator[Watch]:
    here.watchers.admit(caller)  # before the database is asked
    order = await shown(here, caller.user, order_id)
    with here.watchers.watch(order, caller) as watch:
        yield watch


@router.get(
    "/{order_id}/events", response_class=EventSourceResponse, responses=responses(HTTPStatus.NOT_FOUND), name="events"
)
async def watch_order(watch: Annotated[Watch, Depends(_watched)]) -> AsyncIterable[ServerSentEvent]:
    """`event: progress` at once and at each change; the stream ends with `completed`, `failed` or `cancelled`.

    It ends without one of them when the key is revoked or replaced, and when the server stops.
    """
    said: ProgressEvent | None = None
    while not watch.ended:
        event = _event_of(watch.order, said)
        if said is None or _news(event) != _news(said):
            yield ServerSentEvent(event="progress", data=event)
        said = event
        if event.status in ENDED:
            yield ServerSentEvent(event=event.status, data=event)
            return
        await watch.changed.wait()
        watch.changed.clear()


def _event_of(order: OrderView, said: ProgressEvent | None) -> ProgressEvent:
    """How the order stands; what has been said is not taken back."""
    event = ProgressEvent(date=order.first_date, **order.model_dump(include=set(ProgressEvent.model_fields)))
    if said is not None and said.progress is not None and event.progress is not None:
        event.progress = max(event.progress, said.progress)
    return event


def _news(event: ProgressEvent) -> dict[str, object]:
    """What counts as a change: the estimate of the time left always changes."""
    return event.model_dump(exclude={"eta_seconds"})
