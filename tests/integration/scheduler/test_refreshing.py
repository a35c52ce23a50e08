"""The nightly refresh in steps: a transaction a keyword, and what becomes of one that is interrupted."""

import asyncio
import datetime as dt

import pytest

from answerlens_common.db import Database
from answerlens_common.events import RefreshRequested
from answerlens_common.settings import FreshnessSettings
from answerlens_scheduler import jobs
from answerlens_scheduler.handlers import Handlers
from answerlens_scheduler.jobs import Job, all_jobs, run_slot
from answerlens_scheduler.refresh import live_keywords, refresh_keyword
from answerlens_scheduler.stalled import Stalled
from tests.integration.scheduler.test_jobs import DAY, ONE, expire, leading, noon, nothing, order

KEYWORDS = ("a", "b", "c")


class DiedError(Exception):
    """The process dies here."""


def nightly() -> Job:
    return next(
        job for job in all_jobs(FreshnessSettings(), Stalled(600, 3600, 3), 300, nothing) if job.name == "refresh"
    )


async def entered(db: Database) -> list[str]:
    """The keywords that were started, in order."""
    rows = await db.rows("SELECT body::jsonb ->> 'keyword' AS keyword FROM outbox ORDER BY id")
    return [row["keyword"] for row in rows]


async def slot(db: Database, date: dt.date) -> tuple[str, str] | None:
    row = await db.row(
        "SELECT status, reached FROM job_slot WHERE job = 'refresh' AND slot = :slot", slot=date.isoformat()
    )
    return None if row is None else (row["status"], row["reached"])


@pytest.fixture
async def live(database: Database) -> Database:
    """Three orders that began on DAY, whose refresh is recorded."""
    for keyword in KEYWORDS:
        await order(database, keyword)
    await run_slot(database, nightly(), noon(DAY), await leading(database))
    assert await slot(database, DAY) == ("baseline", "")
    return database


def dying_at(keyword: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def dies(tx: object, name: str, *rest: object) -> bool:
        done = await refresh_keyword(tx, name, *rest)  # type: ignore[arg-type]
        if name == keyword:
            raise DiedError
        return done

    monkeypatch.setattr(jobs, "refresh_keyword", dies)


async def test_a_refresh_that_is_interrupted_goes_on_where_it_stopped_also_under_another_leader(
    live: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying_at("b", monkeypatch)
    with pytest.raises(DiedError):
        await run_slot(live, nightly(), noon(DAY + ONE), await leading(live))
    assert await slot(live, DAY + ONE) == ("running", "a"), "what was done of b is undone"
    assert await entered(live) == ["a"]
    monkeypatch.undo()
    await expire(live)
    successor = await leading(live, "two")
    assert await run_slot(live, nightly(), noon(DAY + ONE), successor) == "2026-05-02"
    assert await entered(live) == ["a", "b", "c"], "each once"
    assert await slot(live, DAY + ONE) == ("fired", "")
    assert await run_slot(live, nightly(), noon(DAY + ONE), successor) is None


async def test_one_that_lost_the_lead_half_way_writes_nothing_more(
    live: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overtaken(tx: object, name: str, *rest: object) -> bool:
        if name == "b":
            # from here on, as if it had been paused between two keywords
            monkeypatch.undo()
        return await refresh_keyword(tx, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "refresh_keyword", overtaken)
    first = await leading(live)

    async def slow(db: Database, *, after: str) -> object:
        async for keyword in live_keywords(db, after=after):
            if keyword == "c":
                await expire(db)
                await leading(db, "two")
            yield keyword

    monkeypatch.setattr(jobs, "live_keywords", slow)
    assert await run_slot(live, nightly(), noon(DAY + ONE), first) is None
    assert await slot(live, DAY + ONE) == ("running", "b")
    assert await entered(live) == ["a", "b"]


async def test_a_refresh_that_a_later_date_overtook_is_recorded_as_missed(
    live: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    leadership = await leading(live)
    dying_at("b", monkeypatch)
    with pytest.raises(DiedError):
        await run_slot(live, nightly(), noon(DAY + ONE), leadership)
    monkeypatch.undo()
    assert await run_slot(live, nightly(), noon(DAY + 2 * ONE), leadership) == "2026-05-03"
    assert [await slot(live, DAY + day * ONE) for day in (1, 2)] == [("missed", ""), ("fired", "")]
    assert await entered(live) == ["a", *KEYWORDS]


async def test_an_order_waits_for_one_keyword_of_a_refresh_not_for_all(
    live: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_c, go_on = asyncio.Event(), asyncio.Event()

    async def held(tx: object, name: str, *rest: object) -> bool:
        done = await refresh_keyword(tx, name, *rest)  # type: ignore[arg-type]
        if name == "c":
            at_c.set()
            await go_on.wait()
        return done

    monkeypatch.setattr(jobs, "refresh_keyword", held)
    refreshing = asyncio.create_task(run_slot(live, nightly(), noon(DAY + ONE), await leading(live)))
    await at_c.wait()
    async with live.transaction() as tx:
        await tx.execute("SET LOCAL lock_timeout = '5s'")
        # what an order of the date writes first: its keyword's day, and its lock
        day = await tx.value(
            "INSERT INTO keyword_day (keyword, date, bank_version) VALUES ('a', :date, 1)"
            " ON CONFLICT (keyword, date) DO UPDATE SET bank_version = keyword_day.bank_version RETURNING keyword",
            date=DAY + ONE,
        )
    assert day == "a"
    go_on.set()
    assert await refreshing == "2026-05-02"


async def test_an_admins_refresh_does_every_keyword_also_when_its_message_comes_again(
    live: Database,
) -> None:
    handlers = Handlers(live, FreshnessSettings())
    for _ in range(2):
        await handlers.on_refresh_requested(RefreshRequested(date=DAY + ONE))
    assert await entered(live) == [*KEYWORDS, *KEYWORDS]
    assert await live.value("SELECT count(*) FROM measurement WHERE date = :date", date=DAY + ONE) == len(KEYWORDS)
    assert await live.value("SELECT status FROM job_slot WHERE job = 'manual-refresh'") == "fired"
