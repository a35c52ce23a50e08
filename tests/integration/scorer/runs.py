"""A run as the collector leaves it, and somebody who waits for it."""

from collections.abc import Sequence

from answerlens_common.db import Database
from answerlens_common.events import KeywordAnswersCollected


async def store_run(db: Database, event: KeywordAnswersCollected, texts: Sequence[str]) -> None:
    """A run that waits for its scores."""
    of = {"keyword": event.keyword, "engine": event.engine, "date": event.date}
    async with db.transaction() as tx:
        await tx.execute("SELECT ensure_answer_day(:date)", date=event.date)
        await tx.execute(
            "INSERT INTO collection_run (keyword, engine, date, bank_version, surface, total, lane, status)"
            " VALUES (:keyword, :engine, :date, 1, 'browser', :total, 'express', 'collected')",
            **of,
            total=len(texts),
        )
        for number, text in enumerate(texts):
            await tx.execute(
                "INSERT INTO ai_answer (answer_date, keyword, question_id, question_text, engine, surface, status,"
                " answer_text) VALUES (:date, :keyword, :id, '哪款好？', :engine, 'browser', 'ok', :text)",
                **of,
                id=f"q{number:02}",
                text=text,
            )


async def somebody_waits(db: Database, event: KeywordAnswersCollected) -> None:
    """An order on the run's keyword and engine."""
    of = {"keyword": event.keyword, "date": event.date}
    async with db.transaction() as tx:
        user = await tx.value("INSERT INTO users (name, role, key_sha256) VALUES ('u', 'client', 'k') RETURNING id")
        order = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " VALUES (:user, :keyword, '索尼', '{}', '{chat-a}', :date) RETURNING id",
            **of,
            user=user,
        )
        await tx.execute(
            "INSERT INTO measurement (order_id, date, keyword) VALUES (:order, :date, :keyword)", **of, order=order
        )
        await tx.execute(
            "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:order, :date, :engine)",
            order=order,
            date=event.date,
            engine=event.engine,
        )
