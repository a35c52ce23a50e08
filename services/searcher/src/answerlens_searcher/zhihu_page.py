"""Zhihu's search page, read in a real browser with a real account.

The page fills itself from a JSON interface that it signs itself; reading that answer inside the page is sturdier than
reading its markup. See docs/decisions/0004.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Response
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.browser.chromium import BrowserSettings, ManagedBrowser, browser_in_use, launch_browser
from answerlens_common.browser.errors import page_errors
from answerlens_common.limits.breakers import Breakers
from answerlens_searcher.questions import MOST_QUESTIONS, distinct, from_search
from answerlens_searcher.source import (
    CaptchaError,
    ChangedShapeError,
    EmptyResultError,
    LoginRequiredError,
    SignatureRefusedError,
    SourceBusyError,
    SourceQuestion,
)

_CAPTCHA_CODES = {40352}
_LOGIN_CODES = {40353, 100}
_SIGNATURE_CODES = {10003}
# Several pages of results and their pauses; a browser whose network hangs does not say so.
_SEARCH_SECONDS = 150.0
_CLOSE_SECONDS = 5.0
_SCROLL_TO_END = "window.scrollTo(0, document.documentElement.scrollHeight)"


class ZhihuSettings(BaseSettings):
    """Which site, and whose account."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_ZHIHU_")

    url: str = Field(default="https://www.zhihu.com", pattern=r"^https?://")
    storage_state: Path | None = Field(default=None, description="the account's saved session; search needs one")
    page_seconds: float = Field(default=30.0, gt=0, description="how long a page of results may take")
    pause_seconds: float = Field(default=1.2, ge=0, description="between pages of results")

    @property
    def is_private(self) -> bool:
        """Whether the operator named an address of their own network."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_private
        except ValueError:
            return "." not in host  # localhost, or a neighbour in the same compose file or namespace


class ZhihuPage:
    """The search page as a source of questions."""

    def __init__(self, settings: ZhihuSettings, browser: BrowserSettings, breakers: Breakers) -> None:
        self._settings = settings
        self._browser_settings = browser
        self._breakers = breakers
        self._stack = AsyncExitStack()
        self._browser: ManagedBrowser | None = None
        self._launching = asyncio.Lock()
        self._searches = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def search(self, keyword: str, _known: Sequence[SourceQuestion] = (), /) -> list[SourceQuestion]:
        """At most 100 questions, in the order of the results."""
        async with browser_in_use(self._breakers):
            return await self._search_in_browser(keyword)

    async def _search_in_browser(self, keyword: str) -> list[SourceQuestion]:
        browser = await self._living_browser()
        self._searches += 1
        try:
            return await self._search_in(browser, keyword)
        finally:
            self._searches -= 1

    async def _search_in(self, browser: ManagedBrowser, keyword: str) -> list[SourceQuestion]:
        page = await browser.new_page(self._settings.storage_state, allow_private_addresses=self._settings.is_private)
        try:
            with page_errors(page):
                async with asyncio.timeout(_SEARCH_SECONDS):
                    return await self._search(page, keyword)
        except TimeoutError as error:
            message = f"the search page has hung for {_SEARCH_SECONDS:g} s"
            raise SourceBusyError(message) from error
        finally:
            # whatever went wrong, a page that cannot be closed is not it
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(page.context.close(), _CLOSE_SECONDS)

    async def _living_browser(self) -> ManagedBrowser:
        async with self._launching:
            old = self._browser
            if old is not None and old.alive and (self._searches or not await old.overgrown()):
                return old
            await self._stack.aclose()
            new = await self._stack.enter_async_context(await launch_browser(self._browser_settings))
            self._browser = new
            return new

    async def _search(self, page: Page, keyword: str) -> list[SourceQuestion]:
        results: asyncio.Queue[Response] = asyncio.Queue()
        page.on("response", lambda response: results.put_nowait(response) if _is_result(response) else None)
        query = urlencode({"type": "content", "q": keyword})
        opened = await page.goto(f"{self._settings.url}/search?{query}", wait_until="domcontentloaded")
        await _refuse_walls(page, opened)
        found: list[SourceQuestion] = []
        seen: set[tuple[object, object]] = set()
        while (batch := await self._next(page, results, is_first=not seen)) is not None:
            items, is_end = batch
            found = distinct([*found, *from_search(items)], keyword)
            known = len(seen)
            seen |= {(item["type"], item.get("id")) for item in items}
            # the site's own word for the end is not reliable
            if is_end or len(seen) == known or len(found) >= MOST_QUESTIONS:
                break
            await asyncio.sleep(self._settings.pause_seconds)
            await page.evaluate(_SCROLL_TO_END)
        if not found:
            raise EmptyResultError(keyword)
        return found[:MOST_QUESTIONS]

    async def _next(
        self, page: Page, results: asyncio.Queue[Response], *, is_first: bool
    ) -> tuple[list[Any], bool] | None:
        """The items of the next page of results and whether it is the last; None when scrolling brings no more."""
        try:
            response = await asyncio.wait_for(results.get(), self._settings.page_seconds)
            body = await asyncio.wait_for(response.json(), self._settings.page_seconds)
        except TimeoutError:
            await _refuse_walls(page, None)
            if not is_first:
                return None
            message = f"no results within {self._settings.page_seconds:g} s"
            raise SourceBusyError(message) from None
        except ValueError as error:
            where = "the result is not JSON"
            raise ChangedShapeError(where) from error
        _refuse_error(response.status, body)
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            where = "the result has no list `data`"
            raise ChangedShapeError(where)
        paging = body.get("paging")
        return body["data"], not isinstance(paging, dict) or paging.get("is_end") is not False


def _is_result(response: Response) -> bool:
    return urlsplit(response.url).path.endswith("/api/v4/search_v3") and response.request.method == "GET"


async def _refuse_walls(page: Page, opened: Response | None) -> None:
    """Raise when the page is a captcha or a login wall instead of a search."""
    path = urlsplit(page.url).path
    if "/account/unhuman" in path or "安全验证" in await page.title():
        message = "the site asks for a human check"
        raise CaptchaError(message)
    if path.endswith("/signin") or (opened is not None and opened.status in {401, 403}):
        message = "search needs a logged-in account"
        raise LoginRequiredError(message)
    if opened is not None and (opened.status == 429 or opened.status >= 500):  # noqa: PLR2004 - HTTP's own numbers
        message = f"the search page answered {opened.status}"
        raise SourceBusyError(message)


def _refuse_error(status: int, body: object) -> None:
    """Raise what an error of the JSON interface means."""
    error = body.get("error") if isinstance(body, dict) else None
    if error is None and status < 400:  # noqa: PLR2004 - HTTP's own numbers
        return
    code = error.get("code") if isinstance(error, dict) else None
    message = f"search answered {status}, code {code}"
    if code in _CAPTCHA_CODES:
        raise CaptchaError(message)
    if code in _LOGIN_CODES or status == 401:  # noqa: PLR2004 - HTTP's own numbers
        raise LoginRequiredError(message)
    if code in _SIGNATURE_CODES:
        raise SignatureRefusedError(message)
    raise SourceBusyError(message)
