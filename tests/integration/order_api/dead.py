"""Dead letters and the orders they are about: what both test modules use."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aio_pika

from answerlens_common.broker.topology import queues_of
from answerlens_common.db import Database
from answerlens_common.events import (
    CollectionAnswered,
    KeywordRequested,
    Lane,
    OrderAnalysed,
    QuestionQueued,
    StageFailed,
    WorkEvent,
)

if TYPE_CHECKING:
    from tests.integration.order_api.conftest import Clients

SEARCH = queues_of(KeywordRequested)[0]
SCORE = queues_of(CollectionAnswered)[0]
ASK = queues_of(QuestionQueued, "chat-a")[0]
ANALYSED = queues_of(OrderAnalysed)[0]


@dataclass
class Broker:
    """Makes dead letters of events, and takes out what has come back."""

    channel: aio_pika.abc.AbstractChannel

    async def dead_letter(self, queue: str, body: bytes, message_id: str, reason: str = "failed") -> None:
        headers: dict[str, Any] = {"x-reason": reason, "x-error": "it broke", "x-attempts": 3}
        message = aio_pika.Message(body, message_id=message_id, headers=headers, timestamp=dt.datetime.now(dt.UTC))
        await self.channel.default_exchange.publish(message, f"{queue}.dead")

    async def taken(self, queue: str) -> list[tuple[str | None, bytes]]:
        source = await self.channel.get_queue(queue)
        found = []
        while (message := await source.get(no_ack=True, fail=False)) is not None:
            found.append((message.message_id, message.body))
        return found


def event(order: dict[str, Any], kind: type[WorkEvent], **more: Any) -> WorkEvent:
    carried = {"keyword": order["keyword"], "date": order["first_date"], "bank_version": 1, "lane": Lane.EXPRESS}
    return kind.model_validate({**carried, **more})


def before(event: WorkEvent) -> bytes:
    """The body of an event as messages had it before collections had ids."""
    more = {name: getattr(event, name, None) for name in ("date", "question_id")}
    named = {name: str(value) for name, value in more.items() if value is not None}
    return json.dumps({**event.model_dump(mode="json", exclude_none=True), **named}, ensure_ascii=False).encode()


def failed(order: dict[str, Any], stage: str, engine: str | None = None) -> StageFailed:
    date = dt.date.fromisoformat(order["first_date"])
    return StageFailed(stage=stage, keyword=order["keyword"], date=date, engine=engine, error="E: it broke")


async def read(clients: "Clients", order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await clients.acme.get(f"/api/orders/{order['id']}")).json()
    return found


async def engines(db: Database) -> dict[str, str]:
    return {row["engine"]: row["status"] for row in await db.rows("SELECT engine, status FROM measurement_engine")}


async def replay(clients: "Clients", queue: str, **selection: str) -> dict[str, Any]:
    response = await clients.admin.post(f"/api/dead-letters/{queue}/replay", json=selection)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer
