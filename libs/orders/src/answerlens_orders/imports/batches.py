"""What an import's file becomes on its way: pieces, batches, checked rows and refusals, by table `answer_import_…`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from answerlens_collection.answers.answer import Link
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction
from answerlens_orders.imports.raw import RawRow
from answerlens_orders.imports.reading import from_json, to_json
from answerlens_orders.imports.rows import CheckedRow, RefusedRow

_STORE = """
INSERT INTO answer_import_row (import_id, batch, line, engine, question, replicate, mark, status, answer_text,
    folded_text, citations_known, links, asked_at, model, external_id)
SELECT CAST(:id AS uuid), CAST(:batch AS int), line, engine, question, replicate, mark, status, answer_text,
    folded_text, citations_known, CAST(links AS jsonb), asked_at, model, external_id
FROM unnest(CAST(:line AS int[]), CAST(:engine AS text[]), CAST(:question AS text[]), CAST(:replicate AS int[]),
    CAST(:mark AS text[]), CAST(:status AS text[]), CAST(:answer_text AS text[]), CAST(:folded_text AS text[]),
    CAST(:citations_known AS boolean[]), CAST(:links AS text[]), CAST(:asked_at AS timestamptz[]),
    CAST(:model AS text[]), CAST(:external_id AS text[]))
    AS checked (line, engine, question, replicate, mark, status, answer_text, folded_text, citations_known, links,
        asked_at, model, external_id)
"""


@dataclass(frozen=True)
class Counts:
    """How many of an import's rows there are so far.

    Attributes:
        batches: that its file was cut into.
        checked_batches: of these.
        rows: in all batches.
        checked: in those that have been checked.
        refused: that cannot be taken.
    """

    batches: int
    checked_batches: int
    rows: int
    checked: int
    refused: int


async def piece(db: Database, import_id: UUID, number: int) -> bytes | None:
    """A piece of the file, by its place from 1; None behind the last."""
    found: bytes | None = await db.value(
        "SELECT content FROM answer_import_piece WHERE import_id = :id AND number = :number",
        id=import_id,
        number=number,
    )
    return found


async def store_batch(tx: Transaction, import_id: UUID, number: int, batch: Sequence[RawRow]) -> bool:
    """Keep a batch of the file; False when an earlier attempt has."""
    stored = await tx.execute(
        "INSERT INTO answer_import_batch (import_id, number, count, rows) VALUES (:id, :number, :count, :rows)"
        " ON CONFLICT (import_id, number) DO NOTHING",
        id=import_id,
        number=number,
        count=len(batch),
        rows=to_json(batch),
    )
    return stored > 0


async def end_cut(tx: Transaction, import_id: UUID, number: int, ignored: Sequence[str]) -> None:
    """The file is cut into so many batches; it is of no use any more."""
    await tx.execute(
        "UPDATE answer_import SET batches = :batches, ignored = CAST(:ignored AS jsonb) WHERE id = :id",
        id=import_id,
        batches=number,
        ignored=json.dumps(ignored, ensure_ascii=False),
    )
    await tx.execute("DELETE FROM answer_import_piece WHERE import_id = :id", id=import_id)


async def unchecked(db: Database, import_id: UUID, number: int) -> list[RawRow] | None:
    """The rows of a batch; None when it is checked, or there is none."""
    rows: str | None = await db.value(
        "SELECT rows FROM answer_import_batch WHERE import_id = :id AND number = :number AND checked_at IS NULL",
        id=import_id,
        number=number,
    )
    return None if rows is None else from_json(rows)


async def are_all_checked(reader: Database | Transaction, import_id: UUID) -> bool:
    """Whether the file is cut, and each batch of it is checked."""
    return bool(
        await reader.value(
            "SELECT batches IS NOT NULL AND NOT EXISTS (SELECT FROM answer_import_batch b"
            " WHERE b.import_id = i.id AND b.checked_at IS NULL) FROM answer_import i WHERE id = :id",
            id=import_id,
        )
    )


async def store_checked(
    tx: Transaction, import_id: UUID, number: int, taken: Sequence[CheckedRow], refused: Sequence[RefusedRow]
) -> None:
    """Keep what checking a batch has found."""
    await tx.execute(_STORE, id=import_id, batch=number, **_columns(taken))
    await tx.execute(
        "INSERT INTO answer_import_refusal (import_id, line, field, reason)"
        " SELECT CAST(:id AS uuid), refused.* FROM unnest(CAST(:lines AS int[]), CAST(:fields AS text[]),"
        " CAST(:reasons AS text[])) AS refused",
        id=import_id,
        lines=[row.line for row in refused],
        fields=[row.field for row in refused],
        reasons=[row.reason for row in refused],
    )
    await tx.execute(
        "UPDATE answer_import_batch SET checked_at = clock_timestamp(), rows = NULL"
        " WHERE import_id = :id AND number = :number",
        id=import_id,
        number=number,
    )


async def counts(reader: Database | Transaction, import_id: UUID) -> Counts:
    """How far an import's rows are."""
    found = await reader.row(
        "SELECT count(*) AS batches, count(checked_at) AS checked_batches, COALESCE(sum(count), 0)::int AS rows,"
        " COALESCE(sum(count) FILTER (WHERE checked_at IS NOT NULL), 0)::int AS checked,"
        " (SELECT count(*) FROM answer_import_refusal WHERE import_id = :id) AS refused"
        " FROM answer_import_batch WHERE import_id = :id",
        Counts,
        id=import_id,
    )
    return found or Counts(0, 0, 0, 0, 0)


async def refusals(reader: Database | Transaction, import_id: UUID, after: int, limit: int) -> list[RefusedRow]:
    """The rows that were refused, by line, from the one after a line."""
    return await reader.rows(
        "SELECT line, field, reason FROM answer_import_refusal WHERE import_id = :id AND line > :after"
        " ORDER BY line LIMIT :limit",
        RefusedRow,
        id=import_id,
        after=after,
        limit=limit,
    )


def _columns(taken: Sequence[CheckedRow]) -> dict[str, list[Any]]:
    plain = ("line", "engine", "question", "replicate", "mark", "answer_text", "folded_text", "citations_known")
    told = ("asked_at", "model", "external_id")
    return {
        **{name: [getattr(row, name) for row in taken] for name in (*plain, *told)},
        "status": [row.status.value for row in taken],
        "links": [json.dumps([_link(link) for link in row.links], ensure_ascii=False) for row in taken],
    }


def _link(link: Link) -> dict[str, Any]:
    return {"url": link.url, "title": link.title, "site": link.site, "cited": link.cited}
