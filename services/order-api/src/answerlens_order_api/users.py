"""`python -m answerlens_order_api.users add NAME --role client|admin`: the first keys, straight into the database.

With a running API, `POST /api/users` does the same.
"""

import argparse
import asyncio
import json
import sys

from pydantic import TypeAdapter, ValidationError

from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.settings import PostgresSettings
from answerlens_orders.accounts import store as users
from answerlens_orders.accounts.keys import new_key, sha256_of
from answerlens_orders.fields import UserName


async def add(name: str, role: str, *, rotate: bool) -> tuple[str, str] | None:
    """Store a user; the role and the key, or None when the name is taken."""
    key = new_key()
    async with Database(PostgresSettings(pool_size=1)) as db:
        stored = await users.add(db, name, role, sha256_of(key), rotate=rotate)
    return (stored, key) if stored else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="answerlens_order_api.users", description=__doc__)
    command = parser.add_subparsers(required=True).add_parser("add", help="add a user and print the key, once")
    command.add_argument("name")
    command.add_argument("--role", choices=("client", "admin"), required=True)
    command.add_argument("--rotate", action="store_true", help="give an existing user a new key; the role stays")
    command.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        TypeAdapter(UserName).validate_python(given.name)
        added = asyncio.run(add(given.name, given.role, rotate=given.rotate))
    except ValidationError as error:
        parser.error(f"name: {error.errors()[0]['msg']}")
    except TransientError as error:
        sys.stderr.write(f"The database is out of reach: {error}\n")
        return 1
    if added is None:
        sys.stderr.write(f"{given.name} exists already; --rotate gives a new key\n")
        return 1
    role, key = added
    user = {"name": given.name, "role": role, "key": key}
    sys.stdout.write(json.dumps(user) if given.json else f"{role} {given.name}: {key}\nIt is not shown again.")
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
