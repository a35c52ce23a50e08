"""What nobody waits for is neither searched nor built: an order may be cancelled while its message is in a queue."""

import datetime as dt
from typing import Any, cast

from answerlens_bank_builder.handlers import Handlers as BankHandlers
from answerlens_common.db import Database
from answerlens_common.events import KeywordRequested, KeywordSearched, Lane
from answerlens_common.settings import FreshnessSettings
from answerlens_searcher.handlers import Handlers as SearchHandlers
from tests.support.waiting import cancel, somebody_waits

DAY = dt.date(2026, 5, 10)
REQUESTED = KeywordRequested(keyword="咖啡机", date=DAY, bank_version=1, lane=Lane.EXPRESS)
SEARCHED = KeywordSearched.following(REQUESTED)
UNUSED = cast("Any", None)


async def test_a_keyword_that_nobody_waits_for_is_not_searched(database: Database) -> None:
    handlers = SearchHandlers(database, UNUSED, FreshnessSettings(), retries=2)
    await somebody_waits(database, REQUESTED.keyword, DAY + dt.timedelta(days=1))
    order = await somebody_waits(database, REQUESTED.keyword, DAY)
    assert await handlers.cached(REQUESTED) is None
    await cancel(database, order)
    assert await handlers.cached(REQUESTED) == []


async def test_a_bank_that_nobody_waits_for_is_not_built(database: Database) -> None:
    handlers = BankHandlers(database, UNUSED, UNUSED, UNUSED)
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO zhihu_question (keyword, search_date, question_text, question_id, source_url)"
            " VALUES (:keyword, :date, '?', '1', '')",
            keyword=SEARCHED.keyword,
            date=DAY,
        )
    order = await somebody_waits(database, SEARCHED.keyword, DAY)
    assert await handlers.cached(SEARCHED) is None
    await cancel(database, order)
    assert await handlers.cached(SEARCHED) == []
