"""Warm pages of one engine: opened once, used for many questions, made anew before they grow old."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from answerlens_collector.fair_semaphore import FairSemaphore
from answerlens_collector.metrics import browsers_retired
from answerlens_collector.profile import SiteProfile
from answerlens_common.browser.chromium import BrowserSettings, ManagedBrowser, browser_in_use, launch_browser
from answerlens_common.browser.errors import page_errors
from answerlens_common.limits.breakers import Breakers
from answerlens_common.observing.logs import get_logger

CLOSE_SECONDS = 3.0


@dataclass(eq=False)
class _Host:
    """A browser and how many pages it has; a retired one gets no more, and ends with its last."""

    browser: ManagedBrowser
    pages: int = 0
    retired: bool = False


@dataclass(eq=False)
class _WarmPage:
    page: Page
    host: _Host
    questions: int = 0


class PagePool:
    """The pages of one engine, over as many browsers as they need; enter it, then take pages from it.

    A browser that crashes is replaced at the next page that is wanted; one that has grown too large, or holds a page
    that hangs, as soon as its pages are free.
    """

    def __init__(self, profile: SiteProfile, settings: BrowserSettings, breakers: Breakers) -> None:
        self._profile = profile
        self._settings = settings
        self._breakers = breakers
        self._turns = FairSemaphore(profile.pacing.pages, profile.pacing.min_seconds_between_asks)
        self._idle: list[_WarmPage] = []
        self._hosts: list[_Host] = []
        self._placing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._idle.clear()
        hosts, self._hosts = self._hosts, []
        await asyncio.gather(*(host.browser.close() for host in hosts))

    @asynccontextmanager
    async def page(self, *, urgent: bool = False) -> AsyncIterator[Page]:
        """A page that no other question uses, at this caller's turn: urgent ones first, the account's pace kept.

        A page that its user leaves with an error is not used again.

        Raises:
            BrowserCrashedError: the browser died while the page was opened.
            BreakerOpenError: browsers crash, and are left alone for a while.
            StorageStateError: the account's saved session cannot be read.
        """
        async with self._turns.turn(urgent=urgent), browser_in_use(self._breakers):
            warm = await self._take()
            used = False
            try:
                yield warm.page
                used = True
            finally:
                warm.questions += 1
                fresh = warm.questions < self._profile.limits.questions_per_context
                if await warm.host.browser.overgrown():
                    await self._retire(warm.host, "memory")
                if used and fresh and warm.host.browser.alive and not warm.host.retired:
                    self._idle.append(warm)
                else:
                    await self._discard(warm)

    @asynccontextmanager
    async def blank(self) -> AsyncIterator[Page]:
        """A page that is at no site, beside all turns; its browser is the one that the first question will use.

        Raises:
            BrowserLaunchError, BrowserMissingError, BrowserCrashedError, PageFailedError: there is none.
        """
        async with self._placing:
            host = await self._host()
        page = await host.browser.new_page(allow_private_addresses=True)
        try:
            with page_errors(page):
                yield page
        finally:
            with contextlib.suppress(PlaywrightError):
                await page.context.close()

    async def _take(self) -> _WarmPage:
        async with self._placing:
            while self._idle:
                warm = self._idle.pop()
                if warm.host.browser.alive and not warm.page.is_closed():
                    return warm
                warm.host.pages -= 1
            host = await self._host()
            host.pages += 1
        try:
            page = await host.browser.new_page(
                self._profile.account.storage_state,
                allow_private_addresses=self._profile.allow_private_addresses,
            )
        except BaseException:
            host.pages -= 1
            raise
        return _WarmPage(page, host)

    async def _host(self) -> _Host:
        """A living browser with room for one more page."""
        for host in [*self._hosts]:
            if not host.browser.alive:
                self._hosts.remove(host)
                await host.browser.close()
            elif host.pages < self._settings.pages_per_browser and not host.retired:
                return host
        host = _Host(await launch_browser(self._settings))
        self._hosts.append(host)
        return host

    async def _discard(self, warm: _WarmPage) -> None:
        # a dead or hung page must not hold the pool up: it ends with its browser
        try:
            with contextlib.suppress(PlaywrightError):
                await asyncio.wait_for(warm.page.context.close(), CLOSE_SECONDS)
        except TimeoutError:
            await self._retire(warm.host, "hung page")
        finally:
            warm.host.pages -= 1
        if warm.host.retired and not warm.host.pages and warm.host in self._hosts:
            self._hosts.remove(warm.host)
            await warm.host.browser.close()

    async def _retire(self, host: _Host, reason: str) -> None:
        if host.retired:
            return
        host.retired = True
        browsers_retired.labels(reason).inc()
        get_logger().info("browser retired", reason=reason, group=host.browser.processes.group)
        for idle in [warm for warm in self._idle if warm.host is host]:
            self._idle.remove(idle)
            await self._discard(idle)
