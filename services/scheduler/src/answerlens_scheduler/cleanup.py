"""The cleanup: what has been used and kept for its time is deleted, and nothing that a day in work still needs.

- questions found by a search: when the search is no longer fresh, unless a bank is being built from them
- a bank's questions: when the bank is no longer fresh and a newer one is ready; not while a day in work, or a day whose
  answers are kept, is on it
- questions put to engines, answers, links, scores: with their whole day, and the day's collections with them; not while
  the day is in work. A client's own are a class of days by themselves; a diagnosis, or an import, goes with its last
- published outbox rows, ended claims, slots of jobs, what language models said, limits that are full again: when
  they are of no use any more

Rates, outcomes, orders and notifications stay. Every step is a short transaction that commits only while this replica
holds the chore, so it can stop anywhere and begin anew.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from answerlens_collection.days import drop_day, kept_days, lock_days
from answerlens_common.contracts.collections import Retention
from answerlens_common.db import Database
from answerlens_common.limits.rate_limit import forget_full
from answerlens_common.observing.logs import get_logger
from answerlens_common.work.claims import Lease
from answerlens_orders.diagnoses.store import forget_old as forget_old_diagnoses
from answerlens_orders.imports.store import forget_old as forget_old_imports

BATCH = 10_000
BANKS = 50
# Shorter than the server waits before it looks for deadlocks: of two transactions that wait for each other, the
# cleanup's gives up, not a reader's.
LOCK_TIMEOUT = "900ms"
LOCK_TRIES = 5
LOCK_NOT_AVAILABLE = "55P03"

_IN_WORK = "m.status IN ('queued', 'running')"
_AWAITED_PRIVATE = "d.status IN ('queued', 'running')"
_AWAITED_PRIVATE_SCOPES = f"""
SELECT 'collection:' || p.id FROM diagnosis d JOIN collection p ON p.owner_id = d.id WHERE {_AWAITED_PRIVATE}
"""  # noqa: S608 - a constant
_SEARCHES = f"""
WITH unbuilt AS MATERIALIZED (
    SELECT d.keyword FROM (SELECT DISTINCT m.keyword, m.date FROM measurement m WHERE {_IN_WORK}) open
    CROSS JOIN LATERAL (SELECT * FROM keyword_day WHERE keyword = open.keyword AND date = open.date LIMIT 1) d
    LEFT JOIN bank b ON b.keyword = d.keyword AND b.version = d.bank_version AND b.status = 'ready'
    WHERE b.version IS NULL
)
SELECT z.ctid FROM zhihu_question z WHERE z.search_date <= CAST(:date AS date) - CAST(:search_days AS int)
    AND NOT EXISTS (SELECT FROM unbuilt WHERE unbuilt.keyword = z.keyword)
ORDER BY z.search_date
"""  # noqa: S608
# A bank and its questions at once: which banks have been dropped is never asked again.
_BANKS = f"""
WITH old AS (
    UPDATE bank SET status = 'dropped' WHERE ctid = ANY(ARRAY(
        SELECT b.ctid FROM bank b WHERE b.status = 'ready'
            AND b.built_date <= CAST(:date AS date) - CAST(:bank_days AS int)
            AND EXISTS (SELECT FROM bank newer WHERE newer.keyword = b.keyword AND newer.version > b.version
                AND newer.status = 'ready')
            AND NOT EXISTS (SELECT FROM measurement m JOIN keyword_day d USING (keyword, date)
                WHERE m.keyword = b.keyword AND d.bank_version = b.version AND {_IN_WORK})
            AND NOT EXISTS (SELECT FROM keyword_collection run WHERE run.keyword = b.keyword
                AND run.bank_version = b.version)
        ORDER BY b.built_date LIMIT :banks)) RETURNING keyword, version
), gone AS (
    DELETE FROM question_bank q USING old WHERE q.keyword = old.keyword AND q.bank_version = old.version RETURNING q.id
)
SELECT (SELECT count(*) FROM old) AS banks, (SELECT count(*) FROM gone) AS questions
"""  # noqa: S608
# Age is counted from the moment the transaction begins: with a clock that goes on, no index could be used.
_OUTBOX = "SELECT ctid FROM outbox WHERE published_at < now() - interval '1 day' ORDER BY published_at"
# The claim of a job's newest slot says that its work is done; a private collection's are kept while it is waited for.
_CLAIMS = f"""
SELECT c.ctid FROM claim c WHERE c.date < CAST(:date AS date) - CAST(:claim_days AS int)
    AND (c.lease_until IS NULL OR c.lease_until < clock_timestamp() - interval '1 day')
    AND NOT EXISTS (SELECT FROM measurement m WHERE m.keyword = c.keyword AND m.date = c.date AND {_IN_WORK})
    AND NOT (c.keyword IS NULL AND c.scope = ANY(ARRAY({_AWAITED_PRIVATE_SCOPES})))
    AND (c.scope NOT LIKE 'job:%' OR EXISTS (SELECT FROM job_slot s WHERE s.job = c.stage AND s.slot > c.date::text))
ORDER BY c.date
"""  # noqa: S608
_SLOTS = """
DELETE FROM job_slot s WHERE created_at < clock_timestamp() - interval '90 days'
    AND EXISTS (SELECT FROM job_slot newer WHERE newer.job = s.job AND newer.slot > s.slot)
"""
_REPLIES = """
SELECT ctid FROM llm_reply WHERE created_at < now() - make_interval(days => :reply_days)
    AND lease_until < clock_timestamp() ORDER BY created_at
