"""Connections between requests: a server closes an idle one when it likes, also while a request is on its way."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel, SecretStr

from answerlens_common.llm import LanguageModel, LlmSettings
from tests.support.chat_endpoint import saying

IDLE_SECONDS = 2.0


class Reply(BaseModel):
    ok: bool


@pytest.fixture
async def forgetful() -> AsyncIterator[str]:
    """The address of an endpoint that drops the request which comes on a connection after two idle seconds."""
    answer = saying('{"ok": true}').body
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(answer)}\r\n\r\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        idle_since = None
        try:
            while True:
                received = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                lengths = [line[15:] for line in received.splitlines() if line.startswith("content-length:")]
                await reader.readexactly(int(lengths[0]))
                now = asyncio.get_running_loop().time()
                if idle_since is not None and now - idle_since > IDLE_SECONDS:
                    return
                writer.write(head.encode() + answer)
                await writer.drain()
                idle_since = now
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    server.close()


async def test_a_connection_that_has_been_idle_is_not_used_again(forgetful: str) -> None:
    settings = LlmSettings(base_url=forgetful, api_key=SecretStr("key"), model="m")
    async with LanguageModel(settings) as model:
        for pause in (0.1, IDLE_SECONDS + 0.3, 0):
            assert (await model.ask("task", "Say so.", {}, Reply)).ok
            await asyncio.sleep(pause)
