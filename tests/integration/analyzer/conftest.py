"""An order that is measured on two engines day after day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from answerlens_common.db import Database
from tests.support.answered import KEYWORD, Given, analyse, as_json, rates_of, store_bank, store_day

FIRST = dt.date(2026, 1, 1)
QUESTIONS = 60
NAMED = "推荐索尼。"


def day(n: int) -> dt.date:
    """The n-th day."""
    return FIRST + dt.timedelta(days=n - 1)


@dataclass
class Tracked:
    """An order, and what the world answers to its questions."""

    db: Database
    order_id: UUID

    async def wait_on(self, n: int, *engines: str) -> None:
        """Open the measurement of a day, or open it again."""
        async with self.db.transaction() as tx:
            values = {"order": self.order_id, "date": day(n)}
            await tx.execute(
                "INSERT INTO measurement (order_id, date, keyword) VALUES (:order, :date, :keyword)"
                " ON CONFLICT DO NOTHING",
                **values,
                keyword=KEYWORD,
            )
            for engine in engines:
                await tx.execute(
                    "INSERT INTO measurement_engine (order_id, date, engine) VALUES (:order, :date, :engine)"
                    " ON CONFLICT (order_id, date, engine) DO UPDATE SET status = 'pending'",
                    **values,
                    engine=engine,
                )

    async def measure(self, n: int, named: int, engine: str = "chat-a", ok: int = QUESTIONS) -> dict[str, Any]:
        """A day on which the first `named` answers name the brand and the last ones fail; its rates."""
        answers = {
            f"q{i:03}": Given(text=NAMED if i < named else "都可以。", status="ok" if i < ok else "failed")
            for i in range(QUESTIONS)
        }
        await self.wait_on(n, engine)
        await store_day(self.db, engine, day(n), answers)
        await analyse(self.db, engine, day(n))
        return await self.rates(n, engine)

    async def rates(self, n: int, engine: str = "chat-a") -> dict[str, Any]:
        """The stored rates of a day."""
        return await rates_of(self.db, self.order_id, day(n), engine)

    async def rename(self, brand: Mapping[str, Any], competitors: Sequence[Mapping[str, Any]] = ()) -> None:
        """Look for other names from now on."""
        async with self.db.transaction() as tx:
            await tx.execute(
                "UPDATE orders SET brand = CAST(:brand AS jsonb), competitors = CAST(:competitors AS jsonb)",
                brand=as_json(brand),
                competitors=as_json(competitors),
            )


async def versions(tracked: Tracked, n: int, name: str) -> list[Any]:
    """One of the versions behind a day's rates, by engine."""
    rows = await tracked.db.rows(
        "SELECT versions -> CAST(:name AS text) AS version FROM mention_percentage WHERE date = :date ORDER BY engine",
        name=name,
        date=day(n),
    )
    return [row["version"] for row in rows]


@pytest.fixture
async def tracked(database: Database) -> Tracked:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO engine (name, kind, surface, profile) SELECT name, 'browser', 'browser', '{}'"
            " FROM unnest(ARRAY['chat-a', 'chat-b']) AS name"
        )
        user = await tx.value("INSERT INTO users (name, role, key_sha256) VALUES ('acme', 'client', 'x') RETURNING id")
        order_id = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " VALUES (:user, :keyword, '索尼', '{\"name\": \"索尼\"}', ARRAY['chat-a', 'chat-b'], :date) RETURNING id",
            user=user,
            keyword=KEYWORD,
            date=FIRST,
        )
    await store_bank(database, {f"q{i:03}": (i % 4, f"第 {i} 个问题：耳机怎么选？") for i in range(QUESTIONS)})
    return Tracked(database, order_id)
