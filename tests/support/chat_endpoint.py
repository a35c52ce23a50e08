"""A chat endpoint on loopback that does as it is told: answers, errors, hangs, drips; and remembers who asked."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from answerlens_common.llm import LlmSettings

Request = dict[str, Any]


@dataclass(frozen=True)
class Response:
    """What is sent back: its body in pieces, each after so many seconds; the connection is lost after `cut` bytes."""

    body: bytes = b"{}"
    status: int = 200
    headers: tuple[str, ...] = ()
    delay: float = 0.0
    piece: int = 1 << 20
    cut: int | None = None


def saying(content: str | None, **more: Any) -> Response:
    """A completion with this content, of 100 prompt tokens and 50 completion tokens."""
    body = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
    }
    return Response(json.dumps(body, ensure_ascii=False).encode(), **more)


@dataclass
class ChatEndpoint:
    """A running endpoint.

    Attributes:
        answer: given a request's body, what is answered.
        asked: the body of each request.
        heads: its first lines.
        moments: when each came (`time.monotonic`).
    """

    url: str = ""
    answer: Callable[[Request], Response] = lambda _: Response()
    asked: list[Request] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def settings(self, **more: Any) -> LlmSettings:
        """The settings of a model that asks here."""
        return LlmSettings(base_url=self.url, api_key=SecretStr("key"), model="m", **more)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:"))
        request = json.loads(await reader.readexactly(length))
        self.asked.append(request)
        self.heads.append(head)
        self.moments.append(time.monotonic())
        response = self.answer(request)
        lines = [f"HTTP/1.1 {response.status} X", "content-type: application/json", "connection: close"]
        lines += [f"content-length: {len(response.body)}", *response.headers]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        body = response.body if response.cut is None else response.body[: response.cut]
        for start in range(0, len(body), response.piece):
            await asyncio.sleep(response.delay)
            writer.write(body[start : start + response.piece])
            await writer.drain()
        writer.close()


@asynccontextmanager
async def chat_endpoint() -> AsyncIterator[ChatEndpoint]:
    """An endpoint on a free port; what still hangs at the end is cut off."""
    endpoint = ChatEndpoint()
    open_: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served: Awaitable[None] = endpoint.serve(reader, writer)
        task = asyncio.ensure_future(served)
        open_.add(task)
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            await task
        open_.discard(task)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield endpoint
    finally:
        server.close()
        for task in list(open_):
            task.cancel()
        await server.wait_closed()
