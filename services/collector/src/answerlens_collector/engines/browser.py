"""Engines of kind `browser`: asked on their own site, in warm pages, as their profile says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from answerlens_collection.answers.answer import Answer
from answerlens_collector.driver import ask
from answerlens_collector.engines.engine import Ask, Question
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.limits.breakers import PLAYWRIGHT, Breakers, engine_breaker


class BrowserEngine:
    """A chat site, and the pages that are open on it."""

    def __init__(self, profile: SiteProfile, settings: BrowserSettings, breakers: Breakers) -> None:
        self.name = profile.name
        self.places = profile.pacing.pages
        self.seconds_between_asks = profile.pacing.min_seconds_between_asks
        self.breakers: tuple[str, ...] = (engine_breaker(profile.name), PLAYWRIGHT)
        self.pool = PagePool(profile, settings, breakers)
        self._profile = profile

    async def __aenter__(self) -> Self:
        await self.pool.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.__aexit__()

    @asynccontextmanager
    async def place(self, *, urgent: bool) -> AsyncIterator[Ask]:
        """A page of the site; see `PagePool.page` and `driver.ask` for what is raised."""
        async with self.pool.page(urgent=urgent) as page:

            async def put(question: Question) -> Answer:
                profile = self._profile.asked_on(question.date, question.replicate, question.keyword)
                return await ask(page, profile, question.text)

            yield put
