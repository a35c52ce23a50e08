"""From which address a request comes: X-Forwarded-For is believed as far as configured proxies have written it.

Nothing else that a request says of its way here is read: no Forwarded, X-Real-IP, X-Forwarded-Proto or -Host.
"""

from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_PROXIES: Final = 10
"""How many addresses of the header are looked at, from its end."""
_LONGEST_ADDRESS: Final = len("[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(value: object) -> object:
    """Addresses and networks between commas or white space."""
    return tuple(ip_network(each) for each in value.replace(",", " ").split()) if isinstance(value, str) else value


class ProxySettings(BaseSettings):
    """Which peers tell the truth about whom they ask for."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        default=(), description="addresses and networks, such as 10.0.0.0/8,192.0.2.7; none by default"
    )


class RealClient:
    """ASGI middleware: `scope["client"]` is the nearest address that is no configured proxy."""

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as the client's."""
        if scope["type"] == "http" and self._proxies and scope.get("client"):
            peer, port = scope["client"]
            forwarded = Headers(scope=scope).getlist("x-forwarded-for")
            scope["client"] = (client_of(peer, forwarded, self._proxies), port)
        await self._app(scope, receive, send)


def client_of(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """The address that a request comes from.

    Args:
        peer: who is connected.
        forwarded: the values of X-Forwarded-For, in their order; each proxy adds its own peer at the end.
        proxies: whose word is taken.

    Returns:
        The first address from the end that is no proxy. What is malformed is not believed, nor is what stands before
        it: then it is the proxy that passed it on.
    """
    client = peer
    said = ",".join(forwarded).rsplit(",", MOST_PROXIES)[-MOST_PROXIES:]
    while said and _is_among(client, proxies):
        address = _address(said.pop())
        if address is None:
            break
        client = str(address)
    return client


def _is_among(client: str, proxies: Sequence[Network]) -> bool:
    address = _address(client)
    return address is not None and any(address in network for network in proxies)


def _address(text: str) -> Address | None:
    """An address, with a port or without; IPv4 written as IPv6 is IPv4. None for anything else."""
    text = text.strip()
    if len(text) > _LONGEST_ADDRESS:
        return None
    host, _, port = text.rpartition(":")
    for candidate in (text, host.strip("[]") if port.isdecimal() else "", text.strip("[]")):
        with suppress(ValueError):
            address = ip_address(candidate)
            if isinstance(address, IPv6Address):
                # a zone means nothing on another machine
                return None if address.scope_id else address.ipv4_mapped or address
            return address
    return None
