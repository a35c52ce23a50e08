"""What goes with the cleanup, and what stays."""

import asyncio
import datetime as dt

import pytest

from answerlens_collection.days import DAY_TABLES
from answerlens_common.db import Database
from answerlens_common.work.claims import LeaseLostError
from answerlens_scheduler.cleanup import Cleanup
from tests.integration.scheduler.chores import DAY, claimed, measured
from tests.support.collected import Kept, store_answers, store_collection

KEYWORD = "蓝牙耳机"
KEPT = {"search_days": 7, "bank_days": 7, "answer_days": 1, "private_days": 30, "claim_days": 7, "reply_days": 1}


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


async def clean(db: Database) -> dict[str, int]:
    async with db.transaction() as tx:
        await tx.execute("UPDATE claim SET lease_until = NULL WHERE stage = 'cleanup'")
    return await Cleanup(db, KEPT).run(await claimed(db, "cleanup"), DAY)


async def execute(db: Database, sql: str, **values: object) -> None:
    async with db.transaction() as tx:
        await tx.execute(sql, **values)


async def answered(db: Database, date: dt.date, keyword: str = KEYWORD, *, version: int = 1) -> None:
    """A day of one answer, scored."""
    async with db.transaction() as tx:
        collection_id = await store_collection(tx, keyword, date, status="scored", bank_version=version)
        await store_answers(tx, collection_id, [Kept("1")])


async def bank(db: Database, version: int, built: dt.date) -> None:
    await execute(
        db,
        "INSERT INTO bank (keyword, version, built_date, status) VALUES (:keyword, :version, :built, 'ready')",
        keyword=KEYWORD,
        version=version,
        built=built,
    )
    await execute(
        db,
        "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent, generated_question,"
        " source_questions) VALUES (:keyword, :version, '1', 1, '', '', '[]')",
        keyword=KEYWORD,
        version=version,
    )


async def partitions(db: Database) -> set[str]:
    rows = await db.rows(
        "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relname ~ '^day_2026'"
    )
    return {row["relname"] for row in rows}


def of(date: dt.date) -> set[str]:
    return {f"day_{date:%Y%m%d}_{table}" for table in DAY_TABLES}


@pytest.fixture(autouse=True)
async def _no_days(database: Database) -> None:
    for name in await partitions(database):
        await execute(database, f"DROP TABLE {name}")


async def test_a_days_answers_links_scores_and_runs_go_together(database: Database) -> None:
    for days in (0, 1, 2, 9):
        await answered(database, ago(days))
    assert (await clean(database))["days"] == 2
    assert await partitions(database) == of(ago(0)) | of(ago(1))
    runs = await database.rows("SELECT date FROM collection ORDER BY date")
    assert [row["date"] for row in runs] == [ago(1), ago(0)]
    assert (await clean(database))["days"] == 0


@pytest.mark.fault("F47")
@pytest.mark.parametrize("live", ["measurement", "run", "claim"])
async def test_a_day_in_work_stays(database: Database, live: str) -> None:
    await answered(database, ago(3))
    if live == "measurement":
        await measured(database, KEYWORD, ago(3), "running")
        ended = "UPDATE measurement SET status = 'completed'"
    elif live == "run":
        await execute(database, "UPDATE collection SET status = 'collecting'")
        ended = "UPDATE collection SET status = 'failed'"
    else:
        await execute(
            database,
            "INSERT INTO claim (stage, scope, keyword, date, lane, lease_until)"
            " VALUES ('analyse', 'collection:1', :keyword, :date, 'bulk', now() + interval '1 hour')",
            keyword=KEYWORD,
            date=ago(3),
        )
        ended = "UPDATE claim SET lease_until = NULL"
    assert (await clean(database))["days"] == 0
    assert await partitions(database) == of(ago(3))
    await execute(database, ended)
    assert (await clean(database))["days"] == 1


async def test_a_day_that_somebody_reads_for_long_is_left_and_holds_nobody_up(database: Database) -> None:
    await answered(database, ago(3))
    async with database.transaction() as reader:
        assert await reader.value("SELECT count(*) FROM ai_answer") == 1
        assert (await clean(database))["days"] == 0
        async with asyncio.timeout(20):
            assert await database.value("SELECT count(*) FROM ai_answer") == 1
    assert (await clean(database))["days"] == 1


