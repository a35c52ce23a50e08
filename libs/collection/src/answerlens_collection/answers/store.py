"""Answers and their links, by question: tables `ai_answer`, `ai_link`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_collection.answers.answer import Answer
from answerlens_collection.answers.questions import QuestionKey, columns_of
from answerlens_collection.collections.store import Collection, Reader, get
from answerlens_common.db.database import Transaction
from answerlens_common.text.matching import fold_text
from answerlens_common.work.leases import collection_scope

# As many as the column holds; a site may write what it likes there, its whole error for one.
MOST_REASON_CHARACTERS = 50
MOST_MODEL_CHARACTERS = 255


@dataclass(frozen=True)
class Asked:
    """A question and how things stand with it."""

    key: QuestionKey
    collection: Collection
    question_id: str | None
    question: str
    is_answered: bool
    is_awaited: bool


@dataclass(frozen=True)
class Ended:
    """How many questions of a collection have ended, how many of them with an answer, and how many were not asked."""

    all: int
    ok: int
    not_asked: int = 0


async def look_up(reader: Reader, key: QuestionKey) -> Asked | None:
    """The question, or None when it is unknown."""
    collection = await get(reader, key.collection_id)
    if collection is None:
        return None
    row = await reader.row(
        "SELECT question_id, text, EXISTS (SELECT FROM ai_answer WHERE collection_id = :id AND number = :number"
        " AND replicate = :replicate AND retention = :retention AND answer_date = :date) AS is_answered,"
        " EXISTS (SELECT FROM awaited_collection WHERE collection_id = :id) AS is_awaited FROM collection_question"
        " WHERE collection_id = :id AND number = :number AND retention = :retention AND date = :date",
        **columns_of(collection),
        number=key.number,
        replicate=key.replicate,
    )
    if row is None:
        return None
    return Asked(key, collection, row["question_id"], row["text"], row["is_answered"], row["is_awaited"])


async def count_ended(tx: Transaction, collection: Collection) -> Ended:
    """Count the answers there are, failed ones too."""
    row = await tx.row(
        "SELECT count(*) AS \"all\", count(*) FILTER (WHERE status = 'ok') AS ok,"
        " count(*) FILTER (WHERE status = 'not_asked') AS not_asked FROM ai_answer"
        " WHERE collection_id = :id AND retention = :retention AND answer_date = :date",
        **columns_of(collection),
    )
    return Ended(**row) if row else Ended(0, 0)


async def store(tx: Transaction, asked: Asked, answer: Answer, *, seconds: float) -> None:
    """Store an answer, or that there is none, unless there is one already; `seconds` is how long it took."""
    collection = asked.collection
    stored = await tx.execute(
        "INSERT INTO ai_answer (collection_id, number, replicate, retention, answer_date, keyword, question_id,"
        " question_text, engine, surface, status, answer_text, folded_text, reasoning, search_ran, citations_known,"
        " finish_reason, queries, error, duration, requested_model, served_model, prompt_tokens, completion_tokens,"
        " cost)"
        " VALUES (:id, :number, :replicate, :retention, :date, :keyword, :question_id, :question, :engine, :surface,"
        " :status, :text, :folded, :reasoning, :search_ran, :citations_known, :finish_reason,"
        " CAST(:queries AS jsonb), :error, :seconds, :requested_model, :served_model, :prompt_tokens,"
        " :completion_tokens, :cost)"
        " ON CONFLICT (collection_id, number, replicate, retention, answer_date) DO NOTHING",
        **columns_of(collection),
        number=asked.key.number,
        replicate=asked.key.replicate,
        keyword=collection.keyword,
        question_id=asked.question_id,
        question=asked.question,
        engine=collection.engine,
        surface=collection.surface,
        status=answer.status.value,
        text=answer.text,
        folded=fold_text(answer.text).folded,
        reasoning=answer.reasoning,
        search_ran=answer.search_ran,
        citations_known=answer.citations_known,
        finish_reason=answer.finish_reason and answer.finish_reason[:MOST_REASON_CHARACTERS],
        queries=json.dumps(answer.queries, ensure_ascii=False),
        error=answer.error,
        seconds=seconds,
        requested_model=answer.requested_model and answer.requested_model[:MOST_MODEL_CHARACTERS],
        served_model=answer.served_model and answer.served_model[:MOST_MODEL_CHARACTERS],
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        cost=answer.cost,
    )
    if not stored:
        return
    await tx.execute(
        "INSERT INTO ai_link (collection_id, number, replicate, retention, answer_date, position, link_url, title,"
        " site, cited)"
        " SELECT CAST(:id AS bigint), CAST(:number AS int), CAST(:replicate AS smallint),"
        " CAST(:retention AS text), CAST(:date AS date), link.*"
        " FROM unnest(CAST(:positions AS smallint[]), CAST(:urls AS text[]), CAST(:titles AS text[]),"
        " CAST(:sites AS text[]), CAST(:cited AS boolean[])) AS link",
        **columns_of(collection),
        number=asked.key.number,
        replicate=asked.key.replicate,
        positions=list(range(1, len(answer.links) + 1)),
        urls=[link.url for link in answer.links],
        titles=[link.title for link in answer.links],
        sites=[link.site for link in answer.links],
        cited=[link.cited for link in answer.links],
    )


async def end_unanswered(tx: Transaction, collection_id: int, why: str) -> int:
    """Store of every question without an answer that it was not asked, or else that it failed; how many there were.

    A keyword's question was asked once its claim's holder had come to the call outside; a client's own, which nothing
    asks again, has failed in any case. `why` is a sentence.

    In a set order, and before the collection is locked, as an answer is stored: two that store never wait for one
    another in a ring.
    """
    return await tx.execute(
        "INSERT INTO ai_answer (collection_id, number, replicate, retention, answer_date, keyword, question_id,"
        " question_text, engine, surface, status, error)"
        " SELECT c.id, q.number, turn.number, c.retention, c.date, c.keyword, q.question_id, q.text, c.engine,"
        " c.surface, CASE WHEN spared.unasked THEN 'not_asked' ELSE 'failed' END,"
        " CASE WHEN spared.unasked THEN 'not asked. ' ELSE 'not answered. ' END || CAST(:why AS text)"
        " FROM collection c JOIN collection_question q"
        " ON q.collection_id = c.id AND q.retention = c.retention AND q.date = c.date"
        " CROSS JOIN LATERAL generate_series(1, c.replicates) AS turn (number)"
        " CROSS JOIN LATERAL (SELECT c.purpose = 'keyword_day' AND NOT EXISTS (SELECT FROM claim"
        " WHERE stage = 'ask' AND scope = :scope AND item = q.number || '#' || turn.number"
        " AND (external_call_made OR attempts > 1)) AS unasked) AS spared"
        " WHERE c.id = :id AND c.status = 'collecting' ORDER BY turn.number, q.number"
        " ON CONFLICT (collection_id, number, replicate, retention, answer_date) DO NOTHING",
        id=collection_id,
        scope=collection_scope(collection_id),
        why=why,
    )


async def forget_failed(tx: Transaction, collection: Collection, keys: Sequence[tuple[int, int]]) -> int:
    """Forget that these questions (number, replicate) failed; how many had."""
    return await tx.execute(
        "DELETE FROM ai_answer WHERE collection_id = :id AND retention = :retention AND answer_date = :date"
        " AND status = 'failed' AND (number, replicate) IN (SELECT * FROM"
        " unnest(CAST(:numbers AS int[]), CAST(:replicates AS smallint[])))",
        **columns_of(collection),
        numbers=[number for number, _ in keys],
        replicates=[replicate for _, replicate in keys],
    )


async def forget_unanswered(tx: Transaction, collection: Collection) -> None:
    """Forget everything but answers and refusals: it can be asked again."""
    await tx.execute(
        "DELETE FROM ai_answer WHERE collection_id = :id AND retention = :retention AND answer_date = :date"
        " AND status NOT IN ('ok', 'refused')",
        **columns_of(collection),
    )
