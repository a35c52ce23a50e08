"""Claims: who works on what, so that shared work is done once.

A claim is one row per (stage, scope, item); `ClaimKey` says what a scope is. Its holder has a lease that it keeps
renewing and a token that grows with every change of holder. The rules, all decided by the database's own clock:

- nobody holds it, or the lease has run out → the message takes it (and an attempt is recorded);
- it is held for the *same* message (a killed holder's redelivery) → `Busy`: wait for the lease to end;
- it waits for the retry of the same message, and this is an older copy of it → `Early`: the retry goes first;
- it has failed with the same message, which is buried → `OVER`: a late copy begins nothing anew; a replay does;
- it is held for *another* message → `JOINED`: the holder is told (`wanted` grows) and looks again before it
  closes the claim, so whoever came late is not left behind;
- every write goes through `Lease.write`, which fails once another has taken over (fencing).
"""

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import RowMapping

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane
from answerlens_common.work.leases import ClaimKey, Lease, LeaseLostError

__all__ = ["Busy", "ClaimKey", "Early", "Joined", "Lease", "LeaseLostError", "Over", "acquire"]


class Joined(Enum):
    """The work is somebody else's, who has been told that we want it too."""

    JOINED = "joined"


class Over(Enum):
    """The work has failed with this very message, and that has been told: a late copy of it has nothing to do."""

    OVER = "over"


@dataclass(frozen=True)
class Early:
    """An attempt of our message has failed since this copy of it was made: its retry is the one to go on."""


@dataclass(frozen=True)
class Busy:
    """Our own message's earlier holder may still be alive: look again after `seconds`."""

    seconds: float


# Work that has ended begins anew, with attempts of its own; but not by the message that it has failed with.
_ANEW = "c.status = 'done' OR c.status = 'failed' AND c.holder IS DISTINCT FROM excluded.holder"

_TAKE = f"""
INSERT INTO claim AS c (stage, scope, item, keyword, date, engine, holder, lane, lease_until)
VALUES (:stage, :scope, :item, :keyword, :date, :engine, :holder, :lane,
    clock_timestamp() + make_interval(secs => :seconds))
ON CONFLICT (stage, scope, item) DO UPDATE SET
    status = 'held',
    token = c.token + 1,
    holder = excluded.holder,
    lane = CASE WHEN {_ANEW} OR excluded.lane = 'express' THEN excluded.lane ELSE c.lane END,
    lease_until = excluded.lease_until,
    -- a holder that died while it only waited leaves no attempt behind
    attempts = CASE WHEN {_ANEW} THEN 1 ELSE c.attempts + (c.status <> 'held' OR c.asked)::int END,
    asked = true,
    task_id = CASE WHEN {_ANEW} THEN NULL ELSE c.task_id END
WHERE CASE
    WHEN c.status = 'failed' AND c.holder IS DISTINCT FROM excluded.holder THEN true
    -- whoever was to tell of the failure, and to bury the message, has died over it
    WHEN c.status = 'failed' THEN c.lease_until < clock_timestamp()
    WHEN c.status = 'waiting' AND c.holder = excluded.holder AND :attempts >= c.attempts THEN true
    ELSE c.lease_until IS NULL OR c.lease_until < clock_timestamp()
END
RETURNING id, token, wanted, attempts, lane, task_id
"""  # noqa: S608 - a constant

_JOIN = """
UPDATE claim SET wanted = wanted + 1, lane = CASE WHEN :lane = 'express' THEN :lane ELSE lane END
WHERE stage = :stage AND scope = :scope AND item = :item
    AND holder <> :holder AND status <> 'failed' AND lease_until >= clock_timestamp()
"""

# A held claim for another date of the keyword, and how long it is good for at least.
_OTHER_DATE = """
SELECT max(EXTRACT(EPOCH FROM lease_until - clock_timestamp()))::float FROM claim
WHERE stage = :stage AND keyword = :keyword AND date <> :date AND status = 'held' AND lease_until > clock_timestamp()
"""
# How soon to look again for another date's holder, which may well end before its lease.
OTHER_DATE_SECONDS = 1.0

_FOUND = """
SELECT status, attempts, holder = :holder AS ours, lease_until,
    EXTRACT(EPOCH FROM lease_until - clock_timestamp())::float AS seconds
FROM claim WHERE stage = :stage AND scope = :scope AND item = :item
"""


async def acquire(
    db: Database,
    key: ClaimKey,
    message_id: str,
    lane: Lane,
    lease_seconds: float,
    *,
    attempts: int = 0,
    one_date_at_a_time: bool = False,
) -> Lease | Busy | Joined | Early | Over:
    """Take the claim for a message, join its holder, or learn how long to wait.

    `attempts` had failed when this copy of the message was made: a retry's own number tells it from an older copy.
    With `one_date_at_a_time` a holder for another date of the same keyword is waited for.
    """
    if key.item and not one_date_at_a_time:
        # a part of a collection has no line in the task log: the one statement that takes it needs no transaction
        return await _acquire(db, db, key, message_id, lane, seconds=lease_seconds, attempts=attempts)
    async with db.transaction() as tx:
        if one_date_at_a_time:
            # of two dates that come at the same moment, one has to see the other
            await tx.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))", name=f"{key.stage} {key.keyword}"
            )
            seconds = await tx.value(_OTHER_DATE, stage=key.stage, keyword=key.keyword, date=key.date)
            if seconds is not None:
                return Busy(min(max(seconds, 0.05), OTHER_DATE_SECONDS))
        taken = await _acquire(db, tx, key, message_id, lane, seconds=lease_seconds, attempts=attempts)
        if isinstance(taken, Lease) and not key.item:
            await taken.log_start(tx)
    return taken


async def _acquire(
    db: Database,
    tx: Database | Transaction,
    key: ClaimKey,
    message_id: str,
    lane: Lane,
    *,
    seconds: float,
    attempts: int,
) -> Lease | Busy | Joined | Early | Over:
    """Take it or join its holder, by statements that each look at the claim as it is then."""
    told = {**key.columns, "holder": message_id, "lane": lane.value}
    named = {"keyword": key.keyword, "date": key.date, "engine": key.engine}
    row = await tx.row(_TAKE, **told, **named, seconds=seconds, attempts=attempts)
    if row is None:
        if await tx.execute(_JOIN, **told):
            return Joined.JOINED
        return _other(await tx.row(_FOUND, **key.columns, holder=message_id))
    return Lease(
        db=db,
        key=key,
        claim_id=row["id"],
        token=row["token"],
        attempt=row["attempts"],
        lane=Lane(row["lane"]),
        seconds=seconds,
        task_id=row["task_id"],
        _seen=row["wanted"],
    )


def _other(found: RowMapping | None) -> Busy | Early | Over:
    """What to do about a claim that could be neither taken nor joined."""
    if found is not None and found["ours"]:
        if found["status"] == "failed" and found["lease_until"] is None:
            return Over.OVER
        if found["status"] == "waiting":
            return Early()
    return Busy(max(0.05, found["seconds"] or 0.0) if found else 0.05)
