"""Somebody who waits for a keyword."""

import datetime as dt
from uuid import UUID

from answerlens_common.db import Database


async def somebody_waits(db: Database, keyword: str, date: dt.date, engine: str = "chat-a") -> UUID:
    """Place an order whose measurement of the date has just begun."""
    async with db.transaction() as tx:
        order: UUID = await tx.value(
            "WITH owner AS (INSERT INTO users (name, role, key_sha256)"
            " VALUES (gen_random_uuid()::text, 'client', gen_random_uuid()::text) RETURNING id),"
            " placed AS (INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " SELECT id, CAST(:keyword AS text), '索尼', '{}', ARRAY[CAST(:engine AS text)], CAST(:date AS date)"
            " FROM owner RETURNING id),"
            " day AS (INSERT INTO measurement (order_id, date, keyword)"
            " SELECT id, CAST(:date AS date), CAST(:keyword AS text) FROM placed)"
            " INSERT INTO measurement_engine (order_id, date, engine)"
            " SELECT id, CAST(:date AS date), CAST(:engine AS text) FROM placed RETURNING order_id",
            keyword=keyword,
            date=date,
            engine=engine,
        )
    return order


async def cancel(db: Database, order: UUID) -> None:
    """The order wants nothing any more."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE measurement SET status = 'cancelled' WHERE order_id = :order", order=order)
