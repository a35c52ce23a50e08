"""The questions that admins have listed: table `listed_question`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from answerlens_common.db.database import Transaction
from answerlens_orders.keywords.list_checking import TakenQuestion


@dataclass(frozen=True)
class StoredListed:
    """A question on a list."""

    id: int
    question_id: str
    question: str
    added_by: str
    created_at: dt.datetime


async def lock(tx: Transaction, keyword: str) -> None:
    """Let nothing else change the keyword's list before the transaction's end."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))", name=f"question list {keyword}")


async def ids(tx: Transaction, keyword: str) -> set[str]:
    """Which questions are on a keyword's list."""
    rows = await tx.rows("SELECT question_id FROM listed_question WHERE keyword = :keyword", keyword=keyword)
    return {row["question_id"] for row in rows}


async def add(tx: Transaction, keyword: str, questions: Sequence[TakenQuestion], added_by: str) -> None:
    """Put questions on a keyword's list, in their order."""
    await tx.execute(
        "INSERT INTO listed_question (keyword, question_id, question_text, added_by)"
        " SELECT CAST(:keyword AS text), id, question, CAST(:added_by AS text)"
        " FROM unnest(CAST(:ids AS text[]), CAST(:texts AS text[])) WITH ORDINALITY AS given (id, question, number)"
        " ORDER BY number ON CONFLICT (keyword, question_id) DO NOTHING",
        keyword=keyword,
        added_by=added_by,
        ids=[question.question_id for question in questions],
        texts=[question.text for question in questions],
    )


async def page(tx: Transaction, keyword: str, after: int, limit: int) -> list[StoredListed]:
    """Questions of a keyword's list in the order in which they were added, those after an id."""
    return await tx.rows(
        "SELECT id, question_id, question_text AS question, added_by, created_at FROM listed_question"
        " WHERE keyword = :keyword AND id > :after ORDER BY id LIMIT :limit",
        StoredListed,
        keyword=keyword,
        after=after,
        limit=limit,
    )


async def remove(tx: Transaction, keyword: str, question_id: str | None) -> int:
    """Take a question off a keyword's list, or all; how many there were."""
    return await tx.execute(
        "DELETE FROM listed_question WHERE keyword = :keyword"
        " AND (CAST(:question_id AS text) IS NULL OR question_id = :question_id)",
        keyword=keyword,
        question_id=question_id,
    )


async def next_search(
    tx: Transaction, keyword: str, today: dt.date, *, search_fresh_days: int, bank_fresh_days: int
) -> dt.date:
    """From which date on a keyword that is measured is searched anew."""
    date: dt.date = await tx.value(
        "SELECT GREATEST(CAST(:today AS date),"
        " (SELECT max(search_date) FROM zhihu_question WHERE keyword = :keyword) + CAST(:search_fresh_days AS int),"
        " (SELECT max(built_date) FROM bank WHERE keyword = :keyword AND status = 'ready')"
        " + CAST(:bank_fresh_days AS int))",
        keyword=keyword,
        today=today,
        search_fresh_days=search_fresh_days,
        bank_fresh_days=bank_fresh_days,
    )
    return date
