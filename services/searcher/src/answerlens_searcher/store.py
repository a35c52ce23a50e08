"""What people ask about a keyword, as it is stored: table `zhihu_question`; and what admins have listed."""

from collections.abc import Sequence

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import KeywordRequested
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.claims import Lease
from answerlens_orders.measurements.entry import fresh_search_date
from answerlens_searcher.source import SourceQuestion


async def is_fresh(db: Database, event: KeywordRequested, freshness: FreshnessSettings) -> bool:
    """Whether the keyword's questions need no new search on the event's date."""
    async with db.transaction() as tx:
        return await fresh_search_date(tx, event.keyword, event.date, freshness) is not None


async def listed_questions(db: Database, keyword: str) -> list[SourceQuestion]:
    """The questions that an admin has listed for a keyword, in the order in which they were added."""
    rows = await db.rows(
        "SELECT question_text, question_id FROM listed_question WHERE keyword = :keyword ORDER BY id", keyword=keyword
    )
    return [SourceQuestion(row["question_text"], row["question_id"], "", QuestionOrigin.LIST) for row in rows]


async def has_bank(db: Database, keyword: str) -> bool:
    """Whether the keyword has a complete bank, of whatever age, that was made of what people asked."""
    found = await db.value(
        "SELECT EXISTS (SELECT FROM bank WHERE keyword = :keyword AND status = 'ready'"
        " AND (origins = '{}' OR origins - CAST(:synthetic AS text) <> '{}'))",
        keyword=keyword,
        synthetic=QuestionOrigin.MODEL.value,
    )
    return bool(found)


async def store_questions(lease: Lease, event: KeywordRequested, questions: Sequence[SourceQuestion]) -> None:
    """Store a search's questions under its date."""
    async with lease.write() as tx:
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url, origin)"
            " SELECT CAST(:keyword AS text), CAST(:date AS date), question.* FROM unnest(CAST(:texts AS text[]),"
            " CAST(:ids AS text[]), CAST(:urls AS text[]), CAST(:origins AS text[])) AS question"
            " ON CONFLICT (keyword, search_date, question_id) DO NOTHING",
            keyword=event.keyword,
            date=event.date,
            texts=[question.text for question in questions],
            ids=[question.question_id for question in questions],
            urls=[question.url for question in questions],
            origins=[question.origin.value for question in questions],
        )
        await tx.notify(PROGRESS, event.keyword)
