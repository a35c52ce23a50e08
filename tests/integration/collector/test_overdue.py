"""A run past its time limit is closed, whatever else is about to close it."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_collection.collections import closing
from answerlens_collection.collections.store import Collection, take_up
from answerlens_collector.overdue import close_overdue
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_common.events import Lane, QuestionQueued, StageFailed
from answerlens_common.settings import PostgresSettings
from tests.support.collected import store_collection
from tests.support.line import ENGINE, Line
from tests.support.unreliable import Broker

QUESTIONS = 4


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def line(database: Database, broker: Broker) -> Line:
    return Line(database, broker)


@pytest.fixture
async def handlers(line: Line) -> dict[Any, Any]:
    """What the services do; the run of a keyword of four questions is planned."""
    await line.prepare(QUESTIONS)
    (built,) = await line.order()
    handlers: dict[Any, Any] = line.handlers()
    await handlers[type(built)](built, "the plan")
    return handlers


def questions(broker: Broker) -> list[QuestionQueued]:
    return [event for event, *_ in broker.waiting if isinstance(event, QuestionQueued)]


async def answered(line: Line, broker: Broker, handlers: dict[Any, Any], given: Sequence[AnswerStatus]) -> None:
    """The first questions are asked, and the engine ends them so."""
    for number, (question, ended) in enumerate(zip(questions(broker), given, strict=False)):

        async def ask(*_: object, ended: AnswerStatus = ended) -> Answer:
            return Answer(status=ended, text="索尼" if ended is AnswerStatus.OK else "")

        line.engine.ask = ask
        await handlers[QuestionQueued](question, str(number))


async def later(db: Database, seconds: float) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE collection SET created_at = created_at - make_interval(secs => :s),"
            " asked_at = asked_at - make_interval(secs => :s), taken_up_at = taken_up_at - make_interval(secs => :s)",
            s=seconds,
        )


async def close(db: Database, *, seconds: float = 3600, spacing: float = 0) -> int:
    return await close_overdue(db, ENGINE, seconds=seconds, spacing=spacing, fail_below=0.5)


async def published(db: Database) -> list[str]:
    return [row["routing_key"] for row in await db.rows("SELECT routing_key FROM outbox ORDER BY id")]


async def status(db: Database) -> str:
    found: str = await db.value("SELECT status FROM collection")
    return found


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ((AnswerStatus.OK,), "collected"),
        ((AnswerStatus.OK, AnswerStatus.CAPTCHA), "collected"),
        ((AnswerStatus.CAPTCHA, AnswerStatus.CAPTCHA, AnswerStatus.OK), "failed"),
    ],
)
async def test_what_is_not_asked_in_time_is_not_asked_and_no_failure(
    database: Database,
    line: Line,
    broker: Broker,
    handlers: dict[Any, Any],
    given: tuple[AnswerStatus, ...],
    outcome: str,
) -> None:
    event = {"collected": "collection.answered.express", "failed": "stage.failed"}[outcome]
    await answered(line, broker, handlers, given)
    await later(database, 3500)
    assert await close(database) == 0
    await later(database, 200)
    assert await close(database) == 1
    assert await status(database) == outcome
    assert await published(database) == [event]
    rows = await database.rows("SELECT status, error FROM ai_answer ORDER BY number")
    assert [row["status"] for row in rows] == [*given, *["not_asked"] * (QUESTIONS - len(given))]
    assert rows[-1]["error"] == "not asked. The run's time limit was over."
    task = await database.row("SELECT status, processed_items FROM task_log WHERE task_type = 'collect'")
    assert task is not None
    assert task["processed_items"] == QUESTIONS
    assert await close(database) == 0
    assert await published(database) == [event]


async def test_what_was_in_hand_when_the_time_was_over_has_failed(
    database: Database, line: Line, broker: Broker, handlers: dict[Any, Any]
) -> None:
    first, second, *_ = questions(broker)
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def ask(*_: object) -> Answer:
        asked.set()
        await go_on.wait()
        return Answer(status=AnswerStatus.OK, text="索尼")

    await handlers[QuestionQueued](first, "1")
    line.engine.ask = ask
    asking = asyncio.create_task(handlers[QuestionQueued](second, "2"))
    await asked.wait()
    await later(database, 3700)
    assert await close(database) == 1
    go_on.set()
    await asking
    rows = await database.rows("SELECT status, error FROM ai_answer ORDER BY number")
    assert [row["status"] for row in rows] == ["ok", "failed", "not_asked", "not_asked"]
    assert rows[1]["error"] == "not answered. The run's time limit was over."


async def test_its_failure_is_that_of_those_who_had_come_by_then(
    database: Database, line: Line, broker: Broker, handlers: dict[Any, Any]
) -> None:
    await answered(line, broker, handlers, (AnswerStatus.CAPTCHA,))
    await later(database, 3700)
    await close(database)
    told = StageFailed.model_validate_json(await database.value("SELECT body FROM outbox"))
    assert told.failed_at == await database.value("SELECT completed_at FROM collection")


async def test_a_run_that_waits_for_its_turn_has_not_begun(database: Database, handlers: dict[Any, Any]) -> None:
    assert handlers
    await later(database, 36000)
    assert await close(database) == 0


async def test_a_run_has_half_as_much_again_as_its_pace_takes(
    database: Database, broker: Broker, handlers: dict[Any, Any]
) -> None:
    await handlers[QuestionQueued](questions(broker)[0], "1")
    await later(database, 5900)
    assert await close(database, spacing=1000) == 0  # 1.5 times four questions of 1,000 s are 6,000 s
    await later(database, 200)
    assert await close(database, spacing=1000) == 1


async def test_a_run_ends_with_the_next_refresh_of_its_keyword_and_engine(
    database: Database, broker: Broker, handlers: dict[Any, Any]
) -> None:
    await handlers[QuestionQueued](questions(broker)[0], "1")
    first = await database.row("SELECT keyword, date FROM collection")
    assert first is not None
    async with database.transaction() as tx:
        await store_collection(tx, first["keyword"], first["date"] + dt.timedelta(days=1), "chat-b")
        await store_collection(tx, first["keyword"], first["date"] - dt.timedelta(days=1), ENGINE, status="scored")
    assert await close(database) == 0  # another engine's, and one of an earlier day
    async with database.transaction() as tx:
        await store_collection(tx, first["keyword"], first["date"] + dt.timedelta(days=1), ENGINE, status="paused")
    assert await close(database) == 1
    error = await database.value("SELECT error FROM ai_answer WHERE status = 'not_asked' LIMIT 1")
    assert error == "not asked. The next refresh of its keyword had begun."


async def test_a_day_that_is_tried_again_outlives_the_refresh_that_came_before(
    database: Database, broker: Broker, handlers: dict[Any, Any]
) -> None:
    await handlers[QuestionQueued](questions(broker)[0], "1")
    first = await database.row("SELECT id, keyword, date FROM collection")
    assert first is not None
    async with database.transaction() as tx:
        await store_collection(tx, first["keyword"], first["date"] + dt.timedelta(days=1), ENGINE, status="scored")
        await tx.execute("UPDATE collection SET status = 'paused' WHERE id = :id", id=first["id"])
    async with database.transaction() as tx:
        await take_up(tx, first["id"], Lane.EXPRESS)
    assert await close(database) == 0


async def test_nothing_goes_on_for_more_than_a_day(database: Database, handlers: dict[Any, Any]) -> None:
    assert handlers
    await later(database, 86_300)
    assert await close(database) == 0
    await later(database, 200)
    assert await close(database) == 1
    assert await status(database) == "failed"  # not one question was asked
    rows = await database.rows("SELECT DISTINCT status, error FROM ai_answer")
    assert [tuple(row.values()) for row in rows] == [("not_asked", "not asked. A day of 24 hours was over.")]


async def test_a_run_that_is_taken_up_again_has_its_time_again(
    database: Database, broker: Broker, handlers: dict[Any, Any]
) -> None:
    first, second, *_ = questions(broker)
    await handlers[QuestionQueued](first, "1")
    async with database.transaction() as tx:
        await tx.execute("UPDATE measurement SET status = 'cancelled'")
    await handlers[QuestionQueued](second, "2")
    assert await status(database) == "paused"
    await later(database, 4000)
    async with database.transaction() as tx:
        await tx.execute("UPDATE measurement SET status = 'running'")
        await tx.execute("UPDATE collection SET status = 'collecting'")
    await handlers[QuestionQueued](second, "2")
    assert await close(database) == 0


async def test_the_limit_and_a_last_answer_at_once(
    database: Database,
    postgres_url: str,
    line: Line,
    broker: Broker,
    handlers: dict[Any, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    *first, last = questions(broker)
    for number, question in enumerate(first):
        await handlers[QuestionQueued](question, str(number))
    await later(database, 4000)
    inserted, close_when_answered = asyncio.Event(), closing.close_when_answered

    async def slow(tx: Transaction, collection_id: int, fail_below: float) -> Collection | None:
        inserted.set()
        await asyncio.sleep(0.3)  # the sweeper meets a stored answer that it cannot see yet
        return await close_when_answered(tx, collection_id, fail_below)

    async def ask(*_: object) -> Answer:
        return Answer(status=AnswerStatus.OK, text="索尼")

    line.engine.ask = ask
    monkeypatch.setattr(closing, "close_when_answered", slow)
    async with Database(PostgresSettings(url=postgres_url)) as other, asyncio.timeout(60):
        answering = asyncio.create_task(handlers[QuestionQueued](last, "last"))
        await inserted.wait()
        await asyncio.gather(close(other), close(database), answering)
    assert await status(database) == "collected"
    assert await database.value("SELECT count(*) FROM ai_answer WHERE status = 'ok'") == QUESTIONS
    assert await published(database) == []  # the answer closed it, and said so by itself
