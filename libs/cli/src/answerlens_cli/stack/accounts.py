"""As whom each service of a stack logs in to the database and the broker: its own account, or the one that all share.

On private servers they are ours to make. On one that the environment names they are made when its user may make them.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import asyncpg
from pydantic import SecretStr

from answerlens_cli.stack.programs import Programs
from answerlens_cli.stack.state import State
from answerlens_common.broker.accounts import user_names, vhost_of
from answerlens_common.broker.management import ManagementError, ManagementSettings, may_make_users
from answerlens_common.contracts.services import SERVICES
from answerlens_common.db.roles import may_make_roles, role_names


@dataclass(frozen=True)
class Accounts:
    """The services' addresses, by service, and whether each has an account of its own there.

    Attributes:
        postgres: of the database, each with its user and password.
        rabbitmq: of the broker, likewise.
        has_roles: False when all log in to the database as one user.
        has_users: False when all log in to the broker as one user.
    """

    postgres: Mapping[str, str]
    rabbitmq: Mapping[str, str]
    has_roles: bool
    has_users: bool

    def environment(self) -> dict[str, str]:
        """The names by which deploy/supervisord.conf gives each service its own."""
        kinds = {"ANSWERLENS_POSTGRES_URL": self.postgres, "ANSWERLENS_RABBITMQ_URL": self.rabbitmq}
        return {
            f"{name}_{service.replace('-', '_').upper()}": url
            for name, urls in kinds.items()
            for service, url in urls.items()
        }


def accounts(
    env: Mapping[str, str], programs: Programs, postgres_url: str, rabbitmq_url: str, state: State
) -> Accounts:
    """Who logs in as whom, decided before anything starts: a supervisor's environment does not change any more."""
    has_roles = programs.postgres is not None or _may_make_roles(postgres_url)
    has_users = programs.rabbitmq is not None or _may_make_users(env)
    roles = role_names(urlsplit(postgres_url).path.removeprefix("/")) if has_roles else {}
    users = user_names(vhost_of(rabbitmq_url)) if has_users else {}
    return Accounts(
        postgres=_each(postgres_url, roles, state),
        rabbitmq=_each(rabbitmq_url, users, state),
        has_roles=has_roles,
        has_users=has_users,
    )


def _each(url: str, names: Mapping[str, str], state: State) -> dict[str, str]:
    return {
        service: as_user(url, names[service], state.service_passwords[service]) if names else url
        for service in SERVICES
    }


def as_user(url: str, name: str, password: str) -> str:
    """The same address with another user."""
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(name, safe='')}:{quote(password, safe='')}@{where}").geturl()


def user_of(url: str) -> str:
    """As whom an address logs in."""
    return urlsplit(url).username or ""


def _may_make_roles(postgres_url: str) -> bool:
    try:
        return _asked(may_make_roles(postgres_url))
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False  # the migration says what is wrong with the server


def _may_make_users(env: Mapping[str, str]) -> bool:
    url = env.get("ANSWERLENS_RABBITMQ_MANAGEMENT_URL")
    try:
        return _asked(may_make_users(ManagementSettings(url=SecretStr(url) if url else None)))
    except ManagementError:
        return False  # the topology job says what is wrong with it


def _asked(question: Coroutine[object, object, bool]) -> bool:
    """The answer, also for a caller who has an event loop running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, question).result()
