"""Leader, slots and the refresh, over a real database."""

import asyncio
import datetime as dt
import json
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from answerlens_common.broker.topology import Queue
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.settings import FreshnessSettings
from answerlens_scheduler.firing import in_one
from answerlens_scheduler.jobs import Job, all_jobs, run_slot
from answerlens_scheduler.leader import Leadership, elect
from answerlens_scheduler.refresh import live_keywords, refresh_keyword
from answerlens_scheduler.slots import Daily, Every
from answerlens_scheduler.stalled import Stalled

DAY = dt.date(2026, 5, 1)
ONE = dt.timedelta(days=1)


def noon(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(12), ZoneInfo("Asia/Shanghai"))


async def slots(db: Database) -> dict[str, str]:
    return {row["slot"]: row["status"] for row in await db.rows("SELECT slot, status FROM job_slot WHERE job = 'x'")}


def counting(fired: list[str], when: Daily | Every | None = None) -> Job:
    async def run(_: Transaction, slot: str) -> None:
        fired.append(slot)

    return Job("x", when or Daily(), in_one(run), on_first_day=isinstance(when, Every))


async def nothing(_: object) -> set[Queue]:
    return set()


async def leading(db: Database, holder: str = "one", seconds: float = 30) -> Leadership:
    leadership = await elect(db, holder, seconds)
    assert leadership is not None
    return leadership


async def order(db: Database, keyword: str, *, track_days: int = 7, first: dt.date = DAY) -> UUID:
    async with db.transaction() as tx:
        user = await tx.value(
            "INSERT INTO users (name, role, key_sha256) VALUES (gen_random_uuid()::text, 'client',"
            " gen_random_uuid()::text) RETURNING id"
        )
        found: UUID = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, track_days, first_date)"
            " VALUES (:user, :keyword, '索尼', '{}', '{chat-a,chat-b}', :days, :first) RETURNING id",
            user=user,
            keyword=keyword,
            days=track_days,
            first=first,
        )
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:order, :first, :keyword)",
            order=found,
            first=first,
            keyword=keyword,
        )
    return found


async def refresh(db: Database, date: dt.date, *, backdate: bool = False) -> int:
    """Refresh every live keyword; how many were measured."""
    count = 0
    async for keyword in live_keywords(db):
        async with db.transaction() as tx:
            count += await refresh_keyword(tx, keyword, date, FreshnessSettings(), backdate=backdate)
    return count


