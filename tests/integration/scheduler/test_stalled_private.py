"""A private collection whose messages were lost is found by its rows and entered again, or given up."""

import datetime as dt
from uuid import UUID

import pytest

from answerlens_common.broker.topology import Queue, queues_of
from answerlens_common.db import Database
from answerlens_common.events import (
    CollectionAnswered,
    CollectionScored,
    Event,
    Lane,
    QuestionQueued,
    StageFailed,
    SubjectAnalysed,
)
from answerlens_common.failures import Failure
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.claims import ClaimKey, acquire
from answerlens_orders.diagnoses.ending import collection_failed
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from answerlens_scheduler.jobs import all_jobs, run_slot
from answerlens_scheduler.leader import elect
from answerlens_scheduler.stalled import Stalled, idle_queues, waiting_queues_of
from answerlens_scheduler.stalled_private import idle_private_queues, resume_private

DAY = dt.date(2026, 5, 1)
LIMITS = Stalled(lost_seconds=600, seconds=3600, resumes=2)
FORM = DiagnosisForm(brands=["趣车良品"], engines=["chat-a"], questions=["哪家改装店好？", "多少钱？"])
ASKED = ["question.queued.chat-a.express"] * 2


@pytest.fixture
async def client(database: Database) -> UUID:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO engine (name, kind, surface, profile) VALUES ('chat-a', 'browser', 'browser', '{}')"
        )
        found: UUID = await tx.value(
            "INSERT INTO users (name, role, key_sha256) VALUES ('c', 'client', 'k') RETURNING id"
        )
    return found


