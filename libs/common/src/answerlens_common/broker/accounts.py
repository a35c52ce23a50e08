"""One user a service on the broker, with permissions by the names that `topology` gives.

What a service may touch are its own queues, those for retries and dead letters included; it publishes to the exchanges.
Retries go straight to a queue, by the default exchange: a service that may use it can publish to any queue.
"""

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from answerlens_common.broker.topology import DEAD_EXCHANGE, EVENTS_EXCHANGE
from answerlens_common.contracts.services import SERVICES, account_name

PREFIX = "answerlens"
DEFAULT_VHOST = "/"
# What the broker calls the exchange without a name where it checks permissions.
_DEFAULT_EXCHANGE = "amq.default"
# Beside their own queues: the service that reads the dead letters of all, to show, replay and drop them.
_READS_DEAD_LETTERS = ("order-api",)


@dataclass(frozen=True)
class Permissions:
    """Which queues and exchanges a user may make, publish to (or bind), and read from: regular expressions."""

    configure: str
    write: str
    read: str


def permissions(service: str) -> Permissions:
    """Those of a service: a deleted queue is declared again by the service that consumes it."""
    own = rf"{re.escape(service)}\..*"
    read = [own, re.escape(EVENTS_EXCHANGE), re.escape(DEAD_EXCHANGE)]
    if service in _READS_DEAD_LETTERS:
        read.append(r".*\.dead")
    return Permissions(
        configure=_one_of(own),
        write=_one_of(own, re.escape(EVENTS_EXCHANGE), re.escape(DEAD_EXCHANGE), re.escape(_DEFAULT_EXCHANGE)),
        read=_one_of(*read),
    )


def user_names(vhost: str) -> dict[str, str]:
    """Each service's user; installations that share a broker have a virtual host each."""
    prefix = PREFIX if vhost == DEFAULT_VHOST else vhost
    return {service: account_name(prefix, service) for service in SERVICES}


def vhost_of(rabbitmq_url: str) -> str:
    """The virtual host of an address."""
    return unquote(urlsplit(rabbitmq_url).path.removeprefix("/")) or DEFAULT_VHOST


def definitions(vhost: str, passwords: Mapping[str, SecretStr]) -> dict[str, list[dict[str, Any]]]:
    """The services' users as the broker imports them, from a file or by its management API."""
    names = user_names(vhost)
    return {
        "users": [user(names[service], password.get_secret_value()) for service, password in passwords.items()],
        "permissions": [
            {"user": names[service], "vhost": vhost, **vars(permissions(service))} for service in passwords
        ],
    }


def user(name: str, password: str, *tags: str) -> dict[str, Any]:
    """A user of a definition; the password is in it as a salted hash."""
    salt = os.urandom(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(tags),
    }


def _one_of(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"
