"""A dead letter of a client's own questions is sent only while its diagnosis waits for it, and is kept otherwise."""

import datetime as dt
from uuid import UUID

import pytest

from answerlens_common.db import Database
from answerlens_common.events import CollectionAnswered, Lane
from answerlens_orders.diagnoses.form import DiagnosisForm
from answerlens_orders.diagnoses.run import cancel_diagnosis, open_diagnosis
from tests.integration.order_api.conftest import Clients
from tests.integration.order_api.dead import SCORE, Broker, replay

KEPT = {"replayed": 0, "unwanted": 1, "left": 1, "more": False}


@pytest.fixture
async def user(db: Database, clients: Clients) -> UUID:
    assert clients
    found: UUID = await db.value("SELECT id FROM users WHERE name = 'admin'")
    return found


@pytest.fixture
async def diagnosis(db: Database, user: UUID, broker: Broker) -> UUID:
    """Opened; the message that its only collection has been answered is dead."""
    form = DiagnosisForm(brands=["索尼"], engines=["chat-a"], questions=["哪款好？"])
    opened = await open_diagnosis(db, user, form, dt.date(2026, 5, 1))
    event = CollectionAnswered(
        collection_id=await db.value("SELECT id FROM collection"), engine="chat-a", lane=Lane.EXPRESS
    )
    await broker.dead_letter(SCORE.name, event.model_dump_json().encode(), "m")
    return opened


async def test_it_is_sent_while_the_diagnosis_waits(clients: Clients, diagnosis: UUID, broker: Broker) -> None:
    assert diagnosis
    assert await replay(clients, SCORE.name) == {"replayed": 1, "unwanted": 0, "left": 0, "more": False}
    assert [message_id for message_id, _ in await broker.taken(SCORE.name)] == ["m"]


async def test_it_is_kept_when_the_diagnosis_was_cancelled(
    db: Database, clients: Clients, user: UUID, diagnosis: UUID
) -> None:
    assert await cancel_diagnosis(db, user, diagnosis)
    assert await replay(clients, SCORE.name) == KEPT


async def test_it_is_kept_when_its_collection_has_failed_or_is_gone(
    db: Database, clients: Clients, diagnosis: UUID
) -> None:
    assert diagnosis
    await db.execute("UPDATE collection_subject SET status = 'failed'")
    assert await replay(clients, SCORE.name) == KEPT
    await db.execute("DELETE FROM collection")
    assert await replay(clients, SCORE.name) == KEPT
