"""Banks as the bank stage builds and stores them."""

import datetime as dt
import json
from collections.abc import Sequence

from answerlens_bank_builder.handlers import Handlers
from answerlens_common.db import Database
from answerlens_common.events import KeywordSearched, Lane
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_sandbox.catalogue import field_for
from answerlens_sandbox.zhihu_questions import questions

DATE = dt.date(2026, 3, 1)
Row = tuple[int, str, str, str]
SEED = 7


def asked(keyword: str) -> list[str]:
    """What people ask about the keyword on the sandbox's search site."""
    return questions(SEED, field_for(SEED, keyword))


async def search(db: Database, keyword: str, texts: Sequence[str]) -> None:
    """What a search of the keyword would have left."""
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " SELECT :keyword, :date, text, 'z' || number, ''"
            " FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS found (text, number)",
            keyword=keyword,
            date=DATE,
            texts=list(texts),
        )


async def order(db: Database, keyword: str, brand: str, *competitors: str) -> None:
    """A live order on the keyword, of a client of its own."""
    async with db.transaction() as tx:
        user = await tx.value(
            "INSERT INTO users (name, role, key_sha256) VALUES (:name, 'client', :name) RETURNING id",
            name=f"{brand} {len(competitors)}",
        )
        await tx.execute(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, competitors, engines, track_days, first_date)"
            " VALUES (:user, :keyword, :name, CAST(:brand AS jsonb), CAST(:competitors AS jsonb), '{chat-a}', 365,"
            " :date)",
            user=user,
            keyword=keyword,
            name=brand,
            brand=json.dumps({"name": brand}, ensure_ascii=False),
            competitors=json.dumps([{"name": name} for name in competitors], ensure_ascii=False),
            date=DATE,
        )


async def build(handlers: Handlers, keyword: str, version: int = 1) -> list[Row]:
    """Build a bank of the keyword, the first or a later one; for each question its cluster, intent, id and text."""
    date = DATE + dt.timedelta(days=7 * (version - 1))
    event = KeywordSearched(keyword=keyword, date=date, bank_version=version, lane=Lane.BULK)
    lease = await acquire(handlers.db, ClaimKey.of("bank", event), "m", event.lane, 60)
    assert isinstance(lease, Lease)
    await handlers.on_keyword_searched(event, lease)
    await lease.close()
    rows = await handlers.db.rows(
        "SELECT cluster_id, main_intent, question_id, generated_question FROM question_bank"
        " WHERE keyword = :keyword AND bank_version = :version ORDER BY question_id",
        keyword=keyword,
        version=version,
    )
    return [(row["cluster_id"], row["main_intent"], row["question_id"], row["generated_question"]) for row in rows]


async def forget(db: Database) -> None:
    """Leave nothing of any bank, claim or order."""
    async with db.transaction() as tx:
        await tx.execute("TRUNCATE bank, question_bank, zhihu_question, claim, orders, users CASCADE")
