"""Files of answers, taken in and worked off by the real stages."""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

from answerlens_common.contracts.imports import FileFormat
from answerlens_common.db import Database
from answerlens_common.events import Event, ImportReceived
from answerlens_orders.imports.form import ImportForm
from answerlens_orders.imports.read import read_import
from answerlens_orders.imports.receiving import Received, receive
from answerlens_orders.imports.views import ImportView
from tests.support.line import DAY, Line
from tests.support.unreliable import Broker

OWN = "索尼"
RIVAL = "Bose"
LEFT_NOTHING = {"answer_import_piece": 0, "answer_import_row": 0, "rows of batches": 0}


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A row that names both brands where its number is even, and the first of them where it is a multiple of four."""
    text = (
        f"第{number}个回答"
        + (f"，{RIVAL}不错" if number % 2 == 0 else "")
        + (f"，{OWN}也好" if number % 4 == 0 else "")
    )
    return {"question": f"问题 {number}？", "answer": f"{text}。", "engine": "other-chat"} | changes


def json_lines(rows: Sequence[Any]) -> bytes:
    """A file of these rows; a text stands as it is."""
    lines = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rows)
    return "".join(f"{line}\n" for line in lines).encode()


async def sent(content: bytes, step: int = 1000) -> AsyncIterator[bytes]:
    """A body as it comes in."""
    for start in range(0, len(content), step):
        yield content[start : start + step]


async def import_file(
    db: Database,
    user_id: UUID,
    content: bytes,
    *,
    brands: Sequence[str] = (OWN, RIVAL),
    form: FileFormat = FileFormat.JSONL,
) -> Received:
    """Take a file in."""
    return await receive(db, user_id, ImportForm(form, brands), DAY, sent(content))


async def received(db: Database) -> list[Event]:
    """What taking in files has published, by the outbox; it is taken out."""
    async with db.transaction() as tx:
        rows = await tx.rows(
            "DELETE FROM outbox WHERE routing_key LIKE 'import.received.%' RETURNING id, body",
        )
    return [ImportReceived.model_validate_json(one["body"]) for one in sorted(rows, key=lambda one: one["id"])]


async def answers(db: Database, import_id: UUID) -> list[dict[str, Any]]:
    """The answers of an import, by engine, question and replicate."""
    rows = await db.rows(
        "SELECT a.engine, a.number, a.replicate, a.retention, a.keyword, a.surface, q.text AS question,"
        " a.question_text, a.status, a.answer_text, a.citations_known, a.asked_at, a.served_model, a.external_id,"
        " (SELECT json_agg(l.link_url ORDER BY l.position) FROM ai_link l WHERE l.collection_id = a.collection_id"
        " AND l.number = a.number AND l.replicate = a.replicate AND l.cited) AS cited"
        " FROM ai_answer a JOIN collection c ON c.id = a.collection_id"
        " JOIN collection_question q ON q.collection_id = c.id AND q.number = a.number"
        " WHERE c.owner_id = :id ORDER BY a.engine, a.number, a.replicate",
        id=import_id,
    )
    return [dict(one) for one in rows]


async def digest(db: Database, import_id: UUID) -> str:
    """All that an import has brought, in few characters."""
    told = json.dumps(await answers(db, import_id), default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


async def left_on_the_way(db: Database) -> dict[str, int]:
    """What is still kept of files that have ended."""
    tables = ("answer_import_piece", "answer_import_row")
    counts = {table: await db.value(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608
    counts["rows of batches"] = await db.value("SELECT count(*) FROM answer_import_batch WHERE rows IS NOT NULL")
    return counts


async def work_off(line: Line, broker: Broker, events: list[Event]) -> list[Event]:
    """Let the stages work off everything, and the relay what they wrote; the events that were published."""
    handlers: dict[Any, Any] = line.handlers()
    broker.waiting += [(event, str(uuid4()), 0) for event in events]
    published: list[Event] = []
    while True:
        await line.relay()
        if not broker.waiting:
            return published
        event, message_id, _ = broker.waiting.pop(0)
        published.append(event)
        if type(event) in handlers:
            await handlers[type(event)](event, message_id)


async def run(line: Line, broker: Broker, client: UUID, content: bytes, **how: Any) -> ImportView:
    """Import a file and let it run to its end."""
    taken = await import_file(line.db, client, content, **how)
    await work_off(line, broker, [])
    return await read_import(line.db, client, taken.import_id)