async def test_a_banks_questions_go_when_a_newer_one_is_there_and_nothing_is_on_it(database: Database) -> None:
    await bank(database, 1, ago(20))
    assert (await clean(database))["bank questions"] == 0, "it is the last one"
    await bank(database, 2, ago(7))
    await answered(database, ago(1), version=1)
    assert (await clean(database))["bank questions"] == 0, "kept answers are on it"
    await execute(database, "UPDATE collection SET bank_version = 2")
    await measured(database, KEYWORD, ago(0), "running")
    await execute(database, "INSERT INTO keyword_day VALUES (:keyword, :date, 1)", keyword=KEYWORD, date=ago(0))
    assert (await clean(database))["bank questions"] == 0, "a day in work is on it"
    await execute(database, "UPDATE measurement SET status = 'completed'")
    assert (await clean(database))["bank questions"] == 1
    left = await database.rows("SELECT bank_version, status FROM question_bank JOIN bank ON version = bank_version")
    assert [(row["bank_version"], row["status"]) for row in left] == [(2, "ready")]


async def test_a_search_goes_after_its_days_unless_a_bank_is_being_built_from_it(database: Database) -> None:
    for days in (6, 7, 30):
        await execute(
            database,
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " VALUES (:keyword, :date, '', '1', '')",
            keyword=KEYWORD,
            date=ago(days),
        )
    await measured(database, KEYWORD, ago(0), "queued")
    await execute(database, "INSERT INTO keyword_day VALUES (:keyword, :date, 1)", keyword=KEYWORD, date=ago(0))
    assert (await clean(database))["searches"] == 0
    await bank(database, 1, ago(0))
    assert (await clean(database))["searches"] == 2
    assert await database.value("SELECT search_date FROM zhihu_question") == ago(6)


async def test_what_nobody_looks_at_any_more_goes(database: Database) -> None:
    await execute(
        database,
        "INSERT INTO outbox (routing_key, body, published_at) SELECT 'x', '{}', at FROM unnest(ARRAY["
        "now() - interval '2 days', now(), NULL]) AS at",
    )
    await execute(
        database,
        "INSERT INTO claim (stage, scope, keyword, date, item, lane, status)"
        " SELECT 'ask', 'collection:1', CAST(:keyword AS text),"
        " CAST(:date AS date) - days, days::text, 'bulk', 'done' FROM unnest(ARRAY[1, 8, 9]) AS days",
        keyword=KEYWORD,
        date=DAY,
    )
    # the archive is weekly: its newest slot's claim says that it is done, an older one's says nothing any more
    await execute(
        database,
        "INSERT INTO job_slot (job, slot, created_at) SELECT 'archive', slot, now() - interval '100 days'"
        " FROM unnest(ARRAY['2026-04-12', '2026-04-19']) AS slot",
    )
    await execute(
        database,
        "INSERT INTO claim (stage, scope, date, lane, status)"
        " SELECT 'archive', 'job:archive:' || date, date, 'bulk', 'done'"
        " FROM unnest(ARRAY[DATE '2026-04-12', DATE '2026-04-19']) AS date",
    )
    await execute(
        database,
        "INSERT INTO notification (user_id, message, created_at) SELECT order_id, 'x', now() - interval '1 year'"
        " FROM measurement",
    )
    await execute(
        database,
        "INSERT INTO answer_sentiment (answer_sha256, brand_name, version, sentiment, created_at)"
        " SELECT name, '索尼', '1', 1, now() - age FROM unnest(ARRAY['old', 'new'],"
        " ARRAY[interval '9 d', interval '1 h']) AS label (name, age)",
    )
    await execute(
        database,
        "INSERT INTO llm_reservation (date, amount, expires_at) SELECT :date, 1, now() + age"
        " FROM unnest(ARRAY[interval '-1 h', interval '1 h']) AS age",
        date=DAY,
    )
    await execute(
        database,
        "INSERT INTO rate_limit (name, full_at) SELECT age::text, now() + age"
        " FROM unnest(ARRAY[interval '-1 h', interval '1 h']) AS age",
    )
    counts = await clean(database)
    assert (counts["outbox"], counts["claims"], counts["slots"]) == (1, 3, 1)
    assert (counts["sentiments"], counts["reservations"], counts["limits"]) == (1, 1, 1)
    assert await database.value("SELECT answer_sha256 FROM answer_sentiment") == "new"
    assert await database.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1
    left = await database.rows("SELECT date FROM claim WHERE stage = 'archive'")
    assert [row["date"] for row in left] == [dt.date(2026, 4, 19)]


