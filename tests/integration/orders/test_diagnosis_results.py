"""How diagnoses end, and what their clients read then: the collector, the scorer, the analyzer and the order API."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest

from answerlens_collection.answers.answer import Answer
from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery, GivenUpError
from answerlens_common.broker.topology import queues_of
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.db import Database
from answerlens_common.errors import BusinessError, NotFoundError
from answerlens_common.events import AnswerWanted, Event, StageFailed, SubjectAnalysed
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.outbox import OutboxRelay
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.read import read_answers, read_diagnosis
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from answerlens_orders.diagnoses.views import DiagnosisView
from answerlens_rates.intervals import wilson
from tests.integration.orders.private import answer_by, diagnose, opened, run, where
from tests.support import line as lines
from tests.support.answered import KEYWORD
from tests.support.line import DAY, ENGINE, WORK, Line
from tests.support.unreliable import Broker

OWN, RIVAL, THIRD = "趣车良品", "改装之家", "索尼"
BRANDS = [OWN, RIVAL, THIRD]
CANARY = "金丝雀"
ANSWERS = {
    "深圳哪家改装店好？": f"{OWN}不错，{RIVAL}也可以。",
    "哪家贴膜好？": f"先看{RIVAL}，再看{OWN}。",
    f"{OWN}怎么样？": f"{OWN}口碑好。",
    "多少钱？": "看车型。",
}
QUESTIONS = list(ANSWERS)
FORM = DiagnosisForm(brands=BRANDS, engines=[ENGINE], questions=QUESTIONS)
OTHER_ENGINE = "chat-b"


def answered(failing: int = 0) -> Mapping[str, Answer]:
    """The answers, the last so many of them failed."""
    ok = len(QUESTIONS) - failing
    return {
        question: Answer(status=AnswerStatus.OK, text=text)
        if place < ok
        else Answer(status=AnswerStatus.FAILED, error="a captcha")
        for place, (question, text) in enumerate(ANSWERS.items())
    }


@pytest.fixture
def answering(line: Line) -> Line:
    """Every question has its answer."""
    answer_by(line, answered().__getitem__)
    return line


@asynccontextmanager
async def over_rabbitmq(line: Line, url: str) -> AsyncIterator[None]:
    """Every stage of the line on the queues of a real broker, and the relay that publishes what opening left."""
    queues = await declare(url, [ENGINE], WORK.retry_delays)
    connection = await aio_pika.connect(url)
    async with connection, connection.channel() as channel:
        for queue in queues:
            await (await channel.get_queue(queue.name)).purge()
    delivery = Delivery("line", RabbitSettings(url=url, publish_timeout=3), WORK)
    line.delivery = delivery
    for event, handler in line.handlers().items():
        for queue in queues_of(event, ENGINE if event is AnswerWanted else None):
            delivery.consume(queue, event, handler, prefetch=3)
    await delivery.start()
    relay = asyncio.create_task(OutboxRelay(line.db, delivery).run())
    try:
        yield
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await delivery.stop()


async def read(line: Line, client: UUID, diagnosis: UUID) -> DiagnosisView:
    return await read_diagnosis(line.db, client, diagnosis)


async def test_a_diagnosis_runs_over_the_broker_to_the_rates_of_every_brand(
    answering: Line, client: UUID, rabbitmq_url: str
) -> None:
    async with over_rabbitmq(answering, rabbitmq_url), asyncio.timeout(30):
        diagnosis = await open_diagnosis(answering.db, client, FORM, DAY)
        view = await read(answering, client, diagnosis)
        assert (view.status, view.result) == ("running", None)
        seen = [view.progress]
        while view.status == "running":
            await asyncio.sleep(0.05)
            view = await read(answering, client, diagnosis)
            seen.append(view.progress)
    assert (view.status, view.progress, view.error_message) == ("completed", 100, None)
    assert seen == sorted(seen, key=lambda percent: percent or 0)
    assert view.completed_at is not None
    assert view.result is not None
    assert (view.result.partial, view.result.answers, view.result.ok) == (False, 4, 4)
    (engine,) = view.result.engines
    assert (engine.engine, engine.status) == (ENGINE, "analysed")
    assert [one.brand for one in engine.brands] == BRANDS
    own, rival, third = engine.brands

    low, high = wilson(0.75, 4)
    assert own.rates["mention_rate"] == pytest.approx(
        {"k": 3, "n": 4, "rate": 0.75, "low": low, "high": high, "method": "wilson", "verdict": "too_few"}
        | {"among": [], "reason": None}
    )
    assert [(one.rates["first_mention_rate"]["k"], one.rates["mention_rate"]["k"]) for one in engine.brands] == [
        (2, 3),
        (1, 2),
        (0, 0),
    ]
    assert own.rates["share_of_voice"]["among"] == [RIVAL, THIRD]
    assert not [name for name in own.rates if name.startswith(("mention_rate[cluster", "mention_rate[branded"))]
    assert not {"positive_share", "negative_share"} & own.rates.keys(), "what answers think of a brand is not asked"
    # of the two answers that name both, each names another first
    first = own.head_to_head[RIVAL]
    assert first is not None
    assert (first["k"], first["n"]) == (1, 2)
    assert (first["low"], first["high"]) == pytest.approx(wilson(0.5, 2))
    assert rival.head_to_head[OWN] == first | {"among": []}
    assert (own.head_to_head[THIRD], third.head_to_head) == (None, {OWN: None, RIVAL: None})

    answers = await read_answers(answering.db, client, diagnosis)
    assert [(one.question, one.text) for one in answers] == list(ANSWERS.items())
    assert [[(found.brand, found.text) for found in one.mentions] for one in answers] == [
        [(OWN, OWN), (RIVAL, RIVAL)],
        [(RIVAL, RIVAL), (OWN, OWN)],
        [(OWN, OWN)],
        [],
    ]


@pytest.mark.parametrize("failing", range(5))
async def test_half_of_the_answers_is_enough_and_says_that_it_is_a_part(
    line: Line, broker: Broker, client: UUID, failing: int
) -> None:
    is_enough = failing <= 2
    answer_by(line, answered(failing).__getitem__)
    diagnosis, published = await diagnose(line, broker, client, FORM)
    view = await read(line, client, diagnosis)
    assert view.result is not None
    assert view.status == ("completed" if is_enough else "failed")
    assert (view.result.partial, view.result.answers, view.result.ok) == (failing > 0, 4, 4 - failing)
    (engine,) = view.result.engines
    assert (engine.status, len(engine.brands)) == (("analysed", 3) if is_enough else ("failed", 0))
    assert (view.error_message is None) == is_enough
    answers = await read_answers(line.db, client, diagnosis)
    assert [one.status for one in answers] == ["ok"] * (4 - failing) + ["failed"] * failing, "answers are kept"
    # told again, in any order, it is told nothing new
    await run(line, broker, [event for event in published if isinstance(event, SubjectAnalysed | StageFailed)])
    again = await read(line, client, diagnosis)
    assert again == view


async def test_an_engine_that_answers_nothing_does_not_take_the_other_with_it(
    line: Line, broker: Broker, client: UUID
) -> None:
    await line.db.execute(
        "INSERT INTO engine (name, kind, surface, profile) VALUES (:name, 'browser', 'browser', '{}')",
        name=OTHER_ENGINE,
    )
    answers = iter([*answered().values(), *answered(4).values()])
    answer_by(line, lambda _: next(answers))
    form = DiagnosisForm(brands=BRANDS, engines=[ENGINE, OTHER_ENGINE], questions=QUESTIONS)
    diagnosis, _ = await diagnose(line, broker, client, form)
    view = await read(line, client, diagnosis)
    assert view.result is not None
    assert (view.status, view.result.partial, view.result.ok, view.result.answers) == ("completed", True, 4, 8)
    assert {one.engine: (one.status, one.error_code, len(one.brands)) for one in view.result.engines} == {
        ENGINE: ("analysed", None, 3),
        OTHER_ENGINE: ("failed", "too_few_answers", 0),
    }


async def test_a_stage_that_fails_ends_the_diagnosis_though_every_question_was_answered(
    answering: Line, broker: Broker, client: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(lines.Model):
        async def ask(self, *_: object, **__: object) -> Any:  # type: ignore[override]
            message = "no such model"
            raise BusinessError(message)

    monkeypatch.setattr(lines, "Model", Refusing)
    diagnosis = await open_diagnosis(answering.db, client, FORM, DAY)
    with pytest.raises(GivenUpError):
        await run(answering, broker, [*await opened(answering.db)])
    failed = [event for event, *_ in broker.waiting if isinstance(event, StageFailed)]
    assert [(event.keyword, event.stage) for event in failed] == [(None, "score")]
    await run(answering, broker, [*failed])
    view = await read(answering, client, diagnosis)
    assert view.status == "failed"
    assert view.result is not None
    assert (view.result.ok, view.result.engines[0].status, view.result.engines[0].brands) == (4, "failed", [])
    assert "no engine" in (view.error_message or "")
    assert len(await read_answers(answering.db, client, diagnosis)) == 4


async def test_a_cancelled_diagnosis_stays_cancelled_whatever_is_told_later(
    answering: Line, broker: Broker, client: UUID
) -> None:
    diagnosis = await open_diagnosis(answering.db, client, FORM, DAY)
    (*asked, last) = await opened(answering.db)
    await run(answering, broker, [*asked])
    assert await cancel_diagnosis(answering.db, client, diagnosis)
    collection = last.collection_id or 0
    subject = await answering.db.value("SELECT min(id) FROM subject")
    late: list[Event] = [
        SubjectAnalysed(subject_id=subject, collection_id=collection),
        StageFailed(stage="score", date=DAY, error="late", collection_id=collection),
    ]
    await run(answering, broker, late)
    view = await read(answering, client, diagnosis)
    assert (view.status, view.progress, view.result) == ("cancelled", None, None)
    assert {row["status"] for row in await answering.db.rows("SELECT status FROM collection_subject")} == {"cancelled"}
    assert len(await read_answers(answering.db, client, diagnosis)) == 3


async def test_a_diagnosis_that_is_cancelled_while_it_is_scored_is_not_analysed(
    answering: Line, broker: Broker, client: UUID
) -> None:
    diagnosis = await open_diagnosis(answering.db, client, FORM, DAY)
    handlers = answering.handlers()
    for event in await opened(answering.db):
        await handlers[AnswerWanted](event, str(uuid4()))
    await cancel_diagnosis(answering.db, client, diagnosis)
    await run(answering, broker, [event for event, *_ in broker.waiting])
    assert await answering.db.value("SELECT count(*) FROM subject_rate") == 0
    assert (await read(answering, client, diagnosis)).status == "cancelled"


async def test_a_failure_of_no_collection_or_of_an_orders_is_none_of_a_diagnosis(
    answering: Line, broker: Broker, client: UUID
) -> None:
    diagnosis = await open_diagnosis(answering.db, client, FORM, DAY)
    for collection in (None, 4711):
        await run(answering, broker, [StageFailed(stage="score", date=DAY, error="?", collection_id=collection)])
    assert (await read(answering, client, diagnosis)).status == "running"


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
    assert (await read(answering, client, diagnosis)).status == "completed"
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
    assert (await read(line, client, diagnosis)).status == "completed"
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


async def test_the_result_outlives_the_answers(answering: Line, broker: Broker, client: UUID) -> None:
    diagnosis, _ = await diagnose(answering, broker, client, FORM)
    view = await read(answering, client, diagnosis)
    async with answering.db.transaction() as tx:
        # the rows of a dropped day; `drop_day` belongs to the cleanup, and has its tests there
        for table in ("ai_answer", "question_score", "collection_question"):
            await tx.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        await tx.execute("DELETE FROM collection WHERE retention = 'private'")
    assert await read(answering, client, diagnosis) == view
    assert await read_answers(answering.db, client, diagnosis) == []
    assert await answering.db.value("SELECT count(*) FROM collection_subject") == 0
