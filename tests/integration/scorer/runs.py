"""A run as the collector leaves it, and somebody who waits for it."""

from collections.abc import Sequence

from answerlens_common.db import Database
from answerlens_common.events import CollectionAnswered
from tests.support.collected import Kept, store_answers, store_collection


async def store_run(db: Database, event: CollectionAnswered, texts: Sequence[str]) -> None:
    """A run that waits for its scores."""
    assert event.keyword is not None
    assert event.date is not None
    async with db.transaction() as tx:
        collection_id = await store_collection(
            tx, event.keyword, event.date, event.engine, total=len(texts), status="collected"
        )
        await store_answers(tx, collection_id, [Kept(f"q{number:02}", text=text) for number, text in enumerate(texts)])


async def somebody_waits(db: Database, event: CollectionAnswered) -> None:
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
