"""Which replica fires the jobs: an expiring lease with a fencing token, in table `leader`.

An advisory lock would not do: a paused leader keeps it for as long as its socket lives. The lease runs by the
database's clock; every job checks the token in its own transaction, so a leader that was replaced fires nothing.
"""

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction

NAME = "scheduler"

_ELECT = """
INSERT INTO leader AS l (name, holder, token, since, lease_until)
VALUES (:name, :holder, 1, clock_timestamp(), clock_timestamp() + make_interval(secs => :seconds))
ON CONFLICT (name) DO UPDATE SET
    token = CASE WHEN l.holder = excluded.holder THEN l.token ELSE l.token + 1 END,
    since = CASE WHEN l.holder = excluded.holder THEN l.since ELSE excluded.since END,
    holder = excluded.holder,
    lease_until = excluded.lease_until
WHERE l.holder = excluded.holder OR l.lease_until < clock_timestamp()
RETURNING token
"""


async def elect(db: Database, holder: str, seconds: float) -> int | None:
    """Take or renew the lead; its fencing token, or None while another leads."""
    token: int | None = await db.value(_ELECT, name=NAME, holder=holder, seconds=seconds)
    return token


async def still_leads(tx: Transaction, token: int) -> bool:
    """Whether this token is the newest.

    The row is not locked: the leader goes on renewing its lease while a long job runs. Should another take over
    meanwhile, the job's slot, which is unique, lets one of the two commit.
    """
    newest = await tx.value("SELECT token FROM leader WHERE name = :name", name=NAME)
    return bool(newest == token)


async def resign(db: Database, holder: str) -> None:
    """Let the next replica lead at once."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE leader SET lease_until = clock_timestamp() WHERE name = :name AND holder = :holder",
            name=NAME,
            holder=holder,
        )
