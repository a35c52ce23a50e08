"""How diagnoses end, and what their clients read then: the collector, the scorer, the analyzer and the order API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest

from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery, GivenUpError
from answerlens_common.broker.topology import queues_of
from answerlens_common.errors import BusinessError
from answerlens_common.events import Event, QuestionQueued, StageFailed, SubjectAnalysed
from answerlens_common.settings import RabbitSettings
from answerlens_common.work.outbox import OutboxRelay
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.read import read_answers, read_diagnosis
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from answerlens_orders.diagnoses.views import DiagnosisView
from answerlens_rates.intervals import wilson
from tests.integration.orders.private import (
    ANSWERS,
    BRANDS,
    FORM,
    OWN,
    QUESTIONS,
    RIVAL,
    THIRD,
    answer_by,
    answered,
    diagnose,
    opened,
    run,
)
from tests.support import line as lines
from tests.support.line import DAY, ENGINE, WORK, Line
from tests.support.unreliable import Broker

OTHER_ENGINE = "chat-b"


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
        for queue in queues_of(event, ENGINE if event is QuestionQueued else None):
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
    assert (view.result.partial, view.result.answers, view.result.usable) == (False, 4, 4)
    (engine,) = view.result.engines
    assert (engine.engine, engine.status) == (ENGINE, "analysed")
    assert [one.brand for one in engine.brands] == BRANDS
    own, rival, third = engine.brands

    low, high = wilson(0.75, 4)
    assert own.rates["mention_rate"] == {
        "k": 3,
        "n": 4,
        "rate": 0.75,
        "low": low,
        "high": high,
        "method": "wilson",
        "verdict": "too_few",
        "among": [],
        "reason": None,
    }
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
    assert (view.result.partial, view.result.answers, view.result.usable) == (failing > 0, 4, 4 - failing)
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
    assert (view.status, view.result.partial, view.result.usable, view.result.answers) == ("completed", True, 4, 8)
    assert {one.engine: (one.status, one.error_code, len(one.brands)) for one in view.result.engines} == {
        ENGINE: ("analysed", None, 3),
        OTHER_ENGINE: ("failed", "too_few_answers", 0),
    }


async def test_a_stage_that_fails_ends_the_diagnosis_though_every_question_was_answered(
    answering: Line, broker: Broker, client: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(lines.Model):
        async def ask(self, *_: object, **__: object) -> Any:
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
    assert (view.result.usable, view.result.engines[0].status, view.result.engines[0].brands) == (4, "failed", [])
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
        await handlers[QuestionQueued](event, str(uuid4()), 0)
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
