"""A site of the tests' own: small chat pages that answer in all the ways that pages have of showing an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

PAGES = Path(__file__).with_name("pages")


@asynccontextmanager
async def page_site() -> AsyncIterator[str]:
    """Serve `pages/NAME.html` at `/NAME`, and an error of any status at `/status/CODE`; yields the address."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    target = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
    status, kind, body = _response(urlsplit(target).path)
    head = f"HTTP/1.1 {status} Told\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
    await writer.drain()
    writer.close()


def _response(path: str) -> tuple[int, str, bytes]:
    if path.startswith("/status/"):
        return int(path.removeprefix("/status/")), "text/plain", b"no"
    if path == "/chat.js":
        return 200, "text/javascript", (PAGES / "chat.js").read_bytes()
    file = PAGES / f"{path.strip('/')}.html"
    if not file.is_file():
        return 404, "text/plain", b"none"
    return 200, "text/html", file.read_bytes()
