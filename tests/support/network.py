"""Notes whenever this process goes on the network with a transaction open: a broker, an HTTP server, a page.

A transaction that waits for the network keeps its locks for as long as the other side likes. What is noted also raises,
so that a test that looks at nothing else fails where it happened.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import aiormq
import httpx
from playwright.async_api import Page

from answerlens_common.db.open_transactions import is_open

T = TypeVar("T")
# The ways out that everything else uses: aio_pika and FastStream go through aiormq, the language model's client through
# httpx. Of a page, what a service asks it for; the events that it sends by itself have no caller.
WAYS_OUT: tuple[tuple[type, str], ...] = (
    (aiormq.Channel, "basic_publish"),
    (aiormq.Channel, "rpc"),
    (aiormq.Connection, "connect"),
    (httpx.AsyncClient, "send"),
    (Page, "goto"),
    (Page, "evaluate"),
    (Page, "wait_for_selector"),
    (Page, "close"),
)


async def outside(request: Coroutine[Any, Any, T]) -> T:
    """What a client of a test gets that asks while the test has a transaction open: the client has none."""
    return await asyncio.create_task(request, context=contextvars.Context())


class NetworkInTransactionError(Exception):
    """The network is waited for with a transaction open."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """Watch every way out while in this context; the list has those that were taken with a transaction open."""
    taken: list[str] = []
    kept = [(owner, name, getattr(owner, name)) for owner, name in WAYS_OUT]
    for owner, name, way in kept:
        setattr(owner, name, _watched(way, f"{owner.__module__}.{owner.__qualname__}.{name}", taken))
    try:
        yield taken
    finally:
        for owner, name, way in kept:
            setattr(owner, name, way)


def _watched(way: Callable[..., Awaitable[Any]], name: str, taken: list[str]) -> Callable[..., Awaitable[Any]]:
    async def go(*args: Any, **options: Any) -> Any:
        if is_open():
            taken.append(name)
            raise NetworkInTransactionError(name)
        return await way(*args, **options)

    return go
