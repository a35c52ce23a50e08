"""A client's own questions, through the real stages: private from the question to the rates."""

from uuid import UUID, uuid4

import pytest

from answerlens_collection.collections.store import is_awaited
from answerlens_common.db import Database
from answerlens_common.errors import RefusedError
from answerlens_common.events import CollectionAnswered, CollectionScored, SubjectAnalysed
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from tests.integration.orders.private import opened, run, where
from tests.support.line import DAY, ENGINE, Line
from tests.support.unreliable import Broker

CANARY = "金丝雀"
QUESTIONS = [f"{CANARY}哪家改装店好？", f"{CANARY}多少钱？"]
FORM = DiagnosisForm(brands=["趣车良品"], engines=[ENGINE], questions=QUESTIONS)
SHARED = ("keyword_collection", "keyword_answer", "keyword_link", "keyword_score")


async def test_a_private_collection_is_asked_and_scored_and_shares_nothing(
    database: Database, line: Line, broker: Broker, client: UUID
) -> None:
    await open_diagnosis(database, client, FORM, DAY)
    asked = await opened(database)
    assert [(one.number, one.keyword) for one in asked] == [(1, None), (2, None)]

    published = await run(line, broker, [*asked])
    assert [type(event) for event in published] == [CollectionAnswered, CollectionScored, SubjectAnalysed]
    assert line.asked == dict.fromkeys(QUESTIONS, 1)
    row = await database.row("SELECT status, ok_share, retention FROM collection")
    assert row is not None
    assert dict(row) == {"status": "scored", "ok_share": 1.0, "retention": "private"}
    assert await database.value("SELECT count(*) FROM question_score WHERE keyword IS NULL") == len(QUESTIONS)
    # a claim on a private collection is of no keyword, and none of a keyword's work meets it
    assert await database.value("SELECT count(*) FROM claim WHERE keyword IS NOT NULL") == 0
    for view in SHARED:
        assert await database.value(f"SELECT count(*) FROM {view}") == 0, view  # noqa: S608 - our own names
    assert await where(database, CANARY) == {"collection_question", "ai_answer"}

    # the same client asks the same again, and an order is placed: each asks for itself
    await open_diagnosis(database, client, FORM, DAY)
    again = [one for one in await opened(database) if one.collection_id != asked[0].collection_id]
    await run(line, broker, [*again, *await line.order()])
    assert [line.asked[question] for question in QUESTIONS] == [2, 2]
    assert await database.value("SELECT count(DISTINCT collection_id) FROM question_score") == 3
    assert await where(database, CANARY) == {"collection_question", "ai_answer"}


async def test_a_diagnosis_that_is_cancelled_is_asked_no_more_and_only_by_its_client(
    database: Database, line: Line, broker: Broker, client: UUID
) -> None:
    diagnosis = await open_diagnosis(database, client, FORM, DAY)
    first, second = await opened(database)
    await run(line, broker, [first])
    assert not await cancel_diagnosis(database, uuid4(), diagnosis)
    assert await cancel_diagnosis(database, client, diagnosis)
    assert not await is_awaited(database, first.collection_id or 0)
    await run(line, broker, [second])
    assert sum(line.asked.values()) == 1
    assert await database.value("SELECT status FROM collection") == "paused"
    assert not await cancel_diagnosis(database, client, diagnosis), "it has ended"


async def test_an_engine_that_is_not_there_opens_nothing(database: Database, client: UUID) -> None:
    with pytest.raises(RefusedError) as refused:
        await open_diagnosis(database, client, FORM, DAY)
    assert [fault.field for fault in refused.value.fields] == ["engines[0]"]
    for table in ("diagnosis", "subject", "collection", "collection_subject", "outbox"):
        assert await database.value(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608 - our own names


async def test_an_engine_that_is_not_enabled_opens_nothing(database: Database, line: Line, client: UUID) -> None:
    assert line
    await database.execute("UPDATE engine SET enabled = false")
    with pytest.raises(RefusedError) as refused:
        await open_diagnosis(database, client, FORM, DAY)
    assert [fault.field for fault in refused.value.fields] == ["engines[0]"]
    assert await database.value("SELECT count(*) FROM diagnosis") == 0


async def test_what_is_cancelled_is_paused_though_none_of_its_messages_comes(
    database: Database, line: Line, client: UUID
) -> None:
    assert line
    diagnosis = await open_diagnosis(database, client, FORM, DAY)
    assert await cancel_diagnosis(database, client, diagnosis)
    assert await database.value("SELECT status FROM collection") == "paused"
