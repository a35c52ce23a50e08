"""As whom each service of a stack logs in to the database and the broker: its own account, or the one that all share.

On a private server they are ours to make. On one that the environment names they are made when its user may make them.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import asyncpg

from answerlens_cli.stack.programs import Programs
from answerlens_cli.stack.state import State
from answerlens_common.contracts.services import SERVICES
from answerlens_common.db.roles import may_make_roles, role_names


@dataclass(frozen=True)
class Accounts:
    """The services' addresses, by service, and whether each has an account of its own there.

    Attributes:
        postgres: of the database, each with its user and password.
        has_roles: False when all log in as one user.
    """

    postgres: Mapping[str, str]
    has_roles: bool

    def environment(self) -> dict[str, str]:
        """The names by which deploy/supervisord.conf gives each service its own."""
        return {
            f"ANSWERLENS_POSTGRES_URL_{service.replace('-', '_').upper()}": url
            for service, url in self.postgres.items()
        }


def accounts(programs: Programs, postgres_url: str, state: State) -> Accounts:
    """Who logs in as whom, decided before anything starts: a supervisor's environment does not change any more."""
    has_roles = programs.postgres is not None or _may_make_roles(postgres_url)
    roles = role_names(urlsplit(postgres_url).path.removeprefix("/")) if has_roles else {}
    return Accounts(
        postgres={
            service: as_user(postgres_url, roles[service], state.service_passwords[service])
            if has_roles
            else postgres_url
            for service in SERVICES
        },
        has_roles=has_roles,
    )


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
        return asyncio.run(may_make_roles(postgres_url))
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False  # the migration says what is wrong with the server
