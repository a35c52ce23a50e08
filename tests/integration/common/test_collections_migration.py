"""The schema before collections, full of rows, becomes today's; and goes back."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

import answerlens_common.db.migrations
from answerlens_common.settings import PostgresSettings
from tests.golden.database import REVISION, seed

MIGRATION = "0026"
_NAME = "before_collections"

# An answer with everything that hangs on it, by the names that outlive the change of keys.
_LEFT = """
SELECT a.keyword, a.question_id, a.engine, a.answer_date, a.replicate, a.question_text, a.status, a.answer_text,
    s.score, (SELECT array_agg(link_url ORDER BY position) FROM ai_link l WHERE {links}) AS links
FROM ai_answer a LEFT JOIN question_score s USING (keyword, question_id, engine, answer_date, replicate)
ORDER BY a.id
"""
BEFORE = _LEFT.format(links="l.answer_id = a.id AND l.answer_date = a.answer_date")
TODAY = _LEFT.format(
    links="(l.collection_id, l.number, l.replicate) = (a.collection_id, a.number, a.replicate)"
    " AND l.answer_date = a.answer_date"
)
_PARTITIONS = (
    "SELECT oid FROM pg_class WHERE relispartition AND relkind = 'r' AND relname ~ '^day_.*(answer|link|score)$'"
)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", answerlens_common.db.migrations.__path__[0])
    config.attributes["url"] = PostgresSettings(url=url).sqlalchemy_url
    return config


@pytest.fixture
async def yesterday(postgres_url: str) -> AsyncIterator[tuple[asyncpg.Connection, Config]]:
    """A database of the revision before, with the rows of a small installation."""
    server = postgres_url.rpartition("/")[0]
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"DROP DATABASE IF EXISTS {_NAME}")
    await admin.execute(f"CREATE DATABASE {_NAME} TEMPLATE template0")
    config = _config(f"{server}/{_NAME}")
    await asyncio.to_thread(command.upgrade, config, REVISION)
    connection = await asyncpg.connect(f"{server}/{_NAME}")
    await connection.execute(seed())
    await connection.execute("SET search_path = public")
    yield connection, config
    await connection.close()
    await admin.execute(f"DROP DATABASE {_NAME}")
    await admin.close()


async def test_answers_keep_what_hangs_on_them_and_their_partitions(
    yesterday: tuple[asyncpg.Connection, Config],
) -> None:
    db, config = yesterday
    left, runs = await db.fetch(BEFORE), await db.fetch("SELECT id, keyword, engine, date, status FROM collection_run")
    partitions = await db.fetch(_PARTITIONS)
    assert len(left) == 80
    assert any(row["links"] for row in left)
    assert any(row["score"] is not None for row in left)

    await asyncio.to_thread(command.upgrade, config, MIGRATION)
    assert await db.fetch(TODAY) == left
    found = await db.fetch("SELECT id, keyword, engine, date, status FROM collection WHERE purpose = 'keyword_day'")
    assert found == runs
    assert set(partitions) <= set(await db.fetch(_PARTITIONS)), "the days were not copied"
    unlike = await db.fetch(
        "SELECT q.* FROM ai_answer a JOIN collection_question q USING (collection_id, number)"
        " WHERE q.text <> a.question_text OR q.question_id <> a.question_id"
    )
    assert unlike == []
    numbers = await db.fetch(
        "SELECT array_agg(number ORDER BY number) AS numbers, c.total FROM collection_question q"
        " JOIN collection c ON c.id = collection_id GROUP BY c.id"
    )
    assert numbers
    assert all(row["numbers"] == list(range(1, row["total"] + 1)) for row in numbers)
    await db.execute("SELECT ensure_answer_day('2031-01-30'), ensure_answer_day('2031-01-30', 'private')")

    await asyncio.to_thread(command.downgrade, config, REVISION)
    assert await db.fetch(BEFORE) == left
    await db.execute("SELECT ensure_answer_day('2031-01-31')")


async def test_todays_tables_are_those_that_the_migrations_make(postgres_url: str) -> None:
    await asyncio.to_thread(command.check, _config(postgres_url))
