"""How often something may be done, counted over all replicas: one row of PostgreSQL and one statement.

The rule is GCRA: `burst` at once, then evenly. The row holds the moment at which all that was saved up is there again.
"""

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction

# A refused call changes nothing, so what it is told holds: no other call of this count or more is let in before that.
_TAKE = """
WITH cost AS (SELECT make_interval(secs => 60.0 / :per_minute) AS one),
taken AS (
    INSERT INTO rate_limit AS r (name, full_at) SELECT :name, clock_timestamp() + one * :count FROM cost
    ON CONFLICT (name) DO UPDATE SET
        full_at = GREATEST(r.full_at, clock_timestamp()) + (SELECT one FROM cost) * :count
    WHERE r.full_at <= clock_timestamp() + (SELECT one FROM cost) * (:burst - :count)
    RETURNING name
)
SELECT CASE WHEN EXISTS (SELECT FROM taken) THEN 0.0 ELSE GREATEST(0.001, COALESCE(
    (SELECT EXTRACT(EPOCH FROM full_at - clock_timestamp() - one * (:burst - :count))::float
     FROM rate_limit WHERE name = :name),
    EXTRACT(EPOCH FROM one)::float)) END FROM cost
"""


async def take(db: Database | Transaction, name: str, per_minute: float, burst: int, count: int = 1) -> float:
    """Count more of what `name` stands for, if the limit lets it; else the seconds to wait before asking again.

    Args:
        db: the database that all replicas share, or a transaction on it.
        name: what is limited, and whose: `requests:<user>`, say.
        per_minute: how many, on average.
        burst: how many at once after a pause; in any minute at most `per_minute + burst` pass.
        count: how many more; what is more than the burst counts as that.

    Returns:
        0 when it may go, and is counted.
    """
    seconds: float = await db.value(_TAKE, name=name, per_minute=per_minute, burst=burst, count=min(count, burst))
    return seconds


async def seconds_in_debt(db: Database, name: str, per_minute: float, burst: float) -> float:
    """The seconds until `name` may spend again, 0 when it may now: what is spent is known only afterwards (`spend`)."""
    seconds: float = await db.value(
        "SELECT GREATEST(0.0, COALESCE((SELECT EXTRACT(EPOCH FROM full_at - clock_timestamp())::float FROM rate_limit"
        " WHERE name = :name), 0) - 60.0 / CAST(:per_minute AS float) * CAST(:burst AS float))",
        name=name,
        per_minute=per_minute,
        burst=burst,
    )
    return seconds


async def spend(db: Database, name: str, per_minute: float, amount: float) -> None:
    """Count what has been spent, of which `per_minute` come back in a minute; it may lead into debt."""
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO rate_limit AS r (name, full_at)"
            " VALUES (:name, clock_timestamp() + make_interval(secs => :secs)) ON CONFLICT (name) DO UPDATE"
            " SET full_at = GREATEST(r.full_at, clock_timestamp()) + make_interval(secs => :secs)",
            name=name,
            secs=amount * 60 / per_minute,
        )


async def forget_full(tx: Transaction) -> int:
    """Delete the rows that limit nothing any more; how many."""
    return await tx.execute("DELETE FROM rate_limit WHERE full_at < clock_timestamp()")
