"""One role a service on the database server, with the rights that `db.ownership` gives it.

A role is named after the database and the service (`answerlens_scorer`): several installations share a server. Making
them is repeatable, and one transaction: a service that works meanwhile never lacks a right.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping, Sequence

import asyncpg
from pydantic import SecretStr

from answerlens_common.contracts.services import SERVICES, account_name
from answerlens_common.db.ownership import FUNCTIONS, LOCK, OWNERS, READS_ALL, SEQUENCES, VIEWS, WRITES, Verb
from answerlens_common.db.tables import metadata
from answerlens_common.errors import BusinessError
from answerlens_common.observing.logs import get_logger

LONGEST_NAME = 63
_ITERATIONS = 4096
_WORDS = {Verb.READ: "SELECT", Verb.INSERT: "INSERT", Verb.UPDATE: "UPDATE", Verb.DELETE: "DELETE"}


class RoleNameError(BusinessError):
    """A role's name would be cut by PostgreSQL, and could then be another's."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the role {name} has a longer name than PostgreSQL's {LONGEST_NAME} bytes: shorten the database's"
        )


async def make_roles(postgres_url: str, passwords: Mapping[str, SecretStr]) -> bool:
    """Make or renew the services' roles; says so, once, when all services go on sharing one user.

    Args:
        postgres_url: as the role that owns the tables.
        passwords: by service; empty when the services share one user.

    Returns:
        Whether each service has a role.

    Raises:
        RoleNameError: the database's name is too long.
    """
    if not passwords:
        get_logger().info("all services share one database user: ANSWERLENS_SERVICE_PASSWORDS is not set")
        return False
    connection = await asyncpg.connect(postgres_url, timeout=10)
    try:
        if not await connection.fetchval(_MAY_MAKE):
            get_logger().warning("all services share one database user: this one may not make roles (CREATEROLE)")
            return False
        database = await connection.fetchval("SELECT current_database()")
        names = role_names(database)
        async with connection.transaction():
            # of two jobs at once one waits: both would make the same role
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('answerlens roles'))")
            known = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
            for service, name in names.items():
                verb = "ALTER" if name in known else "CREATE"
                verifier = scram_verifier(passwords[service].get_secret_value(), os.urandom(16))
                await connection.execute(f"{verb} ROLE {_quoted(name)} LOGIN PASSWORD '{verifier}'")
            relations = {
                kind: [row["relname"] for row in await connection.fetch(_OURS, kinds)] for kind, kinds in _KINDS
            }
            for statement in grants(database, names, relations):
                await connection.execute(statement)
    finally:
        await connection.close()
    get_logger().info("each service has a database role", roles=sorted(names.values()))
    return True


async def may_make_roles(postgres_url: str) -> bool:
    """Whether this user may make roles, on a server that answers."""
    connection = await asyncpg.connect(postgres_url, timeout=10)
    try:
        return bool(await connection.fetchval(_MAY_MAKE))
    finally:
        await connection.close()


# Only what belongs to the role that migrates: an extension's tables are not ours to give.
_OURS = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_get_userbyid(relowner) = current_user
    AND relkind::text = ANY($1) ORDER BY relname
"""
_KINDS = (("TABLE", ["r", "p", "v"]), ("SEQUENCE", ["S"]))
_MAY_MAKE = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"


def role_names(database: str) -> dict[str, str]:
    """Each service's role.

    Raises:
        RoleNameError: one is too long.
    """
    names = {service: account_name(database, service) for service in SERVICES}
    for name in names.values():
        if len(name.encode()) > LONGEST_NAME:
            raise RoleNameError(name)
    return names


def grants(database: str, names: Mapping[str, str], relations: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The statements that take every right from the roles and give them those of the map.

    Args:
        database: its name.
        names: each service's role.
        relations: everything there is: the tables and views under "TABLE", "SEQUENCE".
    """
    everyone = ", ".join(map(_quoted, names.values()))
    yield f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {everyone}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {everyone}"
    for kind, found in relations.items():
        yield f"REVOKE ALL ON {kind} {', '.join(map(_quoted, found))} FROM {everyone}"
    for table, owned in OWNERS.items():
        for service, verbs in owned.services.items():
            yield f"GRANT {_rights(table, verbs)} ON {_quoted(table)} TO {_quoted(names[service])}"
    for view in VIEWS:
        yield f"GRANT SELECT ON {_quoted(view)} TO {everyone}"
    for sequence, services in SEQUENCES.items():
        yield f"GRANT USAGE ON SEQUENCE {_quoted(sequence)} TO {', '.join(_quoted(names[each]) for each in services)}"
    for function, services in FUNCTIONS.items():
        # a database that was restored without its rights has them as PostgreSQL gives them: to every role
        yield f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC, {everyone}"
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {', '.join(_quoted(names[each]) for each in services)}"
    for service in READS_ALL:
        for kind, found in relations.items():
            yield f"GRANT SELECT ON {kind} {', '.join(map(_quoted, found))} TO {_quoted(names[service])}"
            # and of those that are made later: a backup reads each day's partitions
            yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON {kind}S TO {_quoted(names[service])}"


def _rights(table: str, verbs: Verb) -> str:
    rights = [word for verb, word in _WORDS.items() if verb in verbs]
    if LOCK in verbs and not verbs & WRITES:
        # PostgreSQL lets those lock a row who may update one column of it: the key's first is of least use
        rights.append(f"UPDATE ({_quoted(next(iter(metadata.tables[table].primary_key)).name)})")
    return ", ".join(rights)


def scram_verifier(password: str, salt: bytes) -> str:
    """What PostgreSQL stores of a password (RFC 5803), so that the password itself is in no statement and no log."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(each).decode() for each in (salt, stored, server))
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt64}${stored64}:{server64}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
