"""`/api/orders/{id}/events`: an order's progress as server-sent events."""

from collections.abc import AsyncIterable, AsyncIterator
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from answerlens_order_api.rest.auth import Calling
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.problems import responses
from answerlens_orders.fields import Date
from answerlens_orders.orders.read import get_day_view, get_order_view
from answerlens_orders.orders.views import ENDED, DayView
from answerlens_orders.orders.watch import Watch

router = APIRouter(prefix="/api/orders", tags=["orders"])


class ProgressEvent(DayView):
    """What an event says."""


async def _watched(
    order_id: UUID,
    ctx: Ctx,
    caller: Calling,
    date: Annotated[Date | None, Query(description="follow the measurement of this date; the order by default")] = None,
) -> AsyncIterator[Watch]:
    ctx.watchers.admit(caller)  # before the database is asked
    order = await get_order_view(ctx.db, ctx.settings, caller.user, order_id)
    day = None if date is None else await get_day_view(ctx.db, ctx.settings, order_id, date)
    with ctx.watchers.watch(order, caller, day) as watch:
        yield watch


@router.get(
    "/{order_id}/events",
    response_class=EventSourceResponse,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    name="events",
)
async def watch_order(watch: Annotated[Watch, Depends(_watched)]) -> AsyncIterable[ServerSentEvent]:
    """`event: progress` at once and at each change; the stream ends with `completed`, `failed`, `cancelled` or so.

    With `date` it follows that day's measurement until it ends, also one that is analysed again. It ends without any of
    them when the key is revoked or replaced, and when the server stops.
    """
    said: ProgressEvent | None = None
    while not watch.ended:
        event = _event_of(watch, said)
        if said is None or _news(event) != _news(said):
            yield ServerSentEvent(event="progress", data=event)
        said = event
        if event.status in ENDED:
            yield ServerSentEvent(event=event.status, data=event)
            return
        await watch.changed.wait()
        watch.changed.clear()


def _event_of(watch: Watch, said: ProgressEvent | None) -> ProgressEvent:
    """How it stands; what has been said is not taken back."""
    fields = (watch.day or watch.order).model_dump(include=set(ProgressEvent.model_fields))
    event = ProgressEvent(**{"date": watch.order.first_date, **fields})
    if said is not None and said.progress is not None and event.progress is not None:
        event.progress = max(event.progress, said.progress)
    return event


def _news(event: ProgressEvent) -> dict[str, object]:
    """What counts as a change: the estimate of the time left always changes."""
    return event.model_dump(exclude={"eta_seconds"})
