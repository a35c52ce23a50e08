"""The broker's management API: makes the services' users, where an administrator's address is given."""

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.broker.accounts import definitions
from answerlens_common.errors import TransientError
from answerlens_common.observing.logs import get_logger

TIMEOUT_SECONDS = 20.0
_REFUSED = (401, 403)


class ManagementSettings(BaseSettings):
    """Where an administrator of the broker is let in: http(s)://user:password@host:15672; none: no users are made."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_RABBITMQ_MANAGEMENT_")

    url: SecretStr | None = Field(default=None)


class ManagementError(TransientError):
    """The management API did not do what it was asked."""

    def __init__(self, asked: str, cause: BaseException) -> None:
        super().__init__(f"the broker's management API ({asked}): {cause}")


async def make_users(settings: ManagementSettings, vhost: str, passwords: Mapping[str, SecretStr]) -> bool:
    """Make or renew the services' users; says so, once, when all services go on sharing one.

    Returns:
        Whether each service has a user.

    Raises:
        ManagementError: the API does not answer, or answers with an error other than a refusal.
    """
    if not passwords or settings.url is None:
        missing = "ANSWERLENS_RABBITMQ_MANAGEMENT_URL" if passwords else "ANSWERLENS_SERVICE_PASSWORDS"
        get_logger().info(f"all services share one user of the broker: {missing} is not set")
        return False
    if not await may_make_users(settings):
        get_logger().warning("all services share one user of the broker: this one is no administrator of it")
        return False
    made = definitions(vhost, passwords)
    await asyncio.to_thread(_ask, settings.url.get_secret_value(), "POST", "/api/definitions", made)
    get_logger().info("each service has a user of the broker", users=sorted(each["name"] for each in made["users"]))
    return True


async def may_make_users(settings: ManagementSettings) -> bool:
    """Whether the address is an administrator's.

    Raises:
        ManagementError: the API does not answer.
    """
    if settings.url is None:
        return False
    answer = await asyncio.to_thread(_ask, settings.url.get_secret_value(), "GET", "/api/whoami", None)
    tags = answer.get("tags", []) if answer else []
    return "administrator" in (tags.split(",") if isinstance(tags, str) else tags)


def _ask(url: str, method: str, path: str, body: object) -> dict[str, Any] | None:
    """What the API answers; None when it refuses."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    name = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    request = Request(  # noqa: S310 - the operator's own address
        f"{parts.scheme}://{host}{parts.path.rstrip('/')}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Basic {base64.b64encode(name.encode()).decode()}",
            "Content-Type": "application/json",
        },
    )
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT_SECONDS) as response:
            text = response.read()
    except HTTPError as error:
        if error.code in _REFUSED:
            return None
        asked = f"{method} {path}"
        raise ManagementError(asked, error) from error
    except (URLError, OSError) as error:
        raise ManagementError(host, error) from error
    return json.loads(text) if text else {}
