"""What a diagnosis leaves is its client's alone: no row is an order's, no other client reads it."""

import datetime as dt
from uuid import UUID, uuid4

import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.errors import NotFoundError
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.read import read_answers, read_diagnosis
from answerlens_orders.diagnoses.store import forget_old
from tests.integration.orders.private import FORM, OWN, THIRD, answer_by, diagnose, run, where
from tests.support.answered import KEYWORD
from tests.support.line import ENGINE, Line
from tests.support.unreliable import Broker

CANARY = "金丝雀"


async def test_an_order_and_a_diagnosis_with_the_same_questions_share_no_row(
    answering: Line, broker: Broker, client: UUID
) -> None:
    db = answering.db
    questions = [
        row["generated_question"]
        for row in await db.rows(
            "SELECT generated_question FROM question_bank WHERE keyword = :keyword ORDER BY question_id",
            keyword=KEYWORD,
        )
    ]
    answer_by(answering, lambda question: Answer(status=AnswerStatus.OK, text=f"{question}{THIRD}不错。"))
    await run(answering, broker, [*await answering.order()])
    before = {name: await _rows(db, name) for name in _OF_ORDERS}
    form = DiagnosisForm(brands=[THIRD, OWN], engines=[ENGINE], questions=questions)
    diagnosis, _ = await diagnose(answering, broker, client, form)
    assert (await read_diagnosis(answering.db, client, diagnosis)).status == "completed"
    # not a row of the order's has changed, and none has come
    assert {name: await _rows(db, name) for name in _OF_ORDERS} == before
    private = await db.value("SELECT id FROM collection WHERE purpose = 'diagnosis'")
    for name in ("collection_question", "ai_answer", "question_score"):
        by_collection = await db.rows(
            f"SELECT collection_id, count(*) AS rows FROM {name} GROUP BY collection_id"  # noqa: S608 - our own names
        )
        assert {row["collection_id"] == private: row["rows"] for row in by_collection} == {True: 2, False: 2}, name
    assert await db.value("SELECT count(*) FROM subject_rate WHERE collection_id <> :id", id=private) == 0
    assert (
        await db.value(
            "SELECT count(*) FROM claim WHERE keyword IS NULL AND scope <> :own", own=f"collection:{private}"
        )
        == 0
    )


_OF_ORDERS = (
    "measurement_outcome",
    "mention_percentage",
    "answer_sentiment",
    "measurement",
    "keyword_day",
    "keyword_answer",
)


async def _rows(db: Database, table: str) -> set[str]:
    found = await db.rows(f"SELECT t::text AS line FROM {table} t")  # noqa: S608 - our own names
    return {row["line"] for row in found}


async def test_a_private_word_is_in_no_table_of_rates(line: Line, broker: Broker, client: UUID) -> None:
    form = DiagnosisForm(brands=[f"{CANARY}牌", THIRD], engines=[ENGINE], questions=[f"{CANARY}牌还是{THIRD}好？"])
    diagnosis, _ = await diagnose(line, broker, client, form)
    assert (await read_diagnosis(line.db, client, diagnosis)).status == "completed"
    # what was asked and answered, and the names that the client gave; what orders and other clients read has none
    assert await where(line.db, CANARY) == {
        "collection_question",
        "ai_answer",
        "diagnosis",
        "subject",
        "subject_outcome",
        "subject_rate",
    }


async def test_only_its_client_reads_a_diagnosis(answering: Line, broker: Broker, client: UUID) -> None:
    diagnosis, _ = await diagnose(answering, broker, client, FORM)
    for reader, wanted in ((uuid4(), diagnosis), (client, uuid4())):
        with pytest.raises(NotFoundError):
            await read_diagnosis(answering.db, reader, wanted)
        with pytest.raises(NotFoundError):
            await read_answers(answering.db, reader, wanted)


async def test_a_result_outlives_the_answers_and_goes_with_its_diagnosis(
    answering: Line, broker: Broker, client: UUID
) -> None:
    diagnosis, _ = await diagnose(answering, broker, client, FORM)
    view = await read_diagnosis(answering.db, client, diagnosis)
    async with answering.db.transaction() as tx:
        # the rows of a dropped day; `drop_day` belongs to the cleanup, and has its tests there
        for table in ("ai_answer", "question_score", "collection_question"):
            await tx.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        await tx.execute("DELETE FROM collection WHERE retention = 'private'")
    assert await read_diagnosis(answering.db, client, diagnosis) == view
    assert await read_answers(answering.db, client, diagnosis) == []
    assert await answering.db.value("SELECT count(*) FROM collection_subject") == 0
    # the diagnosis goes with the last day of its questions, and takes with it what was found
    async with answering.db.transaction() as tx:
        await tx.execute("UPDATE diagnosis SET created_at = created_at - interval '31 days'")
        assert await forget_old(tx, dt.datetime.now(dt.UTC).date()) == 1
    for name in ("diagnosis", "subject", "subject_outcome", "subject_rate"):
        assert await answering.db.value(f"SELECT count(*) FROM {name}") == 0, name  # noqa: S608 - our own names
