"""Work that was lost on the way is found by its rows and entered again."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.broker.topology import Queue, queues_of
from answerlens_common.db import Database
from answerlens_common.db.open_transactions import is_open
from answerlens_common.db.outbox import enqueue
from answerlens_common.events import (
    KeywordBankBuilt,
    KeywordRequested,
    KeywordSearched,
    Lane,
    OrderAnalysed,
    QuestionQueued,
    StageFailed,
)
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.claims import ClaimKey, acquire
from answerlens_scheduler.depth import with_messages
from answerlens_scheduler.jobs import all_jobs, run_slot
from answerlens_scheduler.leader import elect
from answerlens_scheduler.stalled import Stalled, idle_queues, resume_stalled
from tests.support.collected import store_collection

DAY = dt.date(2026, 5, 1)
KEYWORD = "蓝牙耳机"
LIMITS = Stalled(lost_seconds=600, seconds=3600, resumes=3)


@pytest.fixture
async def order(database: Database) -> UUID:
    """An order that was placed two hours ago."""
    async with database.transaction() as tx:
        user = await tx.value("INSERT INTO users (name, role, key_sha256) VALUES ('u', 'client', 'k') RETURNING id")
        found: UUID = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " VALUES (:user, :keyword, '索尼', '{}', '{chat-a}', :date) RETURNING id",
            user=user,
            keyword=KEYWORD,
            date=DAY,
        )
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword, created_at)"
            " VALUES (:order, :date, :keyword, now() - interval '2 hours')",
            order=found,
            date=DAY,
            keyword=KEYWORD,
        )
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:order, :date, 'chat-a')",
            order=found,
            date=DAY,
        )
    return found


async def check(db: Database, *waiting: Queue) -> list[str]:
    """Run the check once, with messages in these queues; the routing keys it published, which are then on their way."""
    asked = await idle_queues(db, LIMITS)
    async with db.transaction() as tx:
        await resume_stalled(tx, LIMITS, FreshnessSettings(), asked=asked, waiting=asked.intersection(waiting))
    rows = await db.rows("SELECT routing_key FROM outbox WHERE published_at IS NULL ORDER BY id")
    async with db.transaction() as tx:
        await tx.execute("UPDATE outbox SET published_at = now()")
    return [row["routing_key"] for row in rows]


async def age(db: Database) -> None:
    """Let two hours pass."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE task_log SET started_at = started_at - interval '2 hours',"
            " completed_at = completed_at - interval '2 hours'"
        )


async def test_a_day_in_which_nothing_moved_is_entered_again_three_times_and_then_fails(
    database: Database, order: UUID
) -> None:
    assert order
    for _ in range(3):
        assert await check(database) == ["keyword.requested.express"]
        assert await check(database) == []
        await age(database)
    assert await check(database) == ["stage.failed"]
    (body,) = await database.rows("SELECT body FROM outbox WHERE routing_key = 'stage.failed'")
    told = StageFailed.model_validate_json(body["body"])
    assert told.keyword == KEYWORD
    assert told.failed_at is not None, "else it ends those who come later, too"


async def test_a_day_whose_news_waits_to_be_published_is_left_alone(database: Database, order: UUID) -> None:
    async with database.transaction() as tx:
        await enqueue(tx, [OrderAnalysed(order_id=order, date=DAY, engine="chat-a")])
    assert await idle_queues(database, LIMITS) == set()
    async with database.transaction() as tx:
        await tx.execute("UPDATE outbox SET published_at = now()")
    assert await idle_queues(database, LIMITS) != set()


async def test_work_that_somebody_holds_or_that_moves_is_left_alone(database: Database, order: UUID) -> None:
    assert order
    event = KeywordRequested(keyword=KEYWORD, date=DAY, bank_version=1, lane=Lane.EXPRESS)
    await acquire(database, ClaimKey.of("search", event), "1", Lane.EXPRESS, 60)
    await age(database)
    assert await check(database) == []
    async with database.transaction() as tx:
        await tx.execute("UPDATE claim SET lease_until = now() - interval '1 hour'")
    assert await check(database) == ["keyword.requested.express"]


@pytest.mark.parametrize(
    ("name", "opened", "waits"),
    [
        ("llm_api", "1 minute", True),
        ("zhihu_search", "50 minutes", True),
        ("engine:chat-a", "1 minute", False),
        ("zhihu_search", "2 hours", False),
    ],
)
async def test_work_that_waits_for_a_breaker_is_not_lost_while_somebody_tries_it(
    database: Database, order: UUID, name: str, opened: str, *, waits: bool
) -> None:
    assert order
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO breaker (name, threshold, open_seconds, opened_at)"
            " VALUES (:name, 2, 60, now() - CAST(CAST(:opened AS text) AS interval))",
            name=name,
            opened=opened,
        )
    assert await check(database) == ([] if waits else ["keyword.requested.express"])


async def test_a_run_whose_messages_were_lost_is_paused_so_that_they_are_published_again(
    database: Database, order: UUID
) -> None:
    assert order
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES (:keyword, 1, :date, 'ready')",
            keyword=KEYWORD,
            date=DAY,
        )
        await store_collection(tx, KEYWORD, DAY, total=200, lane="express")
    assert await check(database) == ["keyword.bank_built.express"]
    assert await database.value("SELECT status FROM collection") == "paused"


