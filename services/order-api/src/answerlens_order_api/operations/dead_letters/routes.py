"""`/api/dead-letters`: messages that no service could deal with (admins only)."""

import base64
import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Field

from answerlens_common.errors import NotFoundError
from answerlens_common.observing.logs import get_logger
from answerlens_order_api.operations.dead_letters import (
    DeadLetterQueue,
    DeadLetters,
    Letter,
    Selection,
    dead_letter_queues,
)
from answerlens_order_api.rest.auth import Admin
from answerlens_order_api.rest.context import Ctx
from answerlens_order_api.rest.paging import Cursor, Limit
from answerlens_order_api.rest.problems import responses
from answerlens_orders.fields import Keyword
from answerlens_orders.form import Form
from answerlens_orders.measurements import reopen as reopening
from answerlens_orders.orders import engines
from answerlens_orders.paging import Moment, Page, after, cursor_of

router = APIRouter(prefix="/api/dead-letters", tags=["dead letters"], responses=responses(HTTPStatus.FORBIDDEN))


# ours, then those that RabbitMQ gives
Reason = Literal["malformed", "failed", "error", "rejected", "expired", "maxlen", "delivery_limit"]


class DeadQueue(BaseModel):
    """A queue and how many of its messages are dead."""

    queue: str = Field(examples=["scorer.collection-answered.bulk"])
    count: int
    oldest: dt.datetime | None = Field(description="when the first of them died")


class DeadLetter(BaseModel):
    """A dead letter."""

    id: str = Field(description="the message's id")
    reason: str | None = Field(
        description="malformed, failed, error; or the broker's own, such as delivery_limit", examples=["failed"]
    )
    error: str | None
    attempts: int | None = Field(description="null when the broker itself gave up on it")
    at: dt.datetime | None = Field(description="when it died")
    encoding: Literal["utf-8", "base64"] = Field(description="how `body` shows the message's bytes")
    body: str

    @classmethod
    def of(cls, letter: Letter) -> "DeadLetter":
        """A letter as it is shown."""
        try:
            encoding: Literal["utf-8", "base64"] = "utf-8"
            body = letter.body.decode()
        except UnicodeDecodeError:
            encoding, body = "base64", base64.b64encode(letter.body).decode()
        return cls(**{**vars(letter), "encoding": encoding, "body": body})


class SelectionForm(Form):
    """Which dead letters are meant: those that fit all that is given; all of them when nothing is."""

    id: str | None = Field(default=None, max_length=255, description="a message's id")
    reason: Reason | None = Field(default=None, examples=["failed"])
    keyword: Keyword | None = Field(default=None, examples=["蓝牙耳机"])

    @property
    def selection(self) -> Selection:
        """The same, for the work."""
        return Selection(**self.model_dump())


class Moved(BaseModel):
    """What is left."""

    left: int = Field(description="dead letters of the queue that are still there")
    more: bool = Field(description="some that are meant may be left; ask again")


class Replayed(Moved):
    """What a replay did."""

    replayed: int
    unwanted: int = Field(description="those that nobody waits for any more: kept; drop them")


class Dropped(Moved):
    """What a drop did."""

    dropped: int


async def _dead_letter_queue(queue: str, ctx: Ctx) -> DeadLetterQueue:
    found = (await _dead_letter_queues(ctx)).get(queue)
    if found is None:
        detail = f"there is no queue {queue}"
        raise NotFoundError(detail)
    return found


async def _dead_letter_queues(ctx: Ctx) -> dict[str, DeadLetterQueue]:
    return dead_letter_queues([engine.name for engine in await engines.every(ctx.db)])


@router.get("")
async def list_dead_queues(ctx: Ctx, _: Admin) -> list[DeadQueue]:
    """Every queue in the order of the pipeline, with the number of its dead letters."""
    found = await DeadLetters(ctx.settings.rabbitmq).counts((await _dead_letter_queues(ctx)).values())
    return [
        DeadQueue(queue=dead_queue.queue.name, count=count, oldest=oldest)
        for dead_queue, count, oldest in found
        # a queue of the release before is of interest while letters lie there
        if count or not dead_queue.former
    ]


@router.get("/{queue}", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
async def list_dead_letters(
    queue: str, ctx: Ctx, _: Admin, limit: Limit = 20, cursor: Cursor = None
) -> Page[DeadLetter]:
    """The dead letters of a queue, oldest first; they stay. A page may be shorter when they are large."""
    dead_queue = await _dead_letter_queue(queue, ctx)
    letters, more = await DeadLetters(ctx.settings.rabbitmq).page(
        dead_queue, after(cursor, f"dead letters {queue}", tuple[Moment, str]), limit
    )
    following = cursor_of(f"dead letters {queue}", letters[-1].key) if more else None
    return Page(items=[DeadLetter.of(letter) for letter in letters], next=following)


@router.post(
    "/{queue}/replay",
    responses=responses(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)
async def replay_dead_letters(
    queue: str, ctx: Ctx, admin: Admin, form: Annotated[SelectionForm | None, Body()] = None
) -> Replayed:
    """Send dead letters back to their queue, for those who waited when they died; at most some 1,000 a call.

    Measurements that had failed for it run again. What was cancelled stays cancelled.
    """
    dead_queue = await _dead_letter_queue(queue, ctx)

    async def gate(letters: Sequence[Letter]) -> list[bool]:
        reopened = await reopening.reopen(ctx.db, [dead_queue.read(letter.body) for letter in letters])
        return [each.may_be_sent for each in reopened]

    selection = (form or SelectionForm()).selection
    outcome = await DeadLetters(ctx.settings.rabbitmq).replay(dead_queue, selection, gate)
    answer = Replayed(replayed=outcome.moved, unwanted=outcome.kept, left=outcome.left, more=outcome.more)
    get_logger().info("dead letters replayed", queue=queue, by=admin.name, **answer.model_dump())
    return answer


@router.delete("/{queue}", responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
async def drop_dead_letters(queue: str, ctx: Ctx, admin: Admin, wanted: Annotated[SelectionForm, Query()]) -> Dropped:
    """Throw dead letters away; at most some 1,000 a call. What failed with them stays failed."""
    dead_queue = await _dead_letter_queue(queue, ctx)
    outcome = await DeadLetters(ctx.settings.rabbitmq).drop(dead_queue, wanted.selection)
    answer = Dropped(dropped=outcome.moved, left=outcome.left, more=outcome.more)
    get_logger().info("dead letters dropped", queue=queue, by=admin.name, **answer.model_dump())
    return answer
