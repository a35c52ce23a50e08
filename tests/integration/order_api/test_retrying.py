"""An admin tries a failed day again: who waited waits again, and what is missing is asked for again, nothing else."""

import datetime as dt
import json
from typing import Any

import httpx
import pytest

from answerlens_collection.messages import question_of
from answerlens_collector.handlers import PlanHandlers
from answerlens_common.db import Database
from answerlens_common.events import KeywordBankBuilt, Lane, QuestionQueued
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.dead import failed, read
from tests.integration.order_api.test_dead_questions import collected

STATUSES = ["ok", "failed", "captcha", "refused", "login_required", "empty"]
ASKED_AGAIN = {2, 3, 5, 6}


async def failed_day(db: Database, clients: Clients, handlers: Handlers) -> dict[str, Any]:
    """An order whose only engine's run has failed."""
    order = await clients.place(engines=["chat-a"])
    await collected(db, order, STATUSES, "failed")
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, status) VALUES (:keyword, 1, :date, 'ready')",
            keyword=order["keyword"],
            date=dt.date.fromisoformat(order["first_date"]),
        )
    await handlers.on_stage_failed(failed(order, "collect", "chat-a"), "1")
    await db.execute("DELETE FROM outbox")
    assert (await read(clients, order))["status"] == "failed"
    return order


async def retried(db: Database, clients: Clients, kind: str = "collect") -> httpx.Response:
    task = await db.value("SELECT max(id) FROM task_log WHERE task_type = :kind", kind=kind)
    return await clients.admin.post(f"/api/monitor/tasks/{task}/retry")


async def entered(db: Database) -> list[str]:
    return [row["routing_key"] for row in await db.rows("SELECT routing_key FROM outbox ORDER BY id")]


async def test_a_failed_run_is_asked_again_for_what_it_lacks(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await failed_day(db, clients, handlers)
    answer = await retried(db, clients)
    assert (answer.status_code, answer.json()["status"], answer.json()["retry_count"]) == (202, "running", 1)
    assert (await read(clients, order))["status"] == "running"
    assert await entered(db) == ["keyword.bank_built.express"]
    left = await db.rows("SELECT status FROM ai_answer ORDER BY question_id")
    assert [row["status"] for row in left] == ["ok", "refused"]

    (body,) = await db.rows("SELECT body FROM outbox")
    event = KeywordBankBuilt.model_validate_json(body["body"])
    lease = await acquire(db, ClaimKey.of("plan", event), "1", Lane.EXPRESS, 30)
    assert isinstance(lease, Lease)
    planning = PlanHandlers(db, {"chat-a"})
    questions = [one for one in await planning.on_keyword_bank_built(event, lease) if isinstance(one, QuestionQueued)]
    assert {question.number for question in questions} == ASKED_AGAIN
    assert await db.value("SELECT status FROM collection") == "collecting"
    ask = await acquire(
        db, ClaimKey.of("ask", questions[0], question_of(questions[0]).item, date=event.date), "2", Lane.EXPRESS, 30
    )
    assert isinstance(ask, Lease)
    assert ask.attempt == 1

    again = await retried(db, clients)
    assert (again.status_code, "is running" in again.json()["detail"]) == (409, True)


async def test_a_new_order_does_not_ask_again_what_failed_today(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    await failed_day(db, clients, handlers)
    later = await clients.place(engines=["chat-a"])
    assert await db.value("SELECT status FROM collection") == "failed"
    assert await db.value("SELECT count(*) FROM ai_answer") == len(STATUSES)
    await handlers.on_stage_failed(failed(later, "collect", "chat-a"), "2")
    assert (await retried(db, clients)).status_code == 202
    assert (await read(clients, later))["status"] == "running"


async def test_a_failed_search_is_searched_again(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO task_log (keyword, date, task_type, status) VALUES (:keyword, :date, 'search', 'failed')",
            keyword=order["keyword"],
            date=dt.date.fromisoformat(order["first_date"]),
        )
    await handlers.on_stage_failed(failed(order, "search", None), "1")
    await db.execute("DELETE FROM outbox")
    assert (await read(clients, order))["status"] == "failed"
    assert (await retried(db, clients, "search")).status_code == 202
    assert await entered(db) == ["keyword.requested.express"]
    assert (await read(clients, order))["status"] in {"queued", "running"}


async def test_what_was_cancelled_stays_cancelled(db: Database, clients: Clients, handlers: Handlers) -> None:
    order = await failed_day(db, clients, handlers)
    await clients.acme.post(f"/api/orders/{order['id']}/cancel")
    answer = await retried(db, clients)
    assert (answer.status_code, "no order waits" in answer.json()["detail"]) == (409, True)
    assert await db.value("SELECT count(*) FROM ai_answer") == len(STATUSES)
    assert await db.value("SELECT status FROM collection") == "failed"
    assert await entered(db) == []


@pytest.mark.parametrize(("who", "task", "status"), [("acme", 1, 403), ("admin", 10_000, 404), ("nobody", 1, 401)])
async def test_only_an_admin_may_and_only_what_there_is(
    db: Database, clients: Clients, handlers: Handlers, who: str, task: int, status: int
) -> None:
    await failed_day(db, clients, handlers)
    client: httpx.AsyncClient = getattr(clients, who)
    assert (await client.post(f"/api/monitor/tasks/{task}/retry")).status_code == status
    assert await entered(db) == []


async def test_a_refresh_of_a_date_that_failed_tries_it_again(
    db: Database, clients: Clients, handlers: Handlers
) -> None:
    order = await failed_day(db, clients, handlers)
    answer = (await clients.admin.post("/api/refresh", json={"date": order["first_date"]})).json()
    assert "what had failed is tried again (1 of its keywords)" in answer["message"]
    assert (await read(clients, order))["status"] == "running"
    assert await entered(db) == ["keyword.bank_built.bulk", "refresh.requested"]
    assert await db.value("SELECT status FROM collection") == "paused"
    date = {"date": json.loads(await db.value("SELECT body FROM outbox ORDER BY id LIMIT 1"))["date"]}
    assert date == {"date": order["first_date"]}
    # nothing is left to try again
    answer = (await clients.admin.post("/api/refresh", json={"date": order["first_date"]})).json()
    assert "tried again" not in answer["message"]
