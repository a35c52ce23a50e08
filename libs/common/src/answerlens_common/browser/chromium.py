"""One Chromium process, through Playwright: launched quietly, watched for crashes, ended with all its children."""

import asyncio
import contextlib
import json
import os
import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from playwright.async_api import Browser, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError
from prometheus_client import Counter
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.browser.egress import EgressProxy
from answerlens_common.browser.errors import (
    BrowserCrashedError,
    BrowserLaunchError,
    BrowserMissingError,
    CrashScope,
    PageFailedError,
    StorageStateError,
)
from answerlens_common.browser.processes import adopt_orphans, end_processes, marked_children, private_memory
from answerlens_common.limits.breakers import PLAYWRIGHT, Breakers
from answerlens_common.observing.logs import get_logger

LOCALE = "zh-CN"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # a page's peer connections must not go round its context's proxy
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
MARK = "ANSWERLENS_BROWSER"  # in a browser's environment: which of them a helper belongs to
LAUNCH_SECONDS = 60.0
CLOSE_SECONDS = 5.0

browser_crashes = Counter(
    "answerlens_browser_crashes_total", "Crashes of a browser or of one of its pages, each counted once"
)


class BrowserSettings(BaseSettings):
    """Which Chromium, and how much of it."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_")

    chromium_path: Path | None = Field(default=None, description="found on PATH when not given")
    chromium_headless: bool = True
    chromium_sandbox: bool = Field(
        default_factory=lambda: os.geteuid() != 0,
        description="off where the kernel or the container does not allow it (and for root): then that is the sandbox",
    )
    pages_per_browser: int = Field(default=10, ge=1, le=50)
    browser_memory_mb: int = Field(
        default=3072, ge=1, description="a browser whose processes hold more is replaced when its pages are free"
    )
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class BrowserProcesses:
    """A browser's process group, and the helpers (crash handlers) that it starts outside of it."""

    group: int
    helpers: tuple[int, ...]


class ManagedBrowser:
    """A running Chromium, in a process group of its own; `launch_browser` makes one."""

    def __init__(
        self,
        settings: BrowserSettings,
        playwright: Playwright,
        browser: Browser,
        processes: BrowserProcesses,
    ) -> None:
        self._settings = settings
        self._playwright = playwright
        self._browser = browser
        self._egress: EgressProxy | None = None
        self._egress_lock = asyncio.Lock()
        self._closing = False
        self._ending: asyncio.Task[None] | None = None
        self.processes = processes
        browser.on("disconnected", lambda _: self._disconnected())

    @property
    def alive(self) -> bool:
        """Whether the browser runs and answers."""
        return self._browser.is_connected()

    async def overgrown(self) -> bool:
        """Whether its processes hold more memory than they may."""
        held = await asyncio.to_thread(private_memory, self.processes.group)
        return held > self._settings.browser_memory_mb * 1024 * 1024

    async def new_page(self, storage_state: Path | None = None, *, allow_private_addresses: bool = False) -> Page:
        """A page in a fresh context of its own, with an account's saved session; closed by `page.context.close()`.

        Raises:
            StorageStateError: the session file is missing or is no session.
            PageFailedError: the browser would not open it.
            BrowserCrashedError: the browser is dead.
        """
        if storage_state is not None:
            _check_storage_state(storage_state)
        proxy = None if allow_private_addresses else {"server": await self._egress_url()}
        try:
            context = await self._browser.new_context(
                locale=LOCALE,
                timezone_id=self._settings.timezone,
                storage_state=storage_state,
                proxy=proxy,  # type: ignore[arg-type]  # a TypedDict that is not exported
                accept_downloads=False,
            )
            page = await context.new_page()
        except PlaywrightError as error:
            if self.alive:
                raise PageFailedError(error.message.split("\n", 1)[0]) from error
            raise BrowserCrashedError(CrashScope.BROWSER, self._browser) from error
        page.on("crash", lambda _: self._crashed(CrashScope.PAGE))
        return page

    async def close(self) -> None:
        """End the browser, its driver and every process it started; also after a crash."""
        self._closing = True
        for step in (self._browser.close, self._playwright.stop):
            # a hung or dead browser must not keep us: its group is killed below
            with contextlib.suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(step(), CLOSE_SECONDS)
        await (self._ending or self._end_processes())
        if self._egress is not None:
            await self._egress.__aexit__()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _egress_url(self) -> str:
        async with self._egress_lock:
            if self._egress is None:
                self._egress = await EgressProxy().__aenter__()
        return self._egress.url

    def _disconnected(self) -> None:
        if not self._closing:
            self._crashed(CrashScope.BROWSER)
            # now and once: it may be hours until the browser is missed, and its numbers may be others' by then
            self._ending = asyncio.get_running_loop().create_task(self._end_processes())

    async def _end_processes(self) -> None:
        await end_processes(self.processes.group, self.processes.helpers)

    def _crashed(self, scope: CrashScope) -> None:
        if self._closing:
            return
        if scope is CrashScope.BROWSER:
            self._closing = True  # its pages' own crashes are this one
        browser_crashes.inc()
        get_logger().error("browser crashed", scope=scope, group=self.processes.group)


@asynccontextmanager
async def browser_in_use(breakers: Breakers) -> AsyncIterator[None]:
    """Launch or use a browser in this context, if breaker `playwright` lets us.

    A crash counts against it once, whatever pages it had; what a site does to a page does not.

    Raises:
        BreakerOpenError: browsers are left alone for a while.
    """
    async with breakers.guard(PLAYWRIGHT, BrowserLaunchError, BrowserMissingError) as call:
        try:
            yield
        except BrowserCrashedError as error:
            call.failed = error.is_news or call.probe is not None
            raise


async def launch_browser(settings: BrowserSettings) -> ManagedBrowser:
    """Start Chromium; use it as an async context manager, or `close` it.

    Raises:
        BrowserMissingError: there is none on this machine.
        BrowserLaunchError: it did not start.
    """
    program = _find_chromium(settings.chromium_path)
    adopt_orphans()
    mark = uuid.uuid4().hex
    playwright = await async_playwright().start()
    try:
        browser = await playwright.chromium.launch(
            executable_path=program,
            headless=settings.chromium_headless,
            args=[*FLAGS],
            chromium_sandbox=settings.chromium_sandbox,
            env={**os.environ, MARK: mark},
            # a service stops its browsers itself, after the work in hand
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=LAUNCH_SECONDS * 1000,
        )
        processes = await _processes_of(browser, mark)
    except PlaywrightError as error:
        await playwright.stop()
        raise BrowserLaunchError(error.message) from error
    return ManagedBrowser(settings, playwright, browser, processes)


async def _processes_of(browser: Browser, mark: str) -> BrowserProcesses:
    """Playwright starts a browser as the leader of a process group, but does not say its number."""
    session = await browser.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    await session.detach()
    group = os.getpgid(next(process["id"] for process in processes if process["type"] == "browser"))
    return BrowserProcesses(group, tuple(marked_children(f"{MARK}={mark}")))


def _find_chromium(path: Path | None) -> str:
    if path is not None:
        if not os.access(path, os.X_OK):
            raise BrowserMissingError(str(path))
        return str(path)
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    raise BrowserMissingError(", ".join(PROGRAMS))


def _check_storage_state(path: Path) -> None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageStateError(path, str(error)) from error
    if not isinstance(content, dict) or not {"cookies", "origins"} & content.keys():
        raise StorageStateError(path, "is not a saved browser session (no cookies, no origins)")