async def collecting(db: Database) -> None:
    """The day's bank is ready and its run has been opened."""
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO keyword_day VALUES (:keyword, :date, 1)", keyword=KEYWORD, date=DAY)
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES (:keyword, 1, :date, 'ready')",
            keyword=KEYWORD,
            date=DAY,
        )
        await store_collection(tx, KEYWORD, DAY, total=200, lane="bulk")


async def test_a_day_that_waits_its_turn_in_a_queue_is_not_stalled(database: Database, order: UUID) -> None:
    assert order
    await collecting(database)
    (_, bulk) = queues_of(QuestionQueued, "chat-a")
    async with database.transaction() as tx:
        await tx.execute("UPDATE measurement SET created_at = now() - interval '50 min'")
    for _ in range(5):
        assert await check(database, bulk) == []
    assert await check(database, *queues_of(KeywordRequested), *queues_of(QuestionQueued, "chat-b")) == [
        "keyword.bank_built.express"
    ]


@pytest.mark.parametrize(
    ("name", "waits"), [("zhihu_search", False), ("llm_api", False), ("engine:chat-b", False), ("engine:chat-a", True)]
)
async def test_a_breaker_that_the_stage_does_not_ask_holds_nothing_up(
    database: Database, order: UUID, name: str, *, waits: bool
) -> None:
    assert order
    await collecting(database)
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO breaker (name, threshold, open_seconds, opened_at) VALUES (:name, 2, 60, now())", name=name
        )
    assert await check(database) == ([] if waits else ["keyword.bank_built.express"])


async def test_a_message_lost_among_others_is_missed_after_an_hour_three_times_and_fails_only_when_none_waits(
    database: Database, order: UUID
) -> None:
    assert order
    await collecting(database)
    (_, bulk) = queues_of(QuestionQueued, "chat-a")
    for _ in range(3):
        assert await check(database, bulk) == ["keyword.bank_built.express"]
        assert await check(database, bulk) == []
        await age(database)
    assert await check(database, bulk) == []
    # once the queue is empty, its own message cannot be in it
    assert await check(database) == ["stage.failed"]


async def test_a_night_that_was_lost_is_entered_again_as_a_night(database: Database, order: UUID) -> None:
    assert order
    async with database.transaction() as tx:
        await tx.execute("UPDATE orders SET first_date = first_date - 1")
    assert await check(database) == ["keyword.requested.bulk"]


async def test_messages_that_were_lost_are_missed_after_minutes_and_given_up_after_an_hour(
    database: Database, order: UUID
) -> None:
    assert order
    for _ in range(3):
        async with database.transaction() as tx:
            await tx.execute("UPDATE measurement SET created_at = now() - interval '11 min'")
            await tx.execute("UPDATE task_log SET started_at = now() - interval '11 min', completed_at = NULL")
        assert await check(database) == ["keyword.requested.express"]
        assert await check(database) == []
    async with database.transaction() as tx:
        await tx.execute("UPDATE measurement SET created_at = now() - interval '3 hours'")
        await tx.execute("UPDATE task_log SET started_at = now() - interval '50 min', completed_at = NULL")
    assert await check(database) == []
    await age(database)
    assert await check(database) == ["stage.failed"]


async def test_the_broker_is_asked_with_no_transaction_open_and_what_came_meanwhile_is_left(
    database: Database, order: UUID
) -> None:
    assert order
    asked: list[Queue] = []

    async def moves_meanwhile(queues: Iterable[Queue]) -> set[Queue]:
        asked.extend(queues)
        assert not is_open()
        # the lost message was not lost: its keyword has a bank by now, and the collector's queues were not asked
        await collecting(database)
        return set()

    (job,) = (each for each in all_jobs(FreshnessSettings(), LIMITS, 300, moves_meanwhile) if each.name == "stalled")
    leadership = await elect(database, "one", 30)
    assert leadership is not None
    assert await run_slot(database, job, dt.datetime(2026, 5, 2, tzinfo=dt.UTC), leadership) is not None
    assert {*asked} == {*queues_of(KeywordRequested), *queues_of(KeywordSearched), *queues_of(StageFailed)}
    assert await database.value("SELECT count(*) FROM outbox") == 0
    assert await check(database) == ["keyword.bank_built.express"], "the next check finds it, if it stands still"


async def test_the_broker_says_where_messages_wait_also_for_their_retry(rabbitmq_url: str) -> None:
    await declare(rabbitmq_url, ["chat-w"], [1, 60])
    express, bulk = queues_of(QuestionQueued, "chat-w")
    (plan, _) = queues_of(KeywordBankBuilt)
    gone = Queue("never.declared", "never")
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        assert await with_messages(rabbitmq_url, [express, bulk, gone], [1, 60]) == set()
        for name in (express.name, plan.retry(60)):
            await channel.default_exchange.publish(aio_pika.Message(b"{}"), name)
        assert await with_messages(rabbitmq_url, [express, bulk, plan, gone], [1, 60]) == {express, plan}
        await channel.queue_delete(express.name)
        assert await with_messages(rabbitmq_url, [express], [1, 60]) == set()
        await (await channel.get_queue(plan.retry(60))).purge()
    await declare(rabbitmq_url, ["chat-w"], [1, 60])
