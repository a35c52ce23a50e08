"""Faults that were ordered: each target fails in the ordered way the next N times, then works again."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal, get_args

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from answerlens_sandbox.bodies import BadInputError, Body, outside, read

Chat = Literal["chat-a", "chat-b", "chat-c"]
Double = Literal["chatgpt", "kimi", "qianwen", "qwen", "wenxin", "yuanbao"]
Target = Literal[Chat, Double, "api-a", "zhihu", "llm"]
Kind = Literal["429", "500", "hang", "bad_json", "captcha", "login", "changed_page", "refusal", "empty", "cut_stream"]
_HANG_SECONDS = 900
_SENSELESS: dict[str, set[str]] = {
    "llm": {"captcha", "login", "changed_page"},
    "zhihu": {"refusal"},
    "api-a": {"captcha"},
}


ANSWER_KINDS: tuple[str, ...] = tuple(kind for kind in get_args(Kind) if kind != "changed_page")
"""Faults of a question that is posted; a changed page shows when the page is opened."""


class Order(Body):
    """An order to fail.

    Attributes:
        target: what fails.
        fault: how.
        times: how often.
        match: only requests whose question (for zhihu: search words) holds this text.
    """

    target: Target
    fault: Kind
    times: int = Field(default=1, ge=1)
    match: str = ""


@dataclass
class Faults:
    """The orders that are still to be carried out, oldest first."""

    pending: list[Order] = field(default_factory=list)

    def take(self, target: str, text: str, kinds: tuple[str, ...] = get_args(Kind)) -> str | None:
        """Return the fault this request meets, and count it; `kinds` are those that can happen at this place."""
        for order in self.pending:
            if order.target == target and order.fault in kinds and order.match in text:
                order.times -= 1
                if not order.times:
                    self.pending.remove(order)
                return order.fault
        return None


async def hang() -> None:
    """Keep a request waiting for longer than any client waits."""
    await asyncio.sleep(_HANG_SECONDS)


async def _order(request: Request) -> Response:
    order = await read(request, Order)
    if order.fault in _SENSELESS.get(order.target, ()):
        raise BadInputError(field="fault", message=f"{order.target} has no fault {order.fault}")
    outside(request).faults.pending.append(order)
    return JSONResponse(order.model_dump(), status_code=201)


async def _list(request: Request) -> Response:
    return JSONResponse([order.model_dump() for order in outside(request).faults.pending])


async def _clear(request: Request) -> Response:
    outside(request).faults.pending.clear()
    return Response(status_code=204)


routes = [
    Route("/control", _order, methods=["POST"]),
    Route("/control", _list, methods=["GET"]),
    Route("/control", _clear, methods=["DELETE"]),
]
