"""The users of the broker by its management API, of which the address must be an administrator's."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr

from answerlens_common.broker.accounts import permissions, user_names
from answerlens_common.broker.management import ManagementError, ManagementSettings, make_users
from answerlens_common.contracts.services import SERVICES

PASSWORDS = {service: SecretStr(f"of {service}") for service in SERVICES}
BASIC = "Basic " + base64.b64encode(b"root:p@ss").decode()


@dataclass
class Api:
    """What it says of whoever asks, and what it was sent."""

    tags: object = "administrator"
    status: int = 204
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:")), 0)
        body = await reader.readexactly(length)
        method, path, _ = head.split(" ", 2)
        self.asked.append((method, path, json.loads(body) if body else None))
        answer, status = b"", self.status
        if BASIC not in head:
            status = 401
        elif path == "/api/whoami":
            answer, status = json.dumps({"name": "root", "tags": self.tags}).encode(), 200
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(answer)}\r\nconnection: close\r\n\r\n".encode())
        writer.write(answer)
        writer.close()

    def settings(self, user: str = "root:p%40ss") -> ManagementSettings:
        return ManagementSettings(url=SecretStr(f"http://{user}@127.0.0.1:{self.port}"))


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with _running() as found:
        yield found


@asynccontextmanager
async def _running() -> AsyncIterator[Api]:
    api = Api()
    async with await asyncio.start_server(api.serve, "127.0.0.1", 0) as server:
        api.port = server.sockets[0].getsockname()[1]
        yield api


@pytest.mark.parametrize("tags", ["administrator", "monitoring,administrator", ["administrator"]])
async def test_an_administrator_makes_each_service_its_user(api: Api, tags: object) -> None:
    api.tags = tags
    assert await make_users(api.settings(), "lens", PASSWORDS)
    (_, _, sent) = next(each for each in api.asked if each[0] == "POST")
    assert [user["name"] for user in sent["users"]] == [*user_names("lens").values()]
    assert sent["permissions"][0] == {"user": "lens_order_api", "vhost": "lens", **vars(permissions("order-api"))}
    assert not any(password.get_secret_value() in json.dumps(sent) for password in PASSWORDS.values())


@pytest.mark.parametrize("user", ["root:p%40ss", "root:wrong"])
async def test_who_is_no_administrator_goes_on_with_one_user(api: Api, user: str) -> None:
    api.tags = "monitoring"
    assert not await make_users(api.settings(user), "/", PASSWORDS)
    assert [path for _, path, _ in api.asked] == ["/api/whoami"]


async def test_without_an_address_or_passwords_nothing_is_asked(api: Api) -> None:
    assert not await make_users(ManagementSettings(url=None), "/", PASSWORDS)
    assert not await make_users(api.settings(), "/", {})
    assert api.asked == []


async def test_an_api_that_fails_fails_the_job(api: Api) -> None:
    api.status = 500
    with pytest.raises(ManagementError, match="500"):
        await make_users(api.settings(), "/", PASSWORDS)
    gone = ManagementSettings(url=SecretStr("http://root:p@127.0.0.1:9"))
    with pytest.raises(ManagementError, match=r"127\.0\.0\.1:9"):
        await make_users(gone, "/", PASSWORDS)
