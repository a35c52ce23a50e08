"""Where a measurement enters the pipeline: at the first stage whose result is stale.

A cached order never waits behind another keyword's search, and an order on a keyword that is being worked on joins
that work. Used by those who start measurements: order-api for a new order, the scheduler for the night.
"""

import datetime as dt
from collections.abc import Sequence

from answerlens_common.claims import Lease
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import (
    Event,
    KeywordBankBuilt,
    KeywordEvent,
    KeywordRequested,
    KeywordScored,
    KeywordSearched,
    Lane,
)
from answerlens_common.settings import FreshnessSettings

# The engines somebody still waits for; cancelled orders want nothing.
WANTED_ENGINES = """
SELECT DISTINCT wanted.engine FROM measurement
JOIN measurement_engine wanted USING (order_id, date)
WHERE measurement.keyword = :keyword AND measurement.date = :date
    AND measurement.status IN ('queued', 'running') AND wanted.status = 'pending'
"""


async def is_wanted(db: Database, event: KeywordEvent) -> bool:
    """Whether a live measurement still waits for the keyword's day, on any engine."""
    return bool(await db.value(f"SELECT EXISTS ({WANTED_ENGINES})", keyword=event.keyword, date=event.date))


async def first_events(
    tx: Transaction, keyword: str, date: dt.date, engines: Sequence[str], lane: Lane, freshness: FreshnessSettings
) -> list[Event]:
    """The events that start, or join, a keyword's day; only `KeywordScored` when all is done already.

    Fixes the day's bank version: one per (keyword, date), whoever comes first.
    """
    version = await _bank_version(tx, keyword, date, freshness)
    carried = {"keyword": keyword, "date": date, "bank_version": version, "lane": lane}
    if not await tx.value(
        "SELECT 1 FROM bank WHERE keyword = :keyword AND version = :version AND status = 'ready'",
        keyword=keyword,
        version=version,
    ):
        if await fresh_search_date(tx, keyword, date, freshness):
            return [KeywordSearched.model_validate(carried)]
        return [KeywordRequested.model_validate(carried)]
    scored = await tx.value(
        "SELECT count(*) FROM collection_run WHERE keyword = :keyword AND date = :date"
        " AND engine = ANY(CAST(:engines AS text[])) AND status = 'scored'",
        keyword=keyword,
        date=date,
        engines=list(engines),
    )
    if scored == len(engines):
        return [KeywordScored.model_validate({**carried, "engine": engine}) for engine in engines]
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


async def _bank_version(tx: Transaction, keyword: str, date: dt.date, freshness: FreshnessSettings) -> int:
    await tx.execute(
        "INSERT INTO keyword_day (keyword, date, bank_version)"
        " SELECT CAST(:keyword AS text), CAST(:date AS date),"
        " COALESCE(max(version) FILTER (WHERE status = 'ready' AND built_date <= :date"
        " AND built_date > :oldest), COALESCE(max(version), 0) + 1) FROM bank WHERE keyword = :keyword"
        " ON CONFLICT (keyword, date) DO NOTHING",
        keyword=keyword,
        date=date,
        oldest=date - dt.timedelta(days=freshness.bank_fresh_days),
    )
    # a day that is taken up long after: its bank's questions are gone, and their numbers are not given again
    await tx.execute(
        "UPDATE keyword_day day SET bank_version = newest.version FROM bank,"
        " (SELECT max(version) AS version FROM bank WHERE keyword = :keyword AND status = 'ready') newest"
        " WHERE day.keyword = :keyword AND day.date = :date AND bank.keyword = day.keyword"
        " AND bank.version = day.bank_version AND bank.status = 'dropped' AND newest.version IS NOT NULL",
        keyword=keyword,
        date=date,
    )
    version: int = await tx.value(
        "SELECT bank_version FROM keyword_day WHERE keyword = :keyword AND date = :date", keyword=keyword, date=date
    )
    return version


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
