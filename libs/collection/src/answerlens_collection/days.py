"""The partitions of a day: questions, answers, links and scores of one class, made and dropped together."""

import datetime as dt

from answerlens_common.contracts.collections import Retention
from answerlens_common.db import Database
from answerlens_common.db.database import Transaction

DAY_TABLES = ("ai_answer", "ai_link", "question_score", "collection_question")


async def make_days(tx: Transaction, first: dt.date, last: dt.date) -> None:
    """Make the partitions of these days ahead, of both classes: no client waits for a table that is made for it."""
    await tx.execute(
        "SELECT ensure_answer_day(day::date, retention)"
        " FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') AS day,"
        " unnest(CAST(:classes AS text[])) AS class (retention)",
        first=first,
        last=last,
        classes=[retention.value for retention in Retention],
    )


async def kept_days(db: Database, retention: Retention) -> list[dt.date]:
    """The days of a class that have partitions, oldest first."""
    rows = await db.rows(
        "SELECT DISTINCT to_date(substring(relname FROM 5 FOR 8), 'YYYYMMDD') AS day FROM pg_class"
        " WHERE relispartition AND relkind = 'r' AND relname ~ :pattern ORDER BY day",
        pattern=f"^day_\\d{{8}}_{_infix(retention)}({'|'.join(DAY_TABLES)})$",
    )
    return [row["day"] for row in rows]


async def lock_days(tx: Transaction) -> None:
    """Keep every writer and reader of answers out until the transaction ends."""
    await tx.execute("SELECT lock_answer_days()")


async def drop_day(tx: Transaction, day: dt.date, retention: Retention) -> None:
    """Drop a day of one class, and its collections: without answers a collection is no result."""
    await tx.execute("SELECT drop_answer_day(:day, :retention)", day=day, retention=retention.value)
    await tx.execute(
        "DELETE FROM collection WHERE date = :day AND retention = :retention", day=day, retention=retention.value
    )


def _infix(retention: Retention) -> str:
    return "" if retention is Retention.SHARED else f"{retention}_"
