"""Clients that say nothing, or say it a byte at a time: each is given its time and no more."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import pytest

from answerlens_common.broker.declare import declare
from tests.integration.order_api.conftest import Run
from tests.integration.order_api.process import ApiProcess, running

# Shorter than the seconds a client has, so that it never falls silent.
PAUSE = 0.3
PATIENCE = 15
SETTINGS = {"HTTP_HEADER_SECONDS": "1", "HTTP_BODY_SECONDS": "1"}
POST = "POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


async def answered(api: ApiProcess, at_once: str, slowly: Iterable[str] = ()) -> str | None:
    """What a client that goes on sending is answered until the connection is closed; None when it stays open."""
    reader, writer = await api.connect()

    async def send() -> None:
        with suppress(ConnectionError):
            writer.write(at_once.encode())
            for piece in slowly:
                await asyncio.sleep(PAUSE)
                writer.write(piece.encode())
                await writer.drain()

    sending = asyncio.create_task(send())
    try:
        return (await asyncio.wait_for(_read(reader), PATIENCE)).decode()
    except TimeoutError:
        return None
    finally:
        sending.cancel()
        writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    read = b""
    with suppress(ConnectionError):
        while piece := await reader.read(65536):
            read += piece
    return read


@pytest.mark.case("a4")
async def test_who_says_nothing_or_half_a_request_is_not_waited_for(run: Run, keys: dict[str, str]) -> None:
    key = f"Authorization: Bearer {keys['acme']}\r\n"
    async with run(**SETTINGS) as api:
        silent, half, dripping, again, body, chunk = await asyncio.gather(
            answered(api, ""),
            answered(api, "GET /api/orders HTTP/1.1\r\nHost: x\r\nX-Half: "),
            answered(api, "GET /api/orders HTTP/1.1\r\nX-Drip: ", itertools.repeat("x")),
            answered(api, "GET /live HTTP/1.1\r\nHost: x\r\n\r\n", ["GET /li", *["v"] * 100]),
            answered(api, f"{POST}{key}Content-Length: 1000\r\n\r\n", itertools.repeat("x")),
            answered(api, f"{POST}{key}Transfer-Encoding: chunked\r\n\r\n", itertools.repeat("1\r\nx\r\n")),
        )
    assert silent == ""
    assert half is not None
    assert half.startswith("HTTP/1.1 408 ")
    assert dripping is not None
    assert dripping.startswith("HTTP/1.1 408 ")
    assert again is not None
    assert again.startswith("HTTP/1.1 200 ")
    for slow in (body, chunk):
        assert slow is not None
        assert slow.startswith("HTTP/1.1 408 ")
        assert "application/problem+json" in slow


@pytest.fixture(scope="module")
async def keyless(postgres_url: str, rabbitmq_url: str) -> AsyncIterator[ApiProcess]:
    """One process for all clients without a key: they leave nothing behind in it."""
    await declare(rabbitmq_url, ["chat-a", "chat-b"], [60, 120])
    async with running(postgres_url, rabbitmq_url, {}) as api:
        yield api


@pytest.mark.case("a4")
@pytest.mark.parametrize("key", ["", "Authorization: Bearer x\r\n", f"Authorization: Bearer al_{'x' * 43}\r\n"])
@pytest.mark.parametrize("length", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
async def test_without_a_key_no_body_is_read(keyless: ApiProcess, key: str, length: str) -> None:
    reader, writer = await keyless.connect()
    writer.write(f"{POST}{key}{length}\r\n\r\n".encode())
    status = None
    with suppress(TimeoutError):
        status = await asyncio.wait_for(reader.readline(), PATIENCE)
    assert status is not None
    assert b" 401 " in status
    writer.close()
    # nor is one waited for that comes a byte at a time after the answer
    left = await answered(keyless, f"{POST}{key}Content-Length: 1000\r\n\r\n", itertools.repeat("x"))
    assert left is not None
    assert left.startswith("HTTP/1.1 401 ")


@pytest.mark.case("a4")
async def test_hundreds_of_silent_sockets_keep_nobody_out(run: Run, keys: dict[str, str]) -> None:
    """The one that has been silent for longest makes room for the next."""
    async with run(HTTP_MOST_SILENT="20") as api, api.client(keys["acme"]) as acme:
        sockets = [await api.connect() for _ in range(60)]
        assert (await acme.get("/api/orders")).status_code == 200
        ended = [asyncio.create_task(_read(reader)) for reader, _ in sockets]
        await asyncio.wait(ended[:30], timeout=5)
        assert sum(task.done() for task in ended[:30]) == 30
        for task, (_, writer) in zip(ended, sockets, strict=True):
            task.cancel()
            writer.close()


@pytest.mark.case("a4")
async def test_who_does_not_read_is_left(run: Run, keys: dict[str, str]) -> None:
    async with run(HTTP_WRITE_SECONDS="1") as api, api.client(keys["acme"]) as acme:
        whole = len((await acme.get("/api/openapi.json")).content)
        reader, writer = await asyncio.open_connection("127.0.0.1", api.port, limit=1024)
        writer.write(b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 200)
        await asyncio.sleep(5)
        read = b""
        with suppress(TimeoutError):
            read = await asyncio.wait_for(_read(reader), PATIENCE)
        assert 0 < len(read) < 100 * whole
        writer.close()
