"""A TCP proxy that makes a network slow, deaf or broken."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 65536


@dataclass
class Proxy:
    """Forwards connections to a server; what it is told holds for open and new connections alike.

    Attributes:
        latency: seconds that each piece waits, each way.
        bytes_per_second: the rate each way; 0 is as fast as it comes.
        deaf: nothing is passed on, and nobody is told (a half-open connection).
    """

    host: str
    port: int
    latency: float = 0.0
    bytes_per_second: float = 0.0
    deaf: bool = False
    own_port: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def url(self, url: str) -> str:
        """The server's address with this proxy in between."""
        parts = urlsplit(url)
        login = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{login}@127.0.0.1:{self.own_port}").geturl()

    def reset(self) -> None:
        """Send a RST on every connection, to both sides."""
        for writer in self._writers:
            peer: socket.socket = writer.get_extra_info("socket")
            if peer.fileno() < 0:
                # closed already, while a piece from its other side still waits to be passed on
                continue
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection until a side closes it."""
        try:
            theirs, to_them = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, to_them}
        self._writers |= both
        try:
            await asyncio.gather(self._pump(reader, to_them), self._pump(theirs, writer))
        finally:
            self._writers -= both
            for one in both:
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await asyncio.sleep(self.latency)
                await self._passed(data, writer)
        with suppress(OSError, RuntimeError):
            writer.write_eof()

    async def _passed(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        while data:
            while self.deaf:  # noqa: ASYNC110 - set from outside, by the test
                await asyncio.sleep(0.05)
            step = max(1, int(self.bytes_per_second / 10)) if self.bytes_per_second else len(data)
            if self.bytes_per_second:
                await asyncio.sleep(step / self.bytes_per_second)
            writer.write(data[:step])
            await writer.drain()
            data = data[step:]


@asynccontextmanager
async def proxied(url: str) -> AsyncIterator[Proxy]:
    """A proxy in front of the server that `url` names."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    proxy = Proxy(parts.hostname, parts.port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.own_port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.deaf = False
        proxy.bytes_per_second = 0.0
        proxy.latency = 0.0
        proxy.reset()
        await server.wait_closed()
