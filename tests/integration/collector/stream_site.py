"""A site of the tests' own: a box, and streams that end in all the ways that streams end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

PAGE = """<!doctype html><meta charset="utf-8"><textarea></textarea><div class="answer"></div>
<p class="busy" hidden>……</p><script>
const kind = new URLSearchParams(location.search).get("kind");
document.querySelector("textarea").addEventListener("keydown", async (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const shown = document.querySelector(".answer");
  const busy = document.querySelector(".busy");
  const ask = (kind) => fetch("/stream?kind=" + kind, {method: "POST", body: event.target.value});
  busy.hidden = false;
  try {
    let response = await ask(kind);
    if (response.status === 401 && kind === "renewed") {
      await new Promise((resolve) => setTimeout(resolve, 500));  // as long as a new token takes
      response = await ask("charset");
    }
    await response.text();
    if (kind === "no end" || kind === "charset") shown.textContent = "蓝牙耳机";
    busy.hidden = true;
  } catch {
    if (kind === "rendered") shown.textContent = "页面上写得出来的整篇回答，比断掉的那一截长得多。";
  }
});
</script>"""
FINISHED = (
    'data: {"v":{"response":{"fragments":[{"type":"RESPONSE","content":"蓝牙"}]}}}\n\n'
    'data: {"p":"response/fragments/-1/content","o":"APPEND","v":"耳机"}\n\n'
    'data: {"p":"response/status","o":"SET","v":"FINISHED"}\n\n'
).encode()
ANSWER = FINISHED[: FINISHED.index(b'data: {"p":"response/status"')]
# streams that end as streams should, and say that something is wrong
TROUBLED = {
    "incomplete": ANSWER + b'data: {"p":"response/status","o":"SET","v":"INCOMPLETE"}\n\nevent: finish\ndata: {}\n\n',
    "busy": ANSWER + b'event: hint\ndata: {"type":"error","content":"Server is temporarily unavailable."}\n\n',
    "no end": ANSWER,
    "no page": FINISHED.replace("耳机".encode(), "耳机[reference:0]".encode()),
}
HALF = FINISHED[: len(FINISHED) // 2]


@asynccontextmanager
async def stream_site() -> AsyncIterator[str]:
    """Serve it on a free loopback port; yields its address."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    target = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
    url = urlsplit(target)
    if url.path == "/stream":
        await _stream(writer, parse_qs(url.query)["kind"][0])
    else:
        body = PAGE.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + body)
    writer.close()


async def _stream(writer: asyncio.StreamWriter, kind: str) -> None:
    if kind in {"renewed", "unauthorized"}:
        writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        return
    charset = "; charset=utf-8" if kind == "charset" else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream{charset}\r\nConnection: close\r\n"
    if kind == "at once":  # over before anybody can ask for it
        writer.write(f"{head}Content-Length: {len(FINISHED)}\r\n\r\n".encode() + FINISHED)
        await writer.drain()
        return
    writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
    body = HALF if kind in {"dies", "rendered"} else TROUBLED.get(kind, FINISHED)
    for start in range(0, len(body), 7):
        piece = body[start : start + 7]
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0.005)
    if kind == "stays open":
        await asyncio.sleep(20)
    elif kind not in {"dies", "rendered"}:
        writer.write(b"0\r\n\r\n")
        await writer.drain()
