"""Texts of a keyword's answers a user may read: view `keyword_answer`, on days that the user's orders completed."""

from answerlens_common.db.database import Transaction
from answerlens_orders.accounts.store import User, scope


async def newest(tx: Transaction, user: User, keyword: str, most: int) -> list[str]:
    """Texts of the newest such day's `ok` answers, at most so many."""
    rows = await tx.rows(
        "SELECT a.answer_text FROM keyword_answer a WHERE a.keyword = :keyword AND a.status = 'ok' AND a.answer_date ="
        " (SELECT max(m.date) FROM orders o JOIN measurement m ON m.order_id = o.id WHERE o.keyword = :keyword"
        "  AND m.status = 'completed' AND (CAST(:user_id AS uuid) IS NULL OR o.user_id = :user_id))"
        " ORDER BY a.id LIMIT :most",
        keyword=keyword,
        user_id=scope(user),
        most=most,
    )
    return [row["answer_text"] for row in rows]
