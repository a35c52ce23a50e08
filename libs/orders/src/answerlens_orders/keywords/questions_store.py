"""The questions that were asked for a keyword: tables `bank` and `question_bank`, as far as a user's orders reach."""

import datetime as dt
from dataclasses import dataclass

from answerlens_common.db.database import Transaction
from answerlens_orders.accounts.store import User, scope
from answerlens_orders.keywords.opened import COMPLETED


@dataclass(frozen=True)
class Bank:
    """A complete bank; `left_over` is what people ask that fits none of its intents, `origins` counts its sources."""

    version: int
    built_date: dt.date
    left_over: list[str]
    origins: dict[str, int]


@dataclass(frozen=True)
class StoredQuestion:
    """A question of a bank."""

    id: int
    cluster_id: int
    question_id: str
    intent: str
    question: str
    source_questions: list[str]
    source_origins: list[str]
    anchor: bool


async def brands(tx: Transaction, user: User, keyword: str) -> list[list[dict[str, object]]]:
    """For each of the user's orders on the keyword its brand and its competitors, equal ones once."""
    rows = await tx.rows(
        "SELECT DISTINCT brand, competitors FROM orders"
        " WHERE keyword = :keyword AND (CAST(:user_id AS uuid) IS NULL OR user_id = :user_id)",
        keyword=keyword,
        user_id=scope(user),
    )
    return [[row["brand"], *row["competitors"]] for row in rows]


async def banks(tx: Transaction, user: User, keyword: str) -> list[Bank]:
    """The complete banks that a day which is open to the user was measured with; newest first."""
    return await tx.rows(
        "SELECT version, built_date, left_over, origins FROM bank WHERE keyword = :keyword"  # noqa: S608 - a constant
        " AND status = 'ready' AND EXISTS ("
        " SELECT FROM orders o JOIN measurement m ON m.order_id = o.id"
        " JOIN keyword_day day ON day.keyword = m.keyword AND day.date = m.date"
        " WHERE o.keyword = bank.keyword AND day.bank_version = bank.version"
        f" AND (:is_admin OR {COMPLETED})"
        " AND (CAST(:user_id AS uuid) IS NULL OR o.user_id = :user_id)) ORDER BY version DESC",
        Bank,
        keyword=keyword,
        user_id=scope(user),
        is_admin=user.is_admin,
    )


async def page(tx: Transaction, keyword: str, version: int, after: tuple[int, int], limit: int) -> list[StoredQuestion]:
    """Questions of a bank by cluster, those after a key (cluster, id)."""
    return await tx.rows(
        "SELECT id, cluster_id, question_id, main_intent AS intent, generated_question AS question, source_questions,"
        " source_origins, anchor FROM question_bank WHERE keyword = :keyword AND bank_version = :version"
        " AND (cluster_id, id) > (:cluster, :id) ORDER BY cluster_id, id LIMIT :limit",
        StoredQuestion,
        keyword=keyword,
        version=version,
        cluster=after[0],
        id=after[1],
        limit=limit,
    )
