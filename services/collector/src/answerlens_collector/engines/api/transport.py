"""One request to a provider, and its reply: bounded, and without the key in anything that is said of it."""

from typing import Any, Final

import httpx

from answerlens_collector.engines.api.expressions import ShapeError
from answerlens_collector.engines.api.failures import (
    UnreadableReplyError,
    broken_off,
    refused_by_http,
    refused_in_reply,
)
from answerlens_collector.engines.api.profile import ApiProfile
from answerlens_collector.engines.api.streaming import Assembly, assembly_of
from answerlens_collector.site_errors import SiteUnavailableError

CONNECT_SECONDS: Final = 10.0
MOST_ERROR_BYTES: Final = 64_000
# A server may close a connection that has been idle for five seconds, the client's own limit too, while a request is
# on its way.
_CONNECTIONS: Final = httpx.Limits(max_connections=200, max_keepalive_connections=100, keepalive_expiry=2.0)


def client_of(profile: ApiProfile, key: str) -> httpx.AsyncClient:
    """A client of the provider, to be closed at the end. It follows no redirect and tries each request once."""
    headers = {
        name: value.replace("{key}", key) for name, value in profile.headers.items() if key or "{key}" not in value
    }
    return httpx.AsyncClient(
        # what is packed small may be large: only what is sent as it is can be bounded while it comes
        headers={**headers, "accept-encoding": "identity"},
        timeout=httpx.Timeout(profile.limits.seconds, connect=CONNECT_SECONDS),
        limits=_CONNECTIONS,
    )


async def request(client: httpx.AsyncClient, profile: ApiProfile, address: str, body: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request; a streamed one put together.

    Raises:
        ProviderError: the provider has answered with an error.
        TransientError: the reply did not come, not whole, or is not what the file says.
    """
    assembly = assembly_of(profile.stream)
    got = 0
    try:
        async with client.stream("POST", address, json=body) as response:
            if response.status_code != httpx.codes.OK:
                told = await _beginning(response)
                raise refused_by_http(profile, response.status_code, response.headers, told)
            async for chunk in response.aiter_bytes():
                got += len(chunk)
                if got > profile.limits.reply_bytes:
                    reason = f"the reply is longer than {profile.limits.reply_bytes} bytes"
                    raise UnreadableReplyError(profile.name, reason)
                assembly.feed(chunk)
    except httpx.HTTPError as error:
        if not assembly.is_ended:
            raise _lost(profile.name, error, got) from None
    return _document(profile, assembly)


def _document(profile: ApiProfile, assembly: Assembly) -> dict[str, Any]:
    try:
        document: dict[str, Any] = assembly.document()
    except ShapeError as error:
        raise UnreadableReplyError(profile.name, str(error)) from None
    if refused := refused_in_reply(profile, document):
        raise refused
    return document


def _lost(engine: str, error: httpx.HTTPError, got: int) -> Exception:
    """What a lost request is called; the error's own words may hold what was sent."""
    if got:
        return broken_off(engine)
    slow = isinstance(error, httpx.TimeoutException)
    return SiteUnavailableError(engine, "it does not answer in time" if slow else f"no reply: {type(error).__name__}")


async def _beginning(response: httpx.Response) -> bytes:
    told = b""
    async for chunk in response.aiter_bytes():
        told += chunk
        if len(told) > MOST_ERROR_BYTES:
            break
    return told[:MOST_ERROR_BYTES]
