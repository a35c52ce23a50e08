"""What a client asks in a diagnosis is met in no answer of the API, whoever reads it."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from answerlens_common.contracts.roles import Role
from answerlens_common.db import Database
from answerlens_common.events import SubjectAnalysed
from answerlens_order_api.handlers import Handlers
from answerlens_orders.accounts.store import User
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.run import open_diagnosis
from answerlens_orders.orders import kept_answers
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.measured import complete
from tests.support.answered import analyse_private
from tests.support.collected import Kept, store_answers, store_collection

CANARY = "金丝雀"
# A stream never ends, and reads the same as the order.
STREAMS = {"/api/orders/{order_id}/events"}


@pytest.fixture
async def order(db: Database, clients: Clients) -> dict[str, Any]:
    """An order of another user, on the date and the engine of a diagnosis whose question and answer hold the word."""
    order = await clients.place(engines=["chat-a"])
    date = dt.date.fromisoformat(order["first_date"])
    await complete(db, order)
    user = await db.value("SELECT id FROM users WHERE name = 'admin'")
    form = DiagnosisForm(brands=["索尼", f"{CANARY}牌"], engines=["chat-a"], questions=[f"{CANARY}哪家好？"])
    diagnosis = await open_diagnosis(db, user, form, date)
    async with db.transaction() as tx:
        private = await tx.value("SELECT id FROM collection WHERE owner_id = :id", id=diagnosis)
        kept = Kept(
            "1",
            text=f"{CANARY}说索尼好。",
            question=f"{CANARY}哪家好？",
            score=3,
            links=[(f"http://{CANARY}.cn", True)],
        )
        await store_answers(tx, private, [kept])
        await tx.execute("UPDATE collection SET status = 'scored' WHERE id = :id", id=private)
        shared = await store_collection(tx, order["keyword"], date, status="scored")
        await store_answers(tx, shared, [Kept("q1", text="索尼也行。", score=3)])
    for event in await analyse_private(db, private):
        await Handlers(db).on_subject_analysed(SubjectAnalysed.model_validate(event.model_dump()))
    assert await db.value("SELECT status FROM diagnosis WHERE id = :id", id=diagnosis) == "completed"
    # the word is in what was asked and answered, and in what came of it
    for table in ("ai_answer", "collection_question", "subject", "subject_outcome", "subject_rate"):
        found = await db.value(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, :word) > 0", word=CANARY)  # noqa: S608
        assert found, table
    return order


async def test_no_route_shows_a_private_question_or_answer(
    db: Database, clients: Clients, order: dict[str, Any]
) -> None:
    document = (await clients.acme.get("/api/openapi.json")).json()
    paths = [path for path, allowed in document["paths"].items() if "get" in allowed and path not in STREAMS]
    task = await db.value(
        "INSERT INTO task_log (keyword, date, engine, task_type)"
        " VALUES ('', now()::date, 'chat-a', 'score') RETURNING id"
    )
    imported = await db.value(
        "WITH owner AS (INSERT INTO users (name, role, key_sha256) VALUES ('importer', 'client', 'k') RETURNING id)"
        " INSERT INTO answer_import (user_id, status, format, date, error_message)"
        " SELECT id, 'failed', 'csv', now()::date, :word FROM owner RETURNING id",
        word=CANARY,
    )
    values = {
        "import_id": imported,
        "order_id": order["id"],
        "keyword": order["keyword"],
        "kind": "running",
        "task_id": task,
        "queue": "scorer.collection-answered.express",
    }
    read = 0
    for path in paths:
        for client in (clients.acme, clients.rival, clients.admin):
            answer = await client.get(path.format(**values))
            read += answer.status_code == 200
            assert CANARY not in answer.text, path
    assert read > len(paths)


async def test_the_answers_that_names_are_tried_on_are_no_private_ones(
    db: Database, clients: Clients, order: dict[str, Any]
) -> None:
    assert clients
    reader = User(id=UUID(int=0), name="admin", role=Role.ADMIN)
    async with db.transaction() as tx:
        assert await kept_answers.newest(tx, reader, order["keyword"], 10) == ["索尼也行。"]
