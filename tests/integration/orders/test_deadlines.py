"""A diagnosis ends in time with what it has, whatever waits in queues or for breakers."""

from uuid import UUID

import pytest

from answerlens_collector.overdue import close_private
from answerlens_common.db import Database
from answerlens_common.events import CollectionAnswered, Event
from answerlens_orders.diagnoses.ending import end_overdue
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.read import read_diagnosis
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from tests.integration.orders.private import FORM, QUESTIONS, opened, run
from tests.support.line import DAY, ENGINE, Line
from tests.support.unreliable import Broker

SECONDS = 600.0
ASKING = 480.0


async def later(db: Database, seconds: float) -> None:
    """Let so many seconds pass since it was opened; its questions may never have been asked."""
    for table in ("diagnosis", "collection"):
        await db.execute(
            f"UPDATE {table} SET created_at = created_at - make_interval(secs => :seconds)",  # noqa: S608
            seconds=seconds,
        )


async def end(db: Database) -> int:
    async with db.transaction() as tx:
        return await end_overdue(tx, seconds=SECONDS)


async def close(db: Database, spacing: float = 0) -> int:
    return await close_private(db, ENGINE, seconds=ASKING, spacing=spacing, fail_below=0.5)


async def test_one_that_was_never_asked_has_failed_in_time(database: Database, line: Line, client: UUID) -> None:
    assert line
    diagnosis = await open_diagnosis(database, client, FORM, DAY)
    await later(database, SECONDS - 30)
    assert await end(database) == 0
    await later(database, 60)
    assert await end(database) == 1
    read = await read_diagnosis(database, client, diagnosis)
    assert (read.status, read.completed_at is not None) == ("failed", True)
    assert read.result is not None
    assert [(one.status, one.error_code) for one in read.result.engines] == [("failed", "timed_out")]
    assert await database.value("SELECT status FROM collection") == "paused"
    assert await end(database) == 0, "it has ended"


@pytest.mark.parametrize(("answered", "status"), [(len(QUESTIONS) - 1, "completed"), (1, "failed")])
async def test_what_is_answered_when_its_asking_ends_is_analysed(
    answering: Line, broker: Broker, client: UUID, answered: int, status: str
) -> None:
    db = answering.db
    diagnosis = await open_diagnosis(db, client, FORM, DAY)
    asked: list[Event] = [*(await opened(db))[:answered]]
    assert await run(answering, broker, asked) == []
    assert await close(db) == 0
    await later(db, ASKING + 1)
    assert await close(db) == 1
    assert await close(db) == 0
    body = await db.value("SELECT body FROM outbox WHERE routing_key LIKE 'collection.answered.%'")
    if status == "completed":
        await run(answering, broker, [CollectionAnswered.model_validate_json(body)])
    await later(db, SECONDS)
    assert await end(db) == (0 if status == "completed" else 1)
    read = await read_diagnosis(db, client, diagnosis)
    assert read.status == status
    assert read.result is not None
    assert (read.result.partial, read.result.usable) == (True, answered)


async def test_what_was_analysed_in_time_counts_when_another_engine_hangs(
    answering: Line, broker: Broker, client: UUID
) -> None:
    db = answering.db
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO engine (name, kind, surface, profile) VALUES ('chat-z', 'browser', 'browser', '{}')"
        )
    form = DiagnosisForm(brands=FORM.brands, engines=[ENGINE, "chat-z"], questions=QUESTIONS)
    diagnosis = await open_diagnosis(db, client, form, DAY)
    await run(answering, broker, [each for each in await opened(db) if each.engine == ENGINE])
    await later(db, SECONDS + 1)
    assert await end(db) == 1
    read = await read_diagnosis(db, client, diagnosis)
    assert read.status == "completed", "half of all answers are there, and one engine has rates"
    assert read.result is not None
    assert [one.status for one in read.result.engines] == ["analysed", "failed"]


async def test_a_paced_account_and_many_questions_have_longer(database: Database, line: Line, client: UUID) -> None:
    assert line
    await open_diagnosis(database, client, FORM, DAY)
    await database.execute("""UPDATE engine SET profile = '{"pacing": {"min_seconds_between_asks": 60}}'""")
    await later(database, SECONDS + 60 * len(QUESTIONS) - 30)
    assert await end(database) == 0
    assert await close(database, spacing=300) == 0
    await later(database, 60)
    assert await end(database) == 1

    await database.execute("UPDATE engine SET profile = '{}'")
    many = DiagnosisForm(brands=FORM.brands, engines=[ENGINE], questions=[f"第{n}问？" for n in range(100)])
    await open_diagnosis(database, client, many, DAY)
    await later(database, SECONDS + 10 * (100 - 48) - 30)
    assert await end(database) == 0
    await later(database, 60)
    assert await end(database) == 1


async def test_one_that_was_cancelled_stays_cancelled(database: Database, line: Line, client: UUID) -> None:
    assert line
    diagnosis = await open_diagnosis(database, client, FORM, DAY)
    assert await cancel_diagnosis(database, client, diagnosis)
    await later(database, SECONDS + 60)
    assert await end(database) == 0
    assert await close(database) == 0
