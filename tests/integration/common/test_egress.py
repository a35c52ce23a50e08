"""The proxy of a browser's pages, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from answerlens_common.browser import egress
from answerlens_common.browser.egress import EgressProxy


@pytest.fixture
async def proxy() -> AsyncIterator[EgressProxy]:
    async with EgressProxy() as running:
        yield running


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A server that says back the head it was sent; yields host:port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + head)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def exchange(proxy: EgressProxy, *parts: bytes) -> bytes:
    """Send the parts to the proxy, each after an answer to the one before; everything it says."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(proxy.url).port)
    said = b""
    for part in parts[:-1]:
        writer.write(part)
        said += await reader.readuntil(b"\r\n\r\n")
    writer.write(parts[-1])
    said += await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return said


async def test_private_addresses_are_refused_by_number_and_by_name(proxy: EgressProxy, site: str) -> None:
    port = site.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433"):
        tunnel = await exchange(proxy, f"CONNECT {host}:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        plain = await exchange(proxy, f"GET http://{host}:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert tunnel.startswith(b"HTTP/1.1 403 Forbidden\r\n"), host
        assert plain.startswith(b"HTTP/1.1 403 Forbidden\r\n"), host


async def test_what_is_public_is_passed_on(proxy: EgressProxy, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress, "is_public", lambda _: True)
    request = b"GET http://%s/a?b=1 HTTP/1.1\r\nHost: h\r\nProxy-Connection: keep-alive\r\nX: y\r\n\r\n"
    plain = await exchange(proxy, request % site.encode())
    assert plain.partition(b"\r\n\r\n")[2] == b"GET /a?b=1 HTTP/1.1\r\nHost: h\r\nX: y\r\nConnection: close\r\n\r\n"
    tunnel = await exchange(
        proxy, f"CONNECT {site} HTTP/1.1\r\n\r\n".encode(), b"GET /through HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"
    )
    assert tunnel.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert tunnel.endswith(b"GET /through HTTP/1.1\r\nConnection: keep-alive\r\n\r\n")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET ftp://1.1.1.1/ HTTP/1.1\r\n\r\n", b"400"),
        (b"CONNECT host:notaport HTTP/1.1\r\n\r\n", b"400"),
        (b"CONNECT does-not-exist.invalid:443 HTTP/1.1\r\n\r\n", b"502"),
    ],
)
async def test_what_cannot_be_passed_on_is_said(proxy: EgressProxy, head: bytes, status: bytes) -> None:
    assert (await exchange(proxy, head)).startswith(b"HTTP/1.1 " + status)


async def test_closing_ends_what_is_open(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress, "is_public", lambda _: True)
    async with EgressProxy() as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(proxy.url).port)
        writer.write(f"CONNECT {site} HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