async def expire(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("UPDATE leader SET lease_until = clock_timestamp() - interval '1 s'")


async def test_one_leads_until_its_lease_ends_and_its_token_is_then_refused(database: Database) -> None:
    first = await leading(database)
    assert await elect(database, "two", 30) is None
    assert await first.renew(database)
    await first.resign(database)
    second = await leading(database, "two")
    assert second.token == first.token + 1
    assert not await first.renew(database)
    fired: list[str] = []
    assert await run_slot(database, counting(fired), noon(DAY), first) is None
    assert fired == []
    again = await leading(database, "two")
    assert again.token == second.token + 1


async def test_nobody_takes_over_while_a_job_of_the_leader_may_still_commit(database: Database) -> None:
    first = await leading(database)
    async with database.transaction() as tx:
        assert await first.guard(tx)
        async with asyncio.timeout(20):
            assert await first.renew(database), "a renewal does not wait for a job"
        await expire(database)
        successor = asyncio.create_task(elect(database, "two", 30))
        done, _ = await asyncio.wait([successor], timeout=0.5)
        assert not done
    second = await successor
    assert second is not None
    async with database.transaction() as tx:
        assert not await first.guard(tx)
        assert await second.guard(tx)


async def test_a_leader_that_is_paused_inside_a_job_is_thrown_out_and_its_job_undone(database: Database) -> None:
    first = await leading(database, seconds=3)

    async def paused(tx: Transaction, _: str) -> None:
        await tx.execute("INSERT INTO job_slot (job, slot) VALUES ('of a former leader', '1')")
        await expire(database)
        # waits until the server has thrown us out
        successors.append(await leading(database, "two"))

    successors: list[Leadership] = []
    with pytest.raises(Exception):  # noqa: B017, PT011 - the driver has many words for a lost connection
        await run_slot(database, Job("x", Daily(), in_one(paused)), noon(DAY), first)
    assert successors[0].token == first.token + 1
    assert await database.value("SELECT count(*) FROM job_slot") == 0


async def test_a_leader_that_is_paused_inside_a_renewal_holds_nobody_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await leading(database, seconds=3)
    await expire(database)
    successors: list[Leadership] = []
    ask = Transaction.value

    async def paused(tx: Transaction, sql: str, /, **values: object) -> object:
        found = await ask(tx, sql, **values)
        if "token" in values:
            monkeypatch.undo()
            # waits until the server has thrown us out
            async with asyncio.timeout(60):
                successors.append(await leading(database, "two"))
        return found

    monkeypatch.setattr(Transaction, "value", paused)
    with pytest.raises(Exception):  # noqa: B017, PT011 - the driver has many words for a lost connection
        await first.renew(database)
    assert successors[0].token == first.token + 1


async def test_every_date_has_one_slot_and_a_missed_one_is_recorded(database: Database) -> None:
    leadership = await leading(database)
    fired: list[str] = []
    job = counting(fired)
    for today in (DAY, DAY, DAY + ONE, DAY + ONE, DAY + 4 * ONE, DAY + 3 * ONE):
        await run_slot(database, job, noon(today), leadership)
    assert fired == ["2026-05-02", "2026-05-05"]
    assert await slots(database) == {
        "2026-05-01": "baseline",
        "2026-05-02": "fired",
        "2026-05-03": "missed",
        "2026-05-04": "missed",
        "2026-05-05": "fired",
    }


async def test_an_interval_slot_fires_once(database: Database) -> None:
    leadership = await leading(database)
    fired: list[str] = []
    job = counting(fired, Every(300))
    start = dt.datetime(2026, 5, 1, 0, 0, tzinfo=dt.UTC)
    for seconds in (0, 1, 299, 300, 301, 0, 1200):
        await run_slot(database, job, start + dt.timedelta(seconds=seconds), leadership)
    assert fired == ["2026-05-01T00:00:00Z", "2026-05-01T00:05:00Z", "2026-05-01T00:20:00Z"]
    assert [slot for slot, status in (await slots(database)).items() if status == "missed"] == [
        "2026-05-01T00:10:00Z",
        "2026-05-01T00:15:00Z",
    ]


async def test_partitions_are_made_ahead(database: Database) -> None:
    leadership = await leading(database)
    partitions = next(
        job for job in all_jobs(FreshnessSettings(), Stalled(600, 3600, 3), 300, nothing) if job.name == "partitions"
    )
    assert await run_slot(database, partitions, noon(dt.date(2031, 1, 30)), leadership) == "2031-01-30"
    for child in ("day_20310206_ai_answer", "day_20310130_private_ai_answer", "day_20310206_private_ai_answer"):
        assert await database.value("SELECT to_regclass(:child) IS NOT NULL", child=child), child


async def test_a_refresh_measures_live_orders_and_starts_each_keyword_once(database: Database) -> None:
    kept = await order(database, "蓝牙耳机")
    await order(database, "蓝牙耳机")
    once = await order(database, "扫地机器人", track_days=0)
    assert await refresh(database, DAY + ONE) == 1
    assert await refresh(database, DAY + ONE) == 1
    measured = await database.rows("SELECT order_id FROM measurement WHERE date = :date", date=DAY + ONE)
    assert kept in {row["order_id"] for row in measured}
    assert len(measured) == 2
    assert await database.value("SELECT live FROM orders WHERE id = :id", id=once) is False
    bodies = [json.loads(row["body"]) for row in await database.rows("SELECT body FROM outbox ORDER BY id")]
    assert {(body["keyword"], body["date"], body["lane"]) for body in bodies} == {("蓝牙耳机", "2026-05-02", "bulk")}
    engines = await database.value(
        "SELECT count(*) FROM measurement_engine WHERE order_id = :id AND date = :date", id=kept, date=DAY + ONE
    )
    assert engines == 2


@pytest.mark.case("o3")
async def test_an_order_that_began_later_is_left_out_unless_it_is_backdated(database: Database) -> None:
    later = await order(database, "蓝牙耳机", first=DAY + 2 * ONE)
    begun = await order(database, "蓝牙耳机")
    other = await order(database, "扫地机器人", first=DAY + 2 * ONE)

    async def measured() -> dict[UUID, str]:
        rows = await database.rows(
            "SELECT order_id, why FROM measurement JOIN measurement_engine USING (order_id, date) WHERE date = :date",
            date=DAY + ONE,
        )
        return {row["order_id"]: row["why"] for row in rows}

    assert await refresh(database, DAY + ONE) == 1
    assert await measured() == {begun: "measured"}
    assert await refresh(database, DAY + ONE, backdate=True) == 2
    assert await measured() == {begun: "measured", later: "backdated", other: "backdated"}


async def test_a_day_that_was_withdrawn_or_backdated_costs_no_tracked_day(database: Database) -> None:
    kept = await order(database, "蓝牙耳机", track_days=1)
    await refresh(database, DAY - ONE, backdate=True)
    await refresh(database, DAY + ONE)
    await database.execute("UPDATE measurement SET status = 'withdrawn' WHERE date = :date", date=DAY)
    await refresh(database, DAY + 2 * ONE)
    await refresh(database, DAY + 3 * ONE)
    dates = await database.rows("SELECT date FROM measurement WHERE order_id = :id ORDER BY date", id=kept)
    assert [row["date"] for row in dates] == [DAY - ONE, DAY, DAY + ONE, DAY + 2 * ONE]


async def test_what_was_withdrawn_is_measured_anew(database: Database) -> None:
    withdrawn = await order(database, "蓝牙耳机")
    async with database.transaction() as tx:
        await tx.execute("UPDATE measurement SET status = 'withdrawn', completed_at = now()")
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine, status)"
            " VALUES (:id, :date, 'chat-a', 'withdrawn')",
            id=withdrawn,
            date=DAY,
        )
    assert await refresh(database, DAY) == 1
    row = await database.row("SELECT status, why, completed_at FROM measurement")
    engines = await database.rows("SELECT engine, status FROM measurement_engine ORDER BY engine")
    assert row is not None
    assert (row["status"], row["why"], row["completed_at"]) == ("queued", "remeasured", None)
    assert [(each["engine"], each["status"]) for each in engines] == [("chat-a", "pending"), ("chat-b", "pending")]


async def test_tracking_ends_after_its_days(database: Database) -> None:
    await order(database, "蓝牙耳机", track_days=2)
    for day in range(1, 5):
        await refresh(database, DAY + day * ONE)
    assert await database.value("SELECT count(*) FROM measurement") == 3
