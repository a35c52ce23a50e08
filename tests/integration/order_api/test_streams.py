"""Event streams: so many a key and a process, one query however many watch, and none for a key that is no more."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from answerlens_common.db import Database
from answerlens_order_api.settings import OrderApiSettings
from answerlens_orders.orders import watch
from tests.integration.order_api.conftest import ORDER, Run, Serve

WATCHERS = 12


def events_of(order: dict[str, Any]) -> str:
    return f"/api/orders/{order['id']}/events"


async def placed(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    response = await client.post("/api/orders", json=ORDER | changes)
    assert response.status_code == 202, response.text
    order: dict[str, Any] = response.json()
    return order


async def opened(stack: AsyncExitStack, client: httpx.AsyncClient, order: dict[str, Any]) -> httpx.Response:
    """A stream that was let in or refused, open until the stack is left."""
    return await stack.enter_async_context(client.stream("GET", events_of(order)))


@asynccontextmanager
async def watching(client: httpx.AsyncClient, order: dict[str, Any]) -> AsyncIterator[asyncio.Task[None]]:
    """Reads a stream, from its first event to its end; done when it has ended."""
    begun = asyncio.Event()

    async def read() -> None:
        async with client.stream("GET", events_of(order), timeout=60) as response:
            async for _ in response.aiter_lines():
                begun.set()

    task = asyncio.create_task(read())
    await begun.wait()
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


@pytest.mark.case("a2")
async def test_a_key_and_a_process_have_so_many_streams(run: Run, keys: dict[str, str]) -> None:
    async with (
        run(LIMIT_STREAMS_PER_KEY="3", LIMIT_STREAMS="5") as api,
        api.client(keys["acme"]) as acme,
        api.client(keys["rival"]) as rival,
    ):
        mine, theirs = await placed(acme), await placed(rival)
        async with AsyncExitStack() as stack:
            answers = await asyncio.gather(*(opened(stack, acme, mine) for _ in range(8)))
            assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 5
            for answer in answers:
                if answer.status_code == 429:
                    assert int(answer.headers["retry-after"]) >= 1
                    assert answer.headers["content-type"] == "application/problem+json"
                    await answer.aread()
                    assert "3 event streams" in answer.json()["detail"]
            others = [(await opened(stack, rival, theirs)).status_code for _ in range(3)]
            assert others == [200, 200, 429]
        # who leaves makes room
        async with AsyncExitStack() as stack:
            for _ in range(50):
                if (await opened(stack, acme, mine)).status_code == 200:
                    break
                await asyncio.sleep(0.1)
            else:
                pytest.fail("what was left stayed occupied")


@pytest.mark.case("a2")
async def test_hundreds_of_streams_of_one_key_keep_nobody_from_the_database(run: Run, keys: dict[str, str]) -> None:
    async with run() as api, api.client(keys["acme"]) as acme, api.client(keys["rival"]) as rival:
        order = await placed(acme)
        async with AsyncExitStack() as stack:
            answers = await asyncio.gather(*(opened(stack, acme, order) for _ in range(250)))
            assert {(await rival.get("/ready")).status_code for _ in range(3)} == {200}
            assert {(await rival.get("/api/orders")).status_code for _ in range(10)} == {200}
            assert {answer.status_code for answer in answers} == {200, 429}
            assert sum(answer.status_code == 200 for answer in answers) < 50


@pytest.mark.case("a2")
async def test_an_order_is_asked_for_once_however_many_watch_it(
    serve: Serve, settings: OrderApiSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(settings) as (app, clients):
        database: Database = app.state.context.db
        transactions = 0
        begin = database.transaction

        def counted() -> Any:
            nonlocal transactions
            transactions += 1
            return begin()

        monkeypatch.setattr(database, "transaction", counted)
        order = await placed(clients.acme)

        async def asked(seconds: float) -> int:
            before = transactions
            await asyncio.sleep(seconds)
            return transactions - before

        async with watching(clients.acme, order):
            by_one = await asked(5)
        async with AsyncExitStack() as stack:
            for _ in range(WATCHERS):
                await stack.enter_async_context(watching(clients.acme, order))
            by_many = await asked(5)
        assert by_many < by_one + WATCHERS


async def revoked(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE users SET revoked = true WHERE name = 'acme'")


async def replaced(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE users SET key_sha256 = 'another' WHERE name = 'acme'")


async def of_another_role(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE users SET role = 'admin' WHERE name = 'acme'")


@pytest.mark.case("a5")
@pytest.mark.parametrize("end", [revoked, replaced, of_another_role])
async def test_the_stream_of_a_key_that_is_no_more_ends(
    serve: Serve, settings: OrderApiSettings, db: Database, end: Callable[[Database], Any]
) -> None:
    async with serve(settings) as (_, clients):
        mine, theirs = await placed(clients.acme), await placed(clients.rival)
        async with watching(clients.acme, mine) as ending, watching(clients.rival, theirs) as staying:
            await end(db)
            await asyncio.wait({ending, staying}, timeout=8, return_when=asyncio.FIRST_COMPLETED)
            assert ending.done()
            assert ending.exception() is None
            assert not staying.done()


@pytest.mark.case("a5")
async def test_the_stream_ends_also_while_its_keyword_is_never_quiet(
    serve: Serve, settings: OrderApiSettings, db: Database
) -> None:
    async with serve(settings) as (_, clients):
        order = await placed(clients.acme)
        async with watching(clients.acme, order) as ending:
            await clients.admin.delete("/api/users/acme")
            for _ in range(80):
                async with db.transaction() as tx:
                    await tx.notify("answerlens_progress", order["keyword"])
                await asyncio.sleep(0.1)
            assert ending.done()
            assert ending.exception() is None


async def test_who_reads_slowly_misses_what_lies_between(
    serve: Serve, settings: OrderApiSettings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is stored up for a watcher: it is told how the order stands."""
    # time enough for both changes on a slow machine, too
    monkeypatch.setattr(watch, "PAUSE_SECONDS", 3.0)
    async with serve(settings) as (_, clients):
        order = await placed(clients.acme)
        async with clients.acme.stream("GET", events_of(order), timeout=20) as response:
            lines = response.aiter_lines()
            assert json.loads([await anext(lines) for _ in range(2)][1].removeprefix("data: "))["status"] == "queued"
            await asyncio.sleep(1)  # the look that every new watch asks for is over
            for status in ("running", "failed"):
                async with db.transaction() as tx:
                    await tx.execute("UPDATE orders SET status = :status", status=status)
                    await tx.notify("answerlens_progress", order["keyword"])
            told = [json.loads(line.removeprefix("data: ")) async for line in lines if line.startswith("data: ")]
            assert [event["status"] for event in told] == ["failed", "failed"]
