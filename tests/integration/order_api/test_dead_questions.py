"""A question's dead letter goes back, and its failed answer makes room."""

import datetime as dt
from typing import Any

import pytest

from answerlens_collection.answers import store as answers
from answerlens_collection.messages import locate, question_of
from answerlens_common.db import Database
from answerlens_common.events import (
    QuestionQueued,
)
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.dead import ASK, Broker, before, event, failed, read, replay
from tests.support.collected import Kept, store_answers, store_collection


async def collected(db: Database, order: dict[str, Any], statuses: list[str], run_status: str) -> None:
    """A run on chat-a whose questions q-0, q-1, … have ended like this."""
    values = {"keyword": order["keyword"], "date": dt.date.fromisoformat(order["first_date"])}
    async with db.transaction() as tx:
        task = await tx.value(
            "INSERT INTO task_log (keyword, date, engine, task_type, status)"
            " VALUES (:keyword, :date, 'chat-a', 'collect', 'failed') RETURNING id",
            **values,
        )
        collection_id = await store_collection(
            tx, order["keyword"], values["date"], total=len(statuses), status=run_status, task_id=task
        )
        await store_answers(tx, collection_id, [Kept(f"q-{n}", status) for n, status in enumerate(statuses)])
        for number, status in enumerate(statuses):
            await tx.execute(
                "INSERT INTO question_bank (keyword, bank_version, question_id, cluster_id, main_intent,"
                " generated_question, source_questions) VALUES (:keyword, 1, :question, 0, 'i', 'which?', '[]')",
                keyword=order["keyword"],
                question=f"q-{number}",
            )
            await tx.execute(
                "INSERT INTO claim (stage, scope, keyword, date, engine, item, status, lane, attempts)"
                " VALUES ('ask', :scope, :keyword, :date, 'chat-a', :item, :status, 'express', 3)",
                **values,
                scope=f"collection:{collection_id}",
                item=f"{number + 1}#1",
                status="failed" if status == "failed" else "done",
            )


def question(order: dict[str, Any], number: int) -> QuestionQueued:
    found = event(order, QuestionQueued, engine="chat-a", question_id=f"q-{number}", replicate=1)
    assert isinstance(found, QuestionQueued)
    return found


async def look_up(db: Database, event: QuestionQueued) -> answers.Asked | None:
    located = await locate(db, event)
    return None if located is None else await answers.look_up(db, question_of(located[0]))


@pytest.mark.fault("F48")
async def test_a_failed_question_of_a_failed_day_is_asked_again(
    db: Database, clients: Clients, handlers: Handlers, broker: Broker
) -> None:
    order = await clients.place(engines=["chat-a"])
    await collected(db, order, ["ok", "failed", "failed", "captcha"], "failed")
    await handlers.on_stage_failed(failed(order, "collect", "chat-a"), "1")
    for number in (1, 2):
        await broker.dead_letter(ASK.name, before(question(order, number)), f"m-{number}")

    assert (await replay(clients, ASK.name, id="m-1"))["replayed"] == 1
    asked, still = [await look_up(db, question(order, number)) for number in (1, 2)]
    assert asked is not None
    assert still is not None
    assert (asked.is_answered, asked.is_awaited, asked.collection.status) == (False, True, "collecting")
    assert still.is_answered
    assert await db.value("SELECT status FROM task_log WHERE task_type = 'collect'") == "running"
    assert (await read(clients, order))["status"] == "running"

    # the day goes on, so the other one may join it; what was not a failure of ours stays
    assert (await replay(clients, ASK.name))["replayed"] == 1
    statuses = await db.rows("SELECT question_id, status FROM ai_answer ORDER BY question_id")
    assert [(row["question_id"], row["status"]) for row in statuses] == [("q-0", "ok"), ("q-3", "captcha")]


@pytest.mark.parametrize("run_status", ["collected", "scored"])
async def test_a_day_that_was_good_enough_is_not_asked_again(
    db: Database, clients: Clients, broker: Broker, run_status: str
) -> None:
    order = await clients.place(engines=["chat-a"])
    await collected(db, order, ["ok", "failed"], run_status)
    await broker.dead_letter(ASK.name, before(question(order, 1)), "m-1")
    assert await replay(clients, ASK.name) == {"replayed": 0, "unwanted": 1, "left": 1, "more": False}
    assert await db.value("SELECT count(*) FROM ai_answer") == 2


@pytest.mark.fault("F48")
async def test_nothing_is_forgotten_for_an_order_that_was_cancelled(
    db: Database, clients: Clients, broker: Broker
) -> None:
    order = await clients.place(engines=["chat-a"])
    await collected(db, order, ["ok", "failed"], "failed")
    await clients.acme.post(f"/api/orders/{order['id']}/cancel")
    await broker.dead_letter(ASK.name, before(question(order, 1)), "m-1")
    assert (await replay(clients, ASK.name))["unwanted"] == 1
    assert await db.value("SELECT count(*) FROM ai_answer") == 2
    assert await db.value("SELECT status FROM collection") == "failed"
