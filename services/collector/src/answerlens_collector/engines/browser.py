"""Engines of kind `browser`: asked on their own site, in warm pages, as their profile says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

from answerlens_collection.answers.answer import Answer
from answerlens_collector.driver import ask
from answerlens_collector.engines.engine import Ask, Question
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_collector.selector_check import check_selectors
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.browser.errors import (
    BrowserCrashedError,
    BrowserLaunchError,
    BrowserMissingError,
    PageFailedError,
    PageTimeoutError,
)
from answerlens_common.contracts.engines import EngineFile
from answerlens_common.limits.breakers import PLAYWRIGHT, Breakers, engine_breaker
from answerlens_common.observing.logs import get_logger

_NO_BROWSER: Final = (
    BrowserCrashedError,
    BrowserLaunchError,
    BrowserMissingError,
    PageFailedError,
    PageTimeoutError,
)


class BrowserEngine:
    """A chat site, and the pages that are open on it."""

    def __init__(
        self, profile: SiteProfile, settings: BrowserSettings, breakers: Breakers, file: EngineFile | None = None
    ) -> None:
        self.name = profile.name
        self.places = profile.pacing.pages
        self.seconds_between_asks = profile.pacing.min_seconds_between_asks
        self.breakers: tuple[str, ...] = (engine_breaker(profile.name), PLAYWRIGHT)
        self.pool = PagePool(profile, settings, breakers)
        self._profile = profile
        self._file = file

    async def __aenter__(self) -> Self:
        """Open no page of the site yet, but a browser, which reads the selectors of the engine's file.

        Raises:
            EngineFileError: one of them is no CSS.
        """
        await self.pool.__aenter__()
        if self._file is not None:
            try:
                await self._check(self._file)
            except BaseException:
                await self.pool.__aexit__()
                raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.__aexit__()

    async def _check(self, file: EngineFile) -> None:
        try:
            async with self.pool.blank() as page:
                await check_selectors(page, self._profile, file)
        except _NO_BROWSER as error:
            # that there is no browser is no fault of the file; questions will tell
            get_logger().warning("selectors are not checked", engine=self.name, error=str(error))

    @asynccontextmanager
    async def place(self, *, urgent: bool) -> AsyncIterator[Ask]:
        """A page of the site; see `PagePool.page` and `driver.ask` for what is raised."""
        async with self.pool.page(urgent=urgent) as page:

            async def put(question: Question) -> Answer:
                profile = self._profile.asked_on(question.date, question.replicate, question.keyword)
                return await ask(page, profile, question.text)

            yield put
