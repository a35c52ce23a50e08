"""`/api/orders/{id}/events`: an order's progress as server-sent events."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterable
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from answerlens_common.errors import TransientError
from answerlens_order_api.auth import SignedIn
from answerlens_order_api.context import Here
from answerlens_order_api.failing import ErrorCode, LastError
from answerlens_order_api.problems import responses
from answerlens_order_api.progress import Progress
from answerlens_order_api.routes.orders import shown
from answerlens_order_api.views import ENDED, OrderView

PAUSE_SECONDS = 0.25
POLL_SECONDS = 2.0

router = APIRouter(prefix="/api/orders", tags=["orders"])


class ProgressEvent(Progress):
    """What an event says."""

    id: UUID
    date: dt.date
    status: str
    last_error: LastError
    error_code: ErrorCode


async def _visible(order_id: UUID, here: Here, user: SignedIn) -> OrderView:
    return await shown(here, user, order_id)


@router.get(
    "/{order_id}/events", response_class=EventSourceResponse, responses=responses(HTTPStatus.NOT_FOUND), name="events"
)
async def watch_order(
    order: Annotated[OrderView, Depends(_visible)], here: Here, user: SignedIn
) -> AsyncIterable[ServerSentEvent]:
    """`event: progress` at once and at each change; the stream ends with `completed`, `failed` or `cancelled`."""
    said: ProgressEvent | None = None
    with here.watchers.watch(order.keyword) as changed:
        changed.set()  # the order was read before it was watched
        while not here.watchers.closing:
            event = _event_of(order, said)
            if said is None or _news(event) != _news(said):
                yield ServerSentEvent(event="progress", data=event)
            said = event
            if order.status in ENDED:
                yield ServerSentEvent(event=order.status, data=event)
                return
            await asyncio.sleep(PAUSE_SECONDS)
            # a notification may have been missed: look again all the same
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), POLL_SECONDS)
            changed.clear()
            with suppress(TransientError):
                order = await shown(here, user, order.id)


def _event_of(order: OrderView, said: ProgressEvent | None) -> ProgressEvent:
    """How the order stands; what has been said is not taken back."""
    event = ProgressEvent(date=order.first_date, **order.model_dump(include=set(ProgressEvent.model_fields)))
    if said is not None and said.progress is not None and event.progress is not None:
        event.progress = max(event.progress, said.progress)
    return event


def _news(event: ProgressEvent) -> dict[str, object]:
    """What counts as a change: the estimate of the time left always changes."""
    return event.model_dump(exclude={"eta_seconds"})
