"""Where a measurement enters."""

import datetime as dt
from collections.abc import Sequence

import pytest

from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordRequested, Lane
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_orders.measurements.entry import first_events, older_bank
from tests.support.collected import store_collection

DAY = dt.date(2026, 5, 10)
KEYWORD = "咖啡机"


async def enter(db: Database, date: dt.date = DAY, engines: Sequence[str] = ("chat-a", "chat-b")) -> list[Event]:
    async with db.transaction() as tx:
        return await first_events(tx, KEYWORD, date, engines, Lane.EXPRESS, FreshnessSettings())


async def searched(db: Database, date: dt.date) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " VALUES (:keyword, :date, '?', '1', '')",
            keyword=KEYWORD,
            date=date,
        )


async def built(db: Database, version: int, date: dt.date) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES (:keyword, :version, :date, 'ready')",
            keyword=KEYWORD,
            version=version,
            date=date,
        )


async def ran(db: Database, engine: str, status: str) -> None:
    async with db.transaction() as tx:
        await store_collection(tx, KEYWORD, DAY, engine, status=status)


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


async def test_a_new_keyword_begins_with_the_search(database: Database) -> None:
    (event,) = await enter(database)
    assert isinstance(event, KeywordRequested)
    assert (event.bank_version, event.lane) == (1, Lane.EXPRESS)


@pytest.mark.parametrize(("age", "first"), [(0, "KeywordSearched"), (6, "KeywordSearched"), (7, "KeywordRequested")])
async def test_a_search_is_fresh_for_seven_dates(database: Database, age: int, first: str) -> None:
    await searched(database, DAY - dt.timedelta(days=age))
    assert names(await enter(database)) == [first]


@pytest.mark.parametrize(("age", "version"), [(0, 1), (6, 1), (7, 2)])
async def test_a_bank_is_fresh_for_seven_dates_and_then_has_a_next_version(
    database: Database, age: int, version: int
) -> None:
    await searched(database, DAY)
    await built(database, 1, DAY - dt.timedelta(days=age))
    (event,) = await enter(database)
    assert type(event).__name__ == ("KeywordBankBuilt" if version == 1 else "KeywordSearched")
    assert getattr(event, "bank_version") == version  # noqa: B009 - the type is not narrowed


async def test_the_bank_version_of_a_day_is_fixed_by_whoever_comes_first(database: Database) -> None:
    await enter(database)
    await built(database, 5, DAY)
    (event,) = await enter(database)
    assert getattr(event, "bank_version") == 1  # noqa: B009 - the type is not narrowed


async def test_only_when_every_engine_is_scored_is_a_measurement_cached(database: Database) -> None:
    await built(database, 1, DAY)
    await ran(database, "chat-a", "scored")
    await ran(database, "chat-b", "collected")
    assert names(await enter(database)) == ["KeywordBankBuilt"]
    async with database.transaction() as tx:
        await tx.execute("UPDATE collection SET status = 'scored'")
    assert names(await enter(database)) == ["CollectionScored", "CollectionScored"]


async def test_an_older_bank_serves_when_a_stage_fails(database: Database) -> None:
    (event,) = await enter(database, DAY)
    assert isinstance(event, KeywordRequested)
    lease = await acquire(database, ClaimKey.of("search", event), "1", Lane.EXPRESS, 30)
    assert isinstance(lease, Lease)
    assert await older_bank(lease, event) is None
    await built(database, 1, DAY - dt.timedelta(days=30))
    stale = await older_bank(lease, event)
    assert stale is not None
    assert names(stale) == ["KeywordBankBuilt"]
    day = await database.row("SELECT bank_version, bank_stale FROM keyword_day")
    assert day is not None
    assert (day["bank_version"], day["bank_stale"]) == (1, True)
    assert names(await enter(database)) == ["KeywordBankBuilt"]
