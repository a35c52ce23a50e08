"""Stores the answers of an import, from the rows that were checked (table `answer_import_row`)."""

from uuid import UUID

from answerlens_common.db.database import Transaction

_OF_BATCH = """
FROM answer_import_row r JOIN collection c ON c.owner_id = r.import_id AND c.purpose = 'import' AND c.engine = r.engine
"""


async def store_batch(tx: Transaction, import_id: UUID, batch: int) -> None:
    """Store the answers of a batch with their links, in the collections that are open for them."""
    await tx.execute(
        "INSERT INTO ai_answer (collection_id, number, replicate, retention, answer_date, question_text, engine,"
        " surface, status, answer_text, folded_text, citations_known, asked_at, served_model, external_id)"
        " SELECT c.id, r.number, r.replicate, c.retention, c.date, r.question, c.engine, c.surface, r.status,"
        " r.answer_text, r.folded_text, r.citations_known, r.asked_at, r.model, r.external_id"
        f" {_OF_BATCH} WHERE r.import_id = :owner AND r.batch = :batch ORDER BY r.line",
        owner=import_id,
        batch=batch,
    )
    await tx.execute(
        "INSERT INTO ai_link (collection_id, number, replicate, retention, answer_date, position, link_url, title,"
        " site, cited)"
        " SELECT c.id, r.number, r.replicate, c.retention, c.date, link.position, link.value ->> 'url',"
        " link.value ->> 'title', link.value ->> 'site', CAST(link.value ->> 'cited' AS boolean)"
        f" {_OF_BATCH} CROSS JOIN LATERAL jsonb_array_elements(r.links) WITH ORDINALITY AS link (value, position)"
        " WHERE r.import_id = :owner AND r.batch = :batch",
        owner=import_id,
        batch=batch,
    )
