"""What the scorer does when its language model fails: the service itself, before an endpoint that obeys."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import aio_pika
import pytest
from prometheus_client import REGISTRY

from answerlens_common.aio.tasks import cancel_and_wait
from answerlens_common.broker.declare import declare
from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.events import CollectionAnswered, CollectionScored, Lane
from answerlens_common.settings import HttpSettings, LogSettings, PostgresSettings, RabbitSettings, WorkSettings
from answerlens_scorer.app import build
from answerlens_scorer.settings import ScorerSettings
from tests.integration.scorer.runs import somebody_waits, store_run
from tests.support.chat_endpoint import ChatEndpoint, Request, Response, chat_endpoint, saying

WORK = WorkSettings(retry_delays=(1, 1), lease_seconds=5, grace_seconds=5)
EVENT = CollectionAnswered(
    collection_id=1, keyword="蓝牙耳机", date=dt.date(2026, 6, 1), lane=Lane.EXPRESS, engine="chat-a"
)
INPUT, OUTPUT = queues_of(CollectionAnswered)[0], queues_of(CollectionScored)[0]
TELLING = Response(b"{}", status=429, headers=("retry-after: 2",))


def good(request: Request) -> Response:
    """A 3 for every answer."""
    shown = json.loads(request["messages"][1]["content"])["answers"]
    return saying(json.dumps({"scores": [{"id": each["id"], "score": 3} for each in shown]}))


@dataclass
class Bench:
    """A run of three answers that waits for its scores, the scorer, and its endpoint."""

    db: Database
    url: str
    endpoint: ChatEndpoint
    settings: dict[str, Any]

    async def work(self, queue: str, **llm: Any) -> aio_pika.abc.AbstractIncomingMessage:
        """Let the scorer work until something comes to a queue."""
        settings = ScorerSettings(
            **self.settings, work=WORK, llm=self.endpoint.settings(**llm), http=HttpSettings(), logs=LogSettings()
        )
        service = build(settings)
        delivery = Delivery("bench", self.settings["rabbitmq"], WORK)
        connection = await aio_pika.connect(self.url)
        async with service.running(), connection, connection.channel() as channel, asyncio.timeout(120):
            await delivery.start()
            await delivery.publish(EVENT)
            await delivery.stop()
            source = await channel.get_queue(queue)
            while (message := await source.get(no_ack=True, fail=False)) is None:
                await asyncio.sleep(0.05)
                continue
        return message

    async def scores(self) -> int:
        count: int = await self.db.value("SELECT count(*) FROM question_score")
        return count


@pytest.fixture
async def bench(database: Database, postgres_url: str, rabbitmq_url: str) -> AsyncIterator[Bench]:
    queues = await declare(rabbitmq_url, ["chat-a"], WORK.retry_delays)
    connection = await aio_pika.connect(rabbitmq_url)
    async with connection, connection.channel() as channel:
        for queue in queues:
            for name in (queue.name, queue.dead, *(queue.retry(delay) for delay in WORK.retry_delays)):
                await (await channel.get_queue(name)).purge()
    await store_run(database, EVENT, ["甲", "乙", "丙"])
    await somebody_waits(database, EVENT)
    settings = {"postgres": PostgresSettings(url=postgres_url), "rabbitmq": RabbitSettings(url=rabbitmq_url)}
    async with chat_endpoint() as endpoint:
        yield Bench(database, rabbitmq_url, endpoint, settings)


def counted(outcome: str) -> float:
    labels = {"task": "answer_scores", "outcome": outcome}
    return REGISTRY.get_sample_value("answerlens_llm_requests_total", labels) or 0


@pytest.mark.fault("F24", "F25", "F26", "F28")
@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        pytest.param(TELLING, "rate_limited", id="429 that names a time"),
        pytest.param(Response(status=429), "rate_limited", id="429 that names none"),
        pytest.param(Response(status=500), "error", id="500"),
        pytest.param(saying("{}", delay=900), "error", id="hang"),
        pytest.param(saying("{}", delay=0.2, piece=1), "error", id="slow drip"),
    ],
)
async def test_a_failing_model_is_asked_three_times_and_nothing_is_stored(
    bench: Bench, response: Response, outcome: str
) -> None:
    assert WorkSettings.model_fields["retry_delays"].default == (60, 120), "the test's own are shorter"
    before = counted(outcome)
    bench.endpoint.answer = lambda _: response
    # only those that never end need a short time; the others must not run into it on a slow machine
    dead = await bench.work(INPUT.dead, timeout_seconds=3 if response.delay else 60)
    assert dead.headers["x-attempts"] == 3
    assert dead.body == EVENT.model_dump_json().encode()
    first, second, third = bench.endpoint.moments
    pause = 2 if response is TELLING else 0
    assert second - first >= max(0.9, pause)
    assert third - second >= max(0.9, pause)
    assert counted(outcome) == before + 3, "the alert on 429 is made of this"
    assert await bench.scores() == 0
    assert await bench.db.value("SELECT status FROM collection") == "collected"
    assert await bench.db.value("SELECT retry_count FROM task_log") == 2
    assert await bench.db.value("SELECT count(*) FROM llm_reply") == 0


@pytest.mark.fault("F24", "F25")
async def test_one_that_recovers_scores_what_is_left(bench: Bench) -> None:
    answers = iter([Response(status=429), Response(status=503)])
    bench.endpoint.answer = lambda request: next(answers, None) or good(request)
    await bench.work(OUTPUT.name)
    assert len(bench.endpoint.asked) == 3
    assert await bench.scores() == 3
    assert await bench.db.value("SELECT status FROM collection") == "scored"


def out_of_scale(request: Request) -> Response:
    shown = json.loads(request["messages"][1]["content"])["answers"]
    return saying(json.dumps({"scores": [{"id": each["id"], "score": 80} for each in shown]}))


def truncated(request: Request) -> Response:
    whole = good(request).body.decode()
    return saying(json.loads(whole)["choices"][0]["message"]["content"][:-8])


@pytest.mark.fault("F27")
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(truncated, id="truncated"),
        pytest.param(lambda _: saying("好的，我来打分。"), id="no JSON"),
        pytest.param(lambda _: saying(""), id="empty"),
        pytest.param(lambda _: Response(b""), id="empty body"),
        pytest.param(lambda _: saying('{"scores": []}'), id="no scores"),
        pytest.param(out_of_scale, id="wrong scale"),
    ],
)
async def test_a_bad_reply_is_no_score(bench: Bench, answer: Any) -> None:
    bench.endpoint.answer = answer
    dead = await bench.work(INPUT.dead)
    assert dead.headers["x-attempts"] == 1, "the same work would fail again"
    assert await bench.scores() == 0
    assert await bench.db.value("SELECT count(*) FROM llm_reply") == 0, "and nobody is given it again"
    # all together and each alone, each twice at most
    assert len(bench.endpoint.asked) <= 2 * 4


@pytest.mark.fault("F27")
async def test_once_the_model_is_mended_the_next_message_scores_everything(bench: Bench) -> None:
    bench.endpoint.answer = out_of_scale
    await bench.work(INPUT.dead)
    bench.endpoint.answer = good
    await bench.work(OUTPUT.name)
    assert await bench.scores() == 3


def put_off() -> float:
    labels = {"stage": "score", "outcome": "put_off"}
    return REGISTRY.get_sample_value("answerlens_stage_runs_total", labels) or 0


async def test_a_spent_budget_puts_the_work_off_and_costs_no_attempt(bench: Bench) -> None:
    bench.endpoint.answer = good
    prices = {"prompt_price": Decimal(2), "completion_price": Decimal(8)}
    poor = {**prices, "daily_budget": Decimal("0.0001")}
    before = put_off()
    working = asyncio.create_task(bench.work(OUTPUT.name, **poor))
    async with asyncio.timeout(120):
        # more often than a failing attempt would be repeated
        while put_off() < before + 4:
            await asyncio.sleep(0.05)
            continue
    assert not bench.endpoint.asked
    assert await bench.db.value("SELECT max(attempts) FROM claim") <= 1
    assert await bench.db.value("SELECT status FROM task_log") == "running"
    # a cancellation that the client library loses would let the work go on until its time is over (120 s)
    await cancel_and_wait(working)
    await bench.work(OUTPUT.name, **prices, daily_budget=Decimal(10))
    assert await bench.scores() == 3