"""
# Needed for as long as the answers are kept: until then a day may be analysed again.
_SENTIMENTS = """
SELECT ctid FROM answer_sentiment
WHERE created_at < now() - make_interval(days => CAST(:answer_days AS int) + 1) ORDER BY created_at
"""
_RESERVATIONS = "DELETE FROM llm_reservation WHERE expires_at < clock_timestamp()"
_LIVE_DAY = f"""
SELECT EXISTS (SELECT FROM measurement m WHERE m.date = :day AND {_IN_WORK})
    OR EXISTS (SELECT FROM keyword_collection WHERE date = :day AND status = 'collecting')
    OR EXISTS (SELECT FROM claim WHERE date = :day AND keyword IS NOT NULL AND status <> 'done'
        AND lease_until > clock_timestamp())
"""  # noqa: S608
_LIVE_PRIVATE_DAY = f"""
SELECT EXISTS (SELECT FROM collection p JOIN diagnosis d ON d.id = p.owner_id
        WHERE p.date = :day AND p.retention = 'private' AND {_AWAITED_PRIVATE})
    OR EXISTS (SELECT FROM answer_import WHERE date = :day AND status IN ('receiving', 'checking', 'analysing'))
    OR EXISTS (SELECT FROM claim WHERE date = :day AND keyword IS NULL AND scope LIKE 'collection:%'
        AND status <> 'done' AND lease_until > clock_timestamp())
"""  # noqa: S608
_LIVE = {Retention.SHARED: _LIVE_DAY, Retention.PRIVATE: _LIVE_PRIVATE_DAY}


@dataclass(frozen=True)
class Cleanup:
    """Deletes what is too old on a date.

    Attributes:
        days: how long each is kept: `search_days`, `bank_days`, `answer_days`, `private_days`,
            `claim_days`, `reply_days`.
    """

    db: Database
    days: Mapping[str, int]

    async def run(self, lease: Lease, date: dt.date) -> dict[str, int]:
        """Delete it; how many of each."""
        values = {"date": date, **self.days}
        # days first: a bank stays as long as a collection of its questions
        counts = {"days": await self._drop_days(lease, date)}
        async with lease.write() as tx:
            before = date - dt.timedelta(days=self.days["private_days"])
            counts["diagnoses"] = await forget_old_diagnoses(tx, before)
            counts["imports"] = await forget_old_imports(tx, before)
        counts["searches"] = await _in_batches(lease, "zhihu_question", _SEARCHES, values)
        counts["bank questions"] = await _drop_banks(lease, values)
        counts["outbox"] = await _in_batches(lease, "outbox", _OUTBOX, values)
        counts["claims"] = await _in_batches(lease, "claim", _CLAIMS, values)
        counts["replies"] = await _in_batches(lease, "llm_reply", _REPLIES, values)
        counts["sentiments"] = await _in_batches(lease, "answer_sentiment", _SENTIMENTS, values)
        async with lease.write() as tx:
            counts["slots"] = await tx.execute(_SLOTS)
            counts["reservations"] = await tx.execute(_RESERVATIONS)
            counts["limits"] = await forget_full(tx)
        get_logger().info("cleaned up", **counts)
        return counts

    async def _drop_days(self, lease: Lease, date: dt.date) -> int:
        dropped = 0
        for retention, name in ((Retention.SHARED, "answer_days"), (Retention.PRIVATE, "private_days")):
            for day in await kept_days(self.db, retention):
                if day < date - dt.timedelta(days=self.days[name]):
                    dropped += await _drop_day_patiently(lease, day, retention)
        return dropped


async def _drop_day_patiently(lease: Lease, day: dt.date, retention: Retention) -> bool:
    """Drop a day's partitions; False when the day is in work, or other transactions hold the tables at every try."""
    for _ in range(LOCK_TRIES):
        try:
            return await _drop_day(lease, day, retention)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
        await asyncio.sleep(1)
    get_logger().warning("a day is in use and stays until the next cleanup", day=str(day))
    return False


async def _drop_day(lease: Lease, day: dt.date, retention: Retention) -> bool:
    async with lease.write() as tx:
        await tx.execute("SELECT set_config('lock_timeout', :timeout, true)", timeout=LOCK_TIMEOUT)
        # with the tables locked nothing can begin to be stored between the look and the drop
        await lock_days(tx)
        if await tx.value(_LIVE[retention], day=day):
            return False
        # an order that measures the day again collects it again
        await drop_day(tx, day, retention)
    return True


async def _drop_banks(lease: Lease, values: Mapping[str, object]) -> int:
    """Drop banks with their questions; how many questions there were."""
    deleted = 0
    while True:
        async with lease.write() as tx:
            row = await tx.row(_BANKS, **_used(_BANKS, values), banks=BANKS)
        deleted += row["questions"] if row else 0
        if row is None or row["banks"] < BANKS:
            return deleted


async def _in_batches(lease: Lease, table: str, which: str, values: Mapping[str, object]) -> int:
    deleted = 0
    while True:
        async with lease.write() as tx:
            count = await tx.execute(
                f"DELETE FROM {table} WHERE ctid = ANY(ARRAY({which} LIMIT :batch))",  # noqa: S608 - constants of ours
                **_used(which, values),
                batch=BATCH,
            )
        deleted += count
        if count < BATCH:
            return deleted


def _used(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if f":{name}" in sql}
