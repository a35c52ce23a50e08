"""Which replica fires the jobs: an expiring lease with a fencing token, in table `leader`.

An advisory lock would not do: a paused leader keeps it for as long as its socket lives. The lease runs by the
database's clock. Every job's transaction checks the token and keeps the row's key locked until it ends:

- a renewal leaves the key (name, token) as it is, so it does not wait for a job;
- a takeover changes the token, so it waits for the transactions of the former leader. What they write is
  committed before another leads, or not at all;
- a replica that is paused inside a transaction, a job's or an election's, holds no other up: the server ends that
  transaction after one lease without a word.
"""

from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction

NAME = "scheduler"

# Not by ON CONFLICT: it would lock the row before it looks, and change a key it only means to keep.
_RENEW = """
UPDATE leader SET lease_until = clock_timestamp() + make_interval(secs => :seconds)
WHERE name = :name AND token = :token RETURNING token
"""
_TAKE = """
UPDATE leader SET holder = CAST(:holder AS text), token = token + 1, since = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => :seconds)
WHERE name = :name AND (holder = CAST(:holder AS text) OR lease_until < clock_timestamp()) RETURNING token
"""
_BE_FIRST = """
INSERT INTO leader (name, holder, token, since, lease_until)
VALUES (:name, :holder, 1, clock_timestamp(), clock_timestamp() + make_interval(secs => :seconds))
ON CONFLICT (name) DO NOTHING RETURNING token
"""


@dataclass(frozen=True)
class Leadership:
    """The right to fire jobs, until another has it.

    Attributes:
        token: grows with every change of leader.
        seconds: how long the lease outlives its last renewal.
    """

    holder: str
    token: int
    seconds: float

    async def renew(self, db: Database) -> bool:
        """Lead for another `seconds`; False when another replica has taken over."""
        async with db.transaction() as tx:
            await _end_when_idle(tx, self.seconds)
            return await tx.value(_RENEW, name=NAME, token=self.token, seconds=self.seconds) is not None

    async def guard(self, tx: Transaction) -> bool:
        """Let this transaction commit only while no other replica leads; False when one already does."""
        await _end_when_idle(tx, self.seconds)
        held = await tx.value(
            "SELECT 1 FROM leader WHERE name = :name AND token = :token FOR KEY SHARE", name=NAME, token=self.token
        )
        return held is not None

    async def resign(self, db: Database) -> None:
        """Let the next replica lead at once."""
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE leader SET lease_until = clock_timestamp() WHERE name = :name AND token = :token",
                name=NAME,
                token=self.token,
            )


async def elect(db: Database, holder: str, seconds: float) -> Leadership | None:
    """Take the leadership if no replica holds it; None while another leads."""
    values = {"name": NAME, "holder": holder, "seconds": seconds}
    async with db.transaction() as tx:
        await _end_when_idle(tx, seconds)
        token = await tx.value(_TAKE, **values)
        if token is None and await tx.value("SELECT 1 FROM leader WHERE name = :name", name=NAME) is None:
            token = await tx.value(_BE_FIRST, **values)
    return None if token is None else Leadership(holder, token, seconds)


async def _end_when_idle(tx: Transaction, seconds: float) -> None:
    await tx.execute(
        "SELECT set_config('idle_in_transaction_session_timeout', :milliseconds, true)",
        milliseconds=str(round(seconds * 1000)),
    )
