"""Where a measurement enters the pipeline: at the first stage whose result is not there or not fresh.

A cached order never waits behind another keyword's search, and an order on a keyword that is being worked on joins
that work. The services that start measurements use it: order-api for a new order, the scheduler for the night.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import (
    CollectionScored,
    Event,
    KeywordBankBuilt,
    KeywordEvent,
    KeywordRequested,
    KeywordSearched,
    Lane,
)
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.claims import Lease

# The engines that live orders still wait for.
AWAITED_ENGINES = "SELECT engine FROM awaited_keyword_day WHERE keyword = :keyword AND date = :date"


async def is_awaited(db: Database, event: KeywordEvent) -> bool:
    """Whether a live measurement still waits for the keyword's day, on any engine."""
    return bool(await db.value(f"SELECT EXISTS ({AWAITED_ENGINES})", keyword=event.keyword, date=event.date))


@dataclass(frozen=True)
class Day:
    """A keyword's day that is to be started, or joined, on these engines."""

    keyword: str
    date: dt.date
    engines: Sequence[str]
    lane: Lane


async def first_events(
    tx: Transaction, keyword: str, date: dt.date, engines: Sequence[str], lane: Lane, freshness: FreshnessSettings
) -> list[Event]:
    """The events that start, or join, a keyword's day; only `CollectionScored` when all is done already.

    Fixes the day's bank version: one per (keyword, date), that of the first to come.
    """
    return await first_events_of_days(tx, [Day(keyword, date, engines, lane)], freshness)


async def first_events_of_days(tx: Transaction, days: Sequence[Day], freshness: FreshnessSettings) -> list[Event]:
    """The same for any number of days, each named once: as many statements as for one."""
    values = {"keywords": [day.keyword for day in days], "dates": [day.date for day in days]}
    # keyword by keyword, so that no two transactions wait for each other in a ring
    await tx.execute(_FIX_BANKS, **values, fresh_days=freshness.bank_fresh_days)
    await tx.execute(_LEAVE_DROPPED_BANKS, **values)
    rows = await tx.rows(_STANDS, _Standing, **values, fresh_days=freshness.search_fresh_days)
    return [event for day, row in zip(days, rows, strict=True) for event in _events(day, row)]


_DAYS = "unnest(CAST(:keywords AS text[]), CAST(:dates AS date[])) WITH ORDINALITY AS wanted (keyword, date, number)"
_FIX_BANKS = f"""
INSERT INTO keyword_day (keyword, date, bank_version)
SELECT wanted.keyword, wanted.date, COALESCE(versions.fresh, versions.newest + 1, 1)
FROM {_DAYS} CROSS JOIN LATERAL (
    SELECT max(version) AS newest, max(version) FILTER (WHERE status = 'ready' AND built_date <= wanted.date
        AND built_date > wanted.date - CAST(:fresh_days AS int)) AS fresh
    FROM bank WHERE keyword = wanted.keyword
) versions ORDER BY wanted.keyword, wanted.date
ON CONFLICT (keyword, date) DO NOTHING
"""  # noqa: S608 - constants
# Days that are taken up long after: their bank's questions are gone, and their numbers are not given again.
_LEAVE_DROPPED_BANKS = f"""
UPDATE keyword_day day SET bank_version = newest.version
FROM (
    SELECT wanted.keyword, wanted.date,
        (SELECT max(version) FROM bank WHERE keyword = wanted.keyword AND status = 'ready') AS version
    FROM {_DAYS}
) newest
WHERE day.keyword = newest.keyword AND day.date = newest.date AND newest.version IS NOT NULL
    AND EXISTS (SELECT FROM bank WHERE keyword = day.keyword AND version = day.bank_version AND status = 'dropped')
"""  # noqa: S608
_STANDS = f"""
SELECT day.bank_version, bank.status IS NOT DISTINCT FROM 'ready' AS has_bank,
    EXISTS (SELECT FROM zhihu_question WHERE keyword = wanted.keyword AND search_date <= wanted.date
        AND search_date > wanted.date - CAST(:fresh_days AS int)) AS is_searched,
    (SELECT COALESCE(jsonb_object_agg(engine, id), jsonb_build_object()) FROM keyword_collection
        WHERE keyword = wanted.keyword AND date = wanted.date AND status = 'scored') AS scored
FROM {_DAYS} JOIN keyword_day day ON day.keyword = wanted.keyword AND day.date = wanted.date
LEFT JOIN bank ON bank.keyword = day.keyword AND bank.version = day.bank_version
ORDER BY wanted.number
"""  # noqa: S608


@dataclass(frozen=True)
class _Standing:
    """What there is for a keyword's day already; `scored`: by engine the collection whose answers have their scores."""

    bank_version: int
    has_bank: bool
    is_searched: bool
    scored: dict[str, int]


def _events(day: Day, standing: _Standing) -> list[Event]:
    carried = {"keyword": day.keyword, "date": day.date, "bank_version": standing.bank_version, "lane": day.lane}
    if not standing.has_bank:
        return [(KeywordSearched if standing.is_searched else KeywordRequested).model_validate(carried)]
    if set(day.engines) <= set(standing.scored):
        return [
            CollectionScored(collection_id=standing.scored[engine], engine=engine, lane=day.lane, keyword=day.keyword)
            for engine in day.engines
        ]
    return [KeywordBankBuilt.model_validate(carried)]


async def fresh_search_date(
    tx: Transaction, keyword: str, date: dt.date, freshness: FreshnessSettings
) -> dt.date | None:
    """The date of the newest search that is still fresh on `date`, or None."""
    found: dt.date | None = await tx.value(
        "SELECT max(search_date) FROM zhihu_question WHERE keyword = :keyword"
        " AND search_date <= :date AND search_date > :oldest",
        keyword=keyword,
        date=date,
        oldest=date - dt.timedelta(days=freshness.search_fresh_days),
    )
    return found


async def older_bank(lease: Lease, event: KeywordEvent) -> list[Event] | None:
    """When a keyword cannot be searched or its bank not built: go on with the newest bank there is, marked stale.

    None when there is none: then the stage has failed.
    """
    async with lease.write() as tx:
        version = await tx.value(
            "SELECT max(version) FROM bank WHERE keyword = :keyword AND status = 'ready'", keyword=event.keyword
        )
        if version is None:
            return None
        await tx.execute(
            "UPDATE keyword_day SET bank_version = :version, bank_stale = true"
            " WHERE keyword = :keyword AND date = :date",
            version=version,
            keyword=event.keyword,
            date=event.date,
        )
    return [KeywordBankBuilt.following(event, bank_version=version)]
