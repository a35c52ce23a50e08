"""What can go wrong with a browser and its pages, in this project's kinds of error."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakSet

from playwright.async_api import Browser, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from answerlens_common.errors import BusinessError, SystemFaultError, TransientError
from answerlens_common.wording import Worded


class CrashScope(Worded):
    """What died."""

    BROWSER = "browser", "浏览器崩溃。", "The browser, with all its pages."
    PAGE = "page", "页面崩溃。", "One page; the browser lives."


_TOLD: "WeakSet[Browser]" = WeakSet()


class BrowserCrashedError(SystemFaultError):
    """A browser, or one page of it, died while it was working. Every piece of work in hand gets one.

    Attributes:
        scope: what died.
        is_news: False when another error has told of the same crash already.
    """

    def __init__(self, scope: CrashScope, browser: Browser | None = None) -> None:
        super().__init__(f"the {scope} crashed")
        self.scope = scope
        self.is_news = scope is CrashScope.PAGE or browser not in _TOLD
        if scope is CrashScope.BROWSER and browser is not None:
            _TOLD.add(browser)


class BrowserMissingError(SystemFaultError):
    """There is no Chromium to run."""

    def __init__(self, tried: str) -> None:
        super().__init__(f"no Chromium found ({tried}): install it, or set ANSWERLENS_CHROMIUM_PATH")
        self.tried = tried


class BrowserLaunchError(SystemFaultError):
    """Chromium did not start."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StorageStateError(BusinessError):
    """An account's saved session cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class PageTimeoutError(TransientError):
    """A page did not do in time what was asked of it."""


class PageFailedError(TransientError):
    """A page could not be loaded or worked with; `reason` is the browser's own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextlib.contextmanager
def page_errors(page: Page) -> Iterator[None]:
    """Raise what Playwright raises about `page` as one of the errors above."""
    try:
        yield
    except PlaywrightError as error:
        browser = page.context.browser
        reason = error.message.split("\n", 1)[0]
        if browser is None or not browser.is_connected():
            raise BrowserCrashedError(CrashScope.BROWSER, browser) from error
        if "crashed" in reason:
            raise BrowserCrashedError(CrashScope.PAGE) from error
        if isinstance(error, PlaywrightTimeoutError):
            raise PageTimeoutError(reason) from error
        raise PageFailedError(reason) from error