@pytest.fixture
async def diagnosis(database: Database, client: UUID) -> UUID:
    """Opened two hours ago; its messages were published, and lost."""
    opened = await open_diagnosis(database, client, FORM, DAY)
    await age(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE outbox SET published_at = now()")
    return opened


async def age(db: Database) -> None:
    """Let two hours pass."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE collection SET created_at = created_at - interval '2 hours'")
        await tx.execute("UPDATE task_log SET started_at = started_at - interval '2 hours'")


async def check(db: Database, *waiting: Queue) -> list[str]:
    """Run the check once, with messages in these queues; the routing keys it published, which are then on their way."""
    asked = await idle_private_queues(db, LIMITS)
    async with db.transaction() as tx:
        await resume_private(tx, LIMITS, asked=asked, waiting=asked.intersection(waiting))
    rows = await db.rows("SELECT routing_key FROM outbox WHERE published_at IS NULL ORDER BY id")
    async with db.transaction() as tx:
        await tx.execute("UPDATE outbox SET published_at = now()")
    return [row["routing_key"] for row in rows]


async def last(db: Database, kind: type[Event]) -> Event:
    body = await db.value(
        "SELECT body FROM outbox WHERE starts_with(routing_key, :name) ORDER BY id DESC LIMIT 1",
        name=kind.event_name(),
    )
    return kind.model_validate_json(body)


async def test_one_in_which_nothing_moves_is_entered_again_twice_and_then_given_up(
    database: Database, diagnosis: UUID
) -> None:
    assert diagnosis
    for _ in range(2):
        assert await check(database) == ASKED
        assert await check(database) == []
        await age(database)
    assert await check(database) == ["stage.failed"]
    told = await last(database, StageFailed)
    assert isinstance(told, StageFailed)
    assert told.collection_id == await database.value("SELECT id FROM collection")
    assert (told.stage, told.keyword, told.code) == ("stalled", None, Failure.STALLED)
    logged = await database.rows("SELECT status, keyword FROM task_log WHERE task_type = 'resume' ORDER BY id")
    assert [(row["status"], row["keyword"]) for row in logged] == [("completed", ""), ("completed", ""), ("failed", "")]


async def test_only_what_has_no_answer_is_asked_again(database: Database, diagnosis: UUID) -> None:
    assert diagnosis
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO ai_answer (collection_id, number, retention, answer_date, question_text, engine, surface,"
            " status, created_at) SELECT id, 1, 'private', date, '', engine, surface, 'ok', now() - interval '1 hour'"
            " FROM collection"
        )
        await tx.execute("UPDATE collection SET status = 'paused'")
    assert await check(database) == ASKED[:1]
    event = await last(database, QuestionQueued)
    assert isinstance(event, QuestionQueued)
    assert (event.number, event.keyword, event.lane) == (2, None, Lane.EXPRESS)
    assert await database.value("SELECT status FROM collection") == "collecting"


async def test_one_whose_answers_wait_for_their_scores_is_scored(database: Database, diagnosis: UUID) -> None:
    assert diagnosis
    async with database.transaction() as tx:
        await tx.execute("UPDATE collection SET status = 'collected'")
        await tx.execute(
            "INSERT INTO breaker (name, threshold, open_seconds, opened_at) VALUES ('llm_api', 2, 60, now())"
        )
    assert await check(database) == [], "it waits for the language model"
    async with database.transaction() as tx:
        await tx.execute("UPDATE breaker SET name = 'engine:chat-a'")
    assert await check(database) == ["collection.answered.express"]
    event = await last(database, CollectionAnswered)
    assert isinstance(event, CollectionAnswered)
    assert event.collection_id == await database.value("SELECT id FROM collection")


async def test_one_whose_scores_are_there_is_analysed_and_its_diagnosis_told(
    database: Database, diagnosis: UUID
) -> None:
    assert diagnosis
    await database.execute("UPDATE collection SET status = 'scored'")
    for waiting in (*queues_of(CollectionScored), *queues_of(SubjectAnalysed)):
        await database.execute("UPDATE collection SET created_at = now() - interval '50 min'")
        assert await check(database, waiting) == [], "its message may be among these"
    assert await check(database) == ["collection.scored.express"]
    event = await last(database, CollectionScored)
    assert isinstance(event, CollectionScored)
    assert event.collection_id == await database.value("SELECT id FROM collection")


async def test_one_that_has_failed_is_told_of_again(database: Database, diagnosis: UUID) -> None:
    assert diagnosis
    await database.execute("UPDATE collection SET status = 'failed'")
    assert await check(database) == ["stage.failed"]
    told = await last(database, StageFailed)
    assert isinstance(told, StageFailed)
    assert (told.stage, told.keyword, told.code) == ("collect", None, Failure.TOO_FEW_ANSWERS)
    assert told.collection_id == await database.value("SELECT id FROM collection")


@pytest.mark.parametrize("moves", ["claim", "answer", "outbox", "message", "breaker"])
async def test_one_that_moves_is_left_alone(database: Database, diagnosis: UUID, moves: str) -> None:
    assert diagnosis
    event = await last(database, QuestionQueued)
    assert isinstance(event, QuestionQueued)
    waiting: tuple[Queue, ...] = ()
    match moves:
        case "claim":
            await acquire(database, ClaimKey.of("ask", event, "1#1", date=DAY), "m", Lane.EXPRESS, 60)
        case "message":
            waiting = queues_of(QuestionQueued, "chat-a")
            async with database.transaction() as tx:
                await tx.execute("UPDATE collection SET created_at = now() - interval '50 min'")
        case _:
            statement = {
                "answer": "INSERT INTO ai_answer (collection_id, number, retention, answer_date, question_text, engine,"
                " surface, status) SELECT id, 1, 'private', date, '', engine, surface, 'ok' FROM collection",
                "outbox": "UPDATE outbox SET published_at = NULL",
                "breaker": "INSERT INTO breaker (name, threshold, open_seconds, opened_at)"
                " VALUES ('engine:chat-a', 2, 60, now())",
            }[moves]
            async with database.transaction() as tx:
                await tx.execute(statement)
    assert (await check(database, *waiting)) == (ASKED if moves == "outbox" else [])
    assert await database.value("SELECT count(*) FROM task_log WHERE task_type = 'resume'") == 0


async def test_one_that_nothing_waits_for_or_that_has_ended_is_left_alone(
    database: Database, client: UUID, diagnosis: UUID
) -> None:
    for status in ("analysed", "failed"):
        await database.execute("UPDATE collection_subject SET status = :status", status=status)
        for ended in ("scored", "failed"):
            await database.execute("UPDATE collection SET status = :status", status=ended)
            assert await check(database) == []
    await database.execute("UPDATE collection_subject SET status = 'pending'")
    await database.execute("UPDATE collection SET status = 'paused'")
    assert await cancel_diagnosis(database, client, diagnosis)
    assert await check(database) == []


async def test_the_job_ends_one_that_is_past_its_time(database: Database, diagnosis: UUID) -> None:
    jobs = all_jobs(FreshnessSettings(), LIMITS, 300, nothing_waits)
    (job,) = (each for each in jobs if each.name == "diagnoses")
    lead = await elect(database, "one", 30)
    assert lead is not None
    moment = dt.datetime(2026, 5, 2, tzinfo=dt.UTC)
    assert await run_slot(database, job, moment, lead) is not None
    assert await database.value("SELECT status FROM diagnosis WHERE id = :id", id=diagnosis) == "running"
    await database.execute("UPDATE diagnosis SET created_at = created_at - interval '11 min'")
    assert await run_slot(database, job, moment, lead) is None, "its slot has fired"
    assert await run_slot(database, job, moment + dt.timedelta(seconds=30), lead) is not None
    assert await database.value("SELECT status FROM diagnosis WHERE id = :id", id=diagnosis) == "failed"


async def nothing_waits(_: object) -> set[Queue]:
    return set()


async def test_the_job_looks_at_private_collections_too(database: Database, diagnosis: UUID) -> None:
    assert diagnosis
    assert await idle_queues(database, LIMITS) == set()
    asked = await idle_private_queues(database, LIMITS)
    assert asked == {*waiting_queues_of(QuestionQueued, "chat-a"), *queues_of(StageFailed)}
    seen: list[set[Queue]] = []

    async def none(queues: object) -> set[Queue]:
        assert isinstance(queues, set)
        seen.append(queues)
        return set()

    (job,) = (each for each in all_jobs(FreshnessSettings(), LIMITS, 300, none) if each.name == "stalled")
    lead = await elect(database, "one", 30)
    assert lead is not None
    assert await run_slot(database, job, dt.datetime(2026, 5, 2, tzinfo=dt.UTC), lead) is not None
    assert seen == [asked]
    assert await database.value("SELECT count(*) FROM task_log WHERE task_type = 'resume'") == 1


@pytest.mark.parametrize("engine", ["disabled", "unknown", "of a kind that is not run"])
async def test_one_whose_engine_is_not_run_is_given_up_whatever_waits(
    database: Database, diagnosis: UUID, engine: str
) -> None:
    assert diagnosis
    statement = {
        "disabled": "UPDATE engine SET enabled = false",
        "unknown": "UPDATE engine SET name = 'chat-z'",
        "of a kind that is not run": "UPDATE engine SET kind = 'service'",
    }[engine]
    async with database.transaction() as tx:
        await tx.execute(statement)
        await tx.execute("UPDATE outbox SET published_at = NULL")
        await tx.execute(
            "INSERT INTO breaker (name, threshold, open_seconds, opened_at) VALUES ('engine:chat-a', 2, 60, now())"
        )
    waiting = queues_of(QuestionQueued, "chat-a")
    assert await idle_private_queues(database, LIMITS) == set(), "no queue is asked: none need be there"
    assert "stage.failed" in await check(database, *waiting)
    told = await last(database, StageFailed)
    assert isinstance(told, StageFailed)
    assert (told.collection_id, told.code) == (
        await database.value("SELECT id FROM collection"),
        Failure.ENGINE_DISABLED,
    )
    await collection_failed(database, told)
    assert await database.value("SELECT status FROM diagnosis") == "failed"
    assert await database.value("SELECT status FROM collection") == "paused"
    assert await check(database, *waiting) == []


async def test_one_that_is_answered_goes_on_though_its_engine_is_disabled(database: Database, diagnosis: UUID) -> None:
    assert diagnosis
    await database.execute("UPDATE engine SET enabled = false")
    await database.execute("UPDATE collection SET status = 'collected'")
    assert await check(database) == ["collection.answered.express"]