async def test_who_has_lost_the_chore_deletes_nothing(database: Database) -> None:
    await answered(database, ago(3))
    lease = await claimed(database, "cleanup")
    await execute(database, "UPDATE claim SET token = token + 1")
    with pytest.raises(LeaseLostError):
        await Cleanup(database, KEPT).run(lease, DAY)
    assert await partitions(database) == of(ago(3))


async def test_days_of_private_collections_are_kept_longer_and_dropped_by_themselves(database: Database) -> None:
    for days in (3, 29, 31, 32):
        await answered(database, ago(days))
        async with database.transaction() as tx:
            private = await tx.value(
                "INSERT INTO collection (purpose, owner_id, engine, date, surface, total, lane, status) VALUES"
                " ('diagnosis', gen_random_uuid(), 'chat-a', :date, 'browser', 1, 'express', :status) RETURNING id",
                date=ago(days),
                status="scored" if days == 29 else "collecting",
            )
            if days == 32:
                user = await tx.value(
                    "INSERT INTO users (name, role, key_sha256) VALUES ('c', 'client', 'k') RETURNING id"
                )
                await tx.execute(
                    "INSERT INTO diagnosis (id, user_id, payload, status)"
                    " SELECT owner_id, :user, '{}', 'running' FROM collection WHERE id = :id",
                    user=user,
                    id=private,
                )
            await tx.execute("SELECT ensure_answer_day(:date, 'private')", date=ago(days))
            await store_answers(tx, private, [Kept("1")])
    assert (await clean(database))["days"] == 4 + 1, "a private day that a diagnosis waits for stays, whatever its age"
    left = await database.rows("SELECT date, retention FROM collection ORDER BY date")
    assert [(row["date"], row["retention"]) for row in left] == [(ago(days), "private") for days in (32, 29, 3)]
    assert await database.value("SELECT count(*) FROM ai_answer") == 3


@pytest.mark.parametrize("status", ["running", "completed"])
async def test_a_diagnosis_goes_after_its_days_with_its_questions_answers_and_claims(
    database: Database, status: str
) -> None:
    async with database.transaction() as tx:
        user = await tx.value("INSERT INTO users (name, role, key_sha256) VALUES ('c', 'client', 'k') RETURNING id")
        for days in (29, 31):
            await tx.execute("SELECT ensure_answer_day(:date, 'private')", date=ago(days))
            private = await tx.value(
                "WITH opened AS (INSERT INTO diagnosis (user_id, payload, status, created_at)"
                " VALUES (:user, '{}', :status, CAST(:date AS date)) RETURNING id)"
                " INSERT INTO collection (purpose, owner_id, engine, date, surface, total, lane, status)"
                " SELECT 'diagnosis', id, 'chat-a', :date, 'browser', 1, 'express', 'scored' FROM opened RETURNING id",
                user=user,
                status=status,
                date=ago(days),
            )
            await store_answers(tx, private, [Kept("1")])
            await tx.execute(
                "INSERT INTO claim (stage, scope, date, item, lane, status)"
                " VALUES ('ask', :scope, :date, '1#1', 'express', 'done')",
                scope=f"collection:{private}",
                date=ago(days),
            )
    counts = await clean(database)
    # one that is still in work stays as it is; of one that has ended only its claims are older than they are kept
    gone = status == "completed"
    assert (counts["days"], counts["diagnoses"], counts["claims"]) == ((1, 1, 2) if gone else (0, 0, 0))
    for table in ("diagnosis", "collection", "collection_question", "ai_answer"):
        left = await database.value(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        assert left == (1 if gone else 2), table
