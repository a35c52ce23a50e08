"""Leader, slots and the refresh, over a real database."""

import datetime as dt
import json
from uuid import UUID

from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.settings import FreshnessSettings
from answerlens_scheduler.jobs import CalendarJob, calendar_jobs, fire_due
from answerlens_scheduler.leader import elect, resign
from answerlens_scheduler.refresh import refresh

DAY = dt.date(2026, 5, 1)
ONE = dt.timedelta(days=1)


async def slots(db: Database) -> dict[str, str]:
    return {row["slot"]: row["status"] for row in await db.rows("SELECT slot, status FROM job_slot WHERE job = 'x'")}


def counting(fired: list[dt.date]) -> CalendarJob:
    async def run(_: Transaction, date: dt.date) -> None:
        fired.append(date)

    return CalendarJob("x", run, on_first_day=False)


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


async def test_one_leads_until_its_lease_ends_and_its_token_is_then_refused(database: Database) -> None:
    first = await elect(database, "one", 30)
    assert first is not None
    assert await elect(database, "two", 30) is None
    assert await elect(database, "one", 30) == first
    await resign(database, "one")
    second = await elect(database, "two", 30)
    assert second == first + 1
    fired: list[dt.date] = []
    assert await fire_due(database, counting(fired), DAY, first) is None
    assert fired == []


async def test_every_date_has_one_slot_and_a_missed_one_is_recorded(database: Database) -> None:
    token = await elect(database, "one", 30)
    assert token is not None
    fired: list[dt.date] = []
    job = counting(fired)
    for today in (DAY, DAY, DAY + ONE, DAY + ONE, DAY + 4 * ONE, DAY + 3 * ONE):
        await fire_due(database, job, today, token)
    assert fired == [DAY + ONE, DAY + 4 * ONE]
    assert await slots(database) == {
        "2026-05-01": "baseline",
        "2026-05-02": "fired",
        "2026-05-03": "missed",
        "2026-05-04": "missed",
        "2026-05-05": "fired",
    }


async def test_partitions_are_made_ahead(database: Database) -> None:
    token = await elect(database, "one", 30)
    assert token is not None
    (partitions, _) = calendar_jobs(FreshnessSettings())
    assert await fire_due(database, partitions, dt.date(2031, 1, 30), token) == dt.date(2031, 1, 30)
    assert await database.value("SELECT to_regclass('day_20310206_ai_answer') IS NOT NULL")


async def test_a_refresh_measures_live_orders_and_starts_each_keyword_once(database: Database) -> None:
    kept = await order(database, "蓝牙耳机")
    await order(database, "蓝牙耳机")
    once = await order(database, "扫地机器人", track_days=0)
    async with database.transaction() as tx:
        assert await refresh(tx, DAY + ONE, FreshnessSettings()) == 1
        assert await refresh(tx, DAY + ONE, FreshnessSettings()) == 1
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


async def test_any_date_will_do_also_one_before_an_order_began(database: Database) -> None:
    later = await order(database, "蓝牙耳机", first=DAY + 2 * ONE)
    begun = await order(database, "蓝牙耳机")
    other = await order(database, "扫地机器人", first=DAY + 2 * ONE)
    async with database.transaction() as tx:
        assert await refresh(tx, DAY + ONE, FreshnessSettings()) == 2
    measured = await database.rows("SELECT order_id FROM measurement WHERE date = :date", date=DAY + ONE)
    assert {row["order_id"] for row in measured} == {begun, later, other}
    engines = await database.rows("SELECT order_id FROM measurement_engine WHERE date = :date", date=DAY + ONE)
    assert {row["order_id"] for row in engines} == {begun, later, other}


async def test_tracking_ends_after_its_days(database: Database) -> None:
    await order(database, "蓝牙耳机", track_days=2)
    for day in range(1, 5):
        async with database.transaction() as tx:
            await refresh(tx, DAY + day * ONE, FreshnessSettings())
    assert await database.value("SELECT count(*) FROM measurement") == 3
