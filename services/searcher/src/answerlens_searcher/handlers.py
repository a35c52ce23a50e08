"""`KeywordRequested` in, `KeywordSearched` out."""

from dataclasses import dataclass

from answerlens_common.db import Database
from answerlens_common.events import Event, KeywordRequested, KeywordSearched
from answerlens_common.settings import FreshnessSettings
from answerlens_common.work.claims import Lease
from answerlens_orders.measurements.entry import is_awaited, older_bank
from answerlens_searcher import store
from answerlens_searcher.chain import Chain


@dataclass(frozen=True)
class Handlers:
    """The search stage, with what it needs; `retries`: how often a search is tried again."""

    db: Database
    chain: Chain
    freshness: FreshnessSettings
    retries: int

    async def cached(self, event: KeywordRequested) -> list[Event] | None:
        """A search of the last days is used again; one that no order waits for is left until one does."""
        if await store.is_fresh(self.db, event, self.freshness):
            return [KeywordSearched.following(event)]
        return None if await is_awaited(self.db, event) else []

    async def on_keyword_requested(self, event: KeywordRequested, lease: Lease) -> list[Event]:
        """Find what people ask, store it."""
        questions = await self.chain.search(
            event.keyword,
            is_last_attempt=lease.attempt > self.retries,
            has_bank=await store.has_bank(self.db, event.keyword),
        )
        await store.store_questions(lease, event, questions)
        return [KeywordSearched.following(event)]

    async def failed(self, event: KeywordRequested, lease: Lease, _error: str) -> list[Event] | None:
        """A captcha at midnight does not cost the day: an older bank will do."""
        return await older_bank(lease, event)
