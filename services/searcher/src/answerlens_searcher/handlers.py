"""`KeywordRequested` in, `KeywordSearched` out."""

from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordRequested, KeywordSearched
from answerlens_common.limits.breakers import ZHIHU_SEARCH, Breakers
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.claims import Lease
from answerlens_orders.measurements.entry import is_awaited, older_bank
from answerlens_searcher import store
from answerlens_searcher.source import SITE_FAILURES, QuestionSource


@dataclass(frozen=True)
class Handlers:
    """The search stage, with what it needs."""

    db: Database
    source: QuestionSource
    freshness: FreshnessSettings
    breakers: Breakers

    async def cached(self, event: KeywordRequested) -> list[Event] | None:
        """A search of the last days is used again; one that no order waits for is left until one does."""
        if await store.is_fresh(self.db, event, self.freshness):
            return [KeywordSearched.following(event)]
        return None if await is_awaited(self.db, event) else []

    async def on_keyword_requested(self, event: KeywordRequested, lease: Lease) -> list[Event]:
        """Find what people ask, store it."""
        async with self.breakers.guard(ZHIHU_SEARCH, *SITE_FAILURES):
            questions = await self.source.search(event.keyword)
        await store.store_questions(lease, event, questions)
        return [KeywordSearched.following(event)]

    async def failed(self, event: KeywordRequested, lease: Lease, _error: str) -> list[Event] | None:
        """A captcha at midnight does not cost the day: an older bank will do."""
        return await older_bank(lease, event)
