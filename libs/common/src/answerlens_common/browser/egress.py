"""A forward proxy on loopback that refuses private addresses: what a browser's pages may reach.

The check is made where the connection is made, on the address that is then connected to, so that a name which
resolves to a private address (or changes its mind between two look-ups) does not get through. It costs one
look-up a connection and nothing a request.
"""

import asyncio
import contextlib
import ipaddress
import socket
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from answerlens_common.observing.logs import get_logger

HEAD_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
CONNECT_SECONDS = 15.0
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class _RefusedError(Exception):
    """The request cannot be passed on; `status` is what the browser is told."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when it hides an IPv4 address."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if ip in NAT64:
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    elif isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    return ip.is_global and not ip.is_multicast


class EgressProxy:
    """Listens on a free loopback port while it is entered; `url` is what a browser context is given."""

    def __init__(self) -> None:
        self.url = ""
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEAD_BYTES)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # never: asyncio runs this as a task
            return
        self._connections.add(task)
        try:
            await _serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the browser or the site hung up, or the proxy is closing
        finally:
            self._connections.discard(task)
            writer.close()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: a tunnel (CONNECT), or one plain request passed on."""
    head = await reader.readuntil(b"\r\n\r\n")
    try:
        upstream_reader, upstream_writer, greeting = await _open(head)
    except _RefusedError as refused:
        reason = f"{refused.status} {refused.status.phrase}"
        # a body, or the browser shows a page of its own instead of the status
        answer = f"HTTP/1.1 {reason}\r\nContent-Type: text/plain\r\nContent-Length: {len(reason)}\r\nConnection: close"
        writer.write(f"{answer}\r\n\r\n{reason}".encode("ascii"))
        await writer.drain()
        return
    try:
        if greeting:
            upstream_writer.write(greeting)
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        upward = asyncio.create_task(_pump(reader, upstream_writer))
        try:
            await _pump(upstream_reader, writer)
        finally:
            upward.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await upward
    finally:
        upstream_writer.close()


async def _open(head: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
    """The connection a request head asks for, and what to send on it first (nothing for a tunnel)."""
    try:
        method, target, version = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        tunnel = method == "CONNECT"
        url = urlsplit(f"//{target}" if tunnel else target)
        host, port = url.hostname, url.port or 80
    except ValueError as error:
        raise _RefusedError(HTTPStatus.BAD_REQUEST) from error
    if not host or not (tunnel or url.scheme == "http"):
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    address = await _public_address(host, port)
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_SECONDS)
    except (OSError, TimeoutError) as error:
        raise _RefusedError(HTTPStatus.BAD_GATEWAY) from error
    if tunnel:
        return reader, writer, b""
    path = url.path or "/"
    if url.query:
        path = f"{path}?{url.query}"
    kept = [
        line
        for line in head.split(b"\r\n")[1:]
        if line and not line.lower().startswith((b"proxy-", b"connection:", b"keep-alive:"))
    ]
    # one request a connection: the next one may be for another host
    lines = [f"{method} {path} {version}".encode("ascii"), *kept, b"Connection: close", b"", b""]
    return reader, writer, b"\r\n".join(lines)


async def _public_address(host: str, port: int) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _RefusedError(HTTPStatus.BAD_GATEWAY) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not all(is_public(address) for address in addresses):
        get_logger().warning("private address refused to a browser", host=host, port=port)
        raise _RefusedError(HTTPStatus.FORBIDDEN)
    return addresses[0]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
