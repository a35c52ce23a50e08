"""Claims: who works on what, so that shared work is done once.

A claim is one row per (stage, scope, item); `ClaimKey` says what a scope is. Its holder has a lease that it keeps
renewing and a token that grows with every change of holder. The rules, all decided by the database's own clock:

- the claim is free, or its lease has run out: the message takes it, and an attempt is recorded (`Lease`);
- it is held for the *same* message, delivered again after its holder was killed: wait for the lease to end (`HeldFor`);
- it waits for the retry of the same message, and this is an older copy: the retry goes first (`RetryPending`);
- it has failed with the same message, which is a dead letter: a late copy begins nothing anew (`AlreadyFailed`), only
  a replay does;
- it is held for *another* message: this one joins (`Joined`). The count of joins grows, and the holder looks again
  before it closes the claim, or leaves what is to do to a message of its own: one that came late is not left behind;
- every write goes through `Lease.write`, which fails once another holder has taken over (fencing).
"""

from dataclasses import dataclass

from answerlens_common.contracts.statuses import ClaimStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane
from answerlens_common.work.leases import ClaimKey, Lease, LeaseLostError

__all__ = ["AlreadyFailed", "ClaimKey", "HeldFor", "Joined", "Lease", "LeaseLostError", "RetryPending", "acquire"]


@dataclass(frozen=True)
class Joined:
    """Another message's holder does the work, and has been told that this message needs it too."""


@dataclass(frozen=True)
class AlreadyFailed:
    """The work has failed with this very message, and that has been told: a late copy of it has nothing to do."""


@dataclass(frozen=True)
class RetryPending:
    """An attempt of this message has failed since this copy of it was made: its retry is the one to go on."""


@dataclass(frozen=True)
class HeldFor:
    """The message's earlier holder may still be alive: look again after `seconds`."""

    seconds: float


Refusal = HeldFor | RetryPending | AlreadyFailed


@dataclass(frozen=True)
class _Taken:
    """A claim that a message has taken."""

    id: int
    token: int
    join_count: int
    attempts: int
    lane: str
    task_id: int | None


@dataclass(frozen=True)
class _Found:
    """A claim that could be neither taken nor joined; `seconds` are left of its lease."""

    status: str
    is_same_message: bool
    has_lease: bool
    seconds: float | None


# Ended work, done or failed, begins anew at attempt 1 for any message of another claimant: a new message (an order, an
# admin's retry, the stalled check) or a replay. Copies of the message that it failed with find `AlreadyFailed`. `done`
# means that its holder had nothing left to do, or has left it to a message that follows: it does not tell that there is
# a result.
_ANEW = "c.status = 'done' OR c.status = 'failed' AND c.holder IS DISTINCT FROM excluded.holder"

_TAKE = f"""
INSERT INTO claim AS c (stage, scope, item, keyword, date, engine, holder, lane, lease_until)
VALUES (:stage, :scope, :item, :keyword, :date, :engine, :holder, :lane,
    clock_timestamp() + make_interval(secs => :seconds))
ON CONFLICT (stage, scope, item) DO UPDATE SET
    status = 'held',
    token = c.token + 1,
    holder = excluded.holder,
    -- the same message again: express if one had joined that was
    lane = CASE WHEN c.holder IS DISTINCT FROM excluded.holder AND ({_ANEW}) OR excluded.lane = 'express'
        THEN excluded.lane ELSE c.lane END,
    lease_until = excluded.lease_until,
    -- a holder that died while it only waited leaves no attempt behind
    attempts = CASE WHEN {_ANEW} THEN 1 ELSE c.attempts + (c.status <> 'held' OR c.external_call_made)::int END,
    external_call_made = true,
    task_id = CASE WHEN {_ANEW} THEN NULL ELSE c.task_id END
WHERE CASE
    WHEN c.status = 'failed' AND c.holder IS DISTINCT FROM excluded.holder THEN true
    -- the process that was to tell of the failure, and to dead-letter the message, has died over it
    WHEN c.status = 'failed' THEN c.lease_until < clock_timestamp()
    WHEN c.status = 'waiting' AND c.holder = excluded.holder AND :attempts >= c.attempts THEN true
    ELSE c.lease_until IS NULL OR c.lease_until < clock_timestamp()
END
RETURNING id, token, join_count, attempts, lane, task_id
"""  # noqa: S608 - a constant

_JOIN = """
UPDATE claim SET join_count = join_count + 1, lane = CASE WHEN :lane = 'express' THEN :lane ELSE lane END
WHERE stage = :stage AND scope = :scope AND item = :item
    AND holder <> :holder AND status <> 'failed' AND lease_until >= clock_timestamp()
"""

# A held claim for another date of the keyword: how many seconds are left of its lease.
_OTHER_DATE = """
SELECT max(EXTRACT(EPOCH FROM lease_until - clock_timestamp()))::float FROM claim
WHERE stage = :stage AND keyword = :keyword AND date <> :date AND status = 'held' AND lease_until > clock_timestamp()
"""
# How soon to look again for another date's holder, which may well end before its lease.
OTHER_DATE_SECONDS = 1.0

_FOUND = """
SELECT status, holder = :holder AS is_same_message, lease_until IS NOT NULL AS has_lease,
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
) -> Lease | Joined | Refusal:
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
                return HeldFor(min(max(seconds, 0.05), OTHER_DATE_SECONDS))
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
) -> Lease | Joined | Refusal:
    """Take it or join its holder, by statements that each look at the claim as it is then."""
    told = {**key.columns, "holder": message_id, "lane": lane.value}
    named = {"keyword": key.keyword, "date": key.date, "engine": key.engine}
    taken = await tx.row(_TAKE, _Taken, **told, **named, seconds=seconds, attempts=attempts)
    if taken is None:
        if await tx.execute(_JOIN, **told):
            return Joined()
        return _refusal(await tx.row(_FOUND, _Found, **key.columns, holder=message_id))
    return Lease(
        db=db,
        key=key,
        claim_id=taken.id,
        token=taken.token,
        attempt=taken.attempts,
        lane=Lane(taken.lane),
        seconds=seconds,
        task_id=taken.task_id,
        joins_seen=taken.join_count,
    )


def _refusal(found: _Found | None) -> Refusal:
    """Why a claim could be neither taken nor joined, and so what to do about it."""
    if found is not None and found.is_same_message:
        if found.status == ClaimStatus.FAILED and not found.has_lease:
            return AlreadyFailed()
        if found.status == ClaimStatus.WAITING:
            return RetryPending()
    return HeldFor(max(0.05, found.seconds or 0.0) if found else 0.05)
