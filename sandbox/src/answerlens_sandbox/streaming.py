"""Server-sent events as they arrive in the real world: slowly, and cut at any byte."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from answerlens_sandbox.draw import between, number
from answerlens_sandbox.faults import hang

EVENTS = "text/event-stream; charset=utf-8"
_BYTES_A_CHUNK = 400
_CHUNKS = (8, 40)


def frame(value: object, event: str | None = None, number_: int | None = None) -> str:
    """Return one event; a value that is text is put in as it is."""
    data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    head = (f"id: {number_}\n" if number_ is not None else "") + (f"event: {event}\n" if event else "")
    return f"{head}data: {data}\n\n"


def pieces(text: str, *key: object) -> list[str]:
    """Return the text in tokens of one to six characters."""
    tokens, at = [], 0
    while at < len(text):
        size = between(1, 6, *key, at)
        tokens.append(text[at : at + size])
        at += size
    return tokens


def chunks(body: bytes, *key: object) -> list[bytes]:
    """Return the body cut at drawn places, also within lines and characters."""
    wanted = min(max(len(body) // _BYTES_A_CHUNK, _CHUNKS[0]), _CHUNKS[1])
    cuts = sorted({number(*key, "cut", nth) % (len(body) + 1) for nth in range(wanted - 1)})
    edges = [0, *cuts, len(body)]
    return [body[start:end] for start, end in itertools.pairwise(edges) if end > start]


def stream(body: str, seconds: float, fault: str | None, *key: object) -> StreamingResponse:
    """Return the events as a streamed response; see `stream_bytes`."""
    return stream_bytes(body.encode(), seconds, fault, *key)


def stream_bytes(
    body: bytes, seconds: float, fault: str | None, *key: object, media_type: str = EVENTS
) -> StreamingResponse:
    """Return a body as a streamed response that takes `seconds`; `hang` and `cut_stream` stop it half way."""
    parts = chunks(body, *key)
    if fault in ("hang", "cut_stream"):
        parts = parts[: len(parts) // 2]

    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            yield part
            await asyncio.sleep(seconds / len(parts))
        if fault == "hang":
            await hang()

    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingResponse(sent(), media_type=media_type, headers=headers)
