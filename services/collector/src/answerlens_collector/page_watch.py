"""Watches the page for one answer by a script of its own in it, which tells of changes as they come."""

import asyncio
import contextlib
from importlib.resources import files
from typing import Any, Final, Self

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, JSHandle, Page

from answerlens_collector.page_snapshot import PageSnapshot, selector_signs, snapshot
from answerlens_collector.profile import SiteProfile

_HERE: Final = files("answerlens_collector")
_FIND: Final = (_HERE / "page_find.js").read_text(encoding="utf-8")
_WATCH: Final = (_HERE / "page_watch.js").read_text(encoding="utf-8")
_SCRIPT: Final = f"(config) => ({_WATCH})(config, ({_FIND})(config.dom))"
# Changes that come sooner than this after each other are told together.
_FLUSH_MS: Final = 40
STOP_SECONDS: Final = 1.0
# A page that is loaded anew this often while it is looked at once is let go.
_LOADS: Final = 5
RETURN_MS: Final = 10_000

Place = Page | Frame
"""Where the conversation is: the page, or a frame of it."""


class PageWatch:
    """Enter it just before the question is sent: what is on the page then is no part of the answer.

    A page that is loaded anew meanwhile is watched on; what it shows again of before stays old.
    """

    def __init__(self, place: Place, profile: SiteProfile, question: str | None = None) -> None:
        self._question = question
        self.place = place
        self._page = place if isinstance(place, Page) else place.page
        self._profile = profile
        self._before: dict[str, list[str]] | None = None
        self._script: JSHandle | None = None

    async def __aenter__(self) -> Self:
        self._script = await self._begin()
        self._before = await self._script.evaluate("(watch) => watch.before()")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._script is not None:
            # a page that hangs, or has gone, needs no stopping
            with contextlib.suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(self._script.evaluate("(watch) => watch.stop()"), STOP_SECONDS)

    async def look(self) -> PageSnapshot:
        """What is there now."""
        return await self._told("(watch) => watch.look()", None)

    async def change(self, quiet: float, most: float) -> PageSnapshot:
        """What is there when a sign has changed, or nothing has for `quiet` seconds; after `most` seconds anyway."""
        return await self._told("(watch, [quiet, most]) => watch.next(quiet, most)", [quiet, most])

    async def _told(self, call: str, argument: list[float] | None) -> PageSnapshot:
        for left in range(_LOADS, 0, -1):
            try:
                if self._script is None:
                    self._script = await self._begin()
                seen: dict[str, Any] = await self._script.evaluate(call, argument)
            except PlaywrightError as error:
                if self._page.is_closed() or "crashed" in error.message or left == 1:
                    raise
                # the page has gone to another address, and its script with it
                self._script = None
                await self.place.wait_for_load_state("domcontentloaded", timeout=RETURN_MS)
            else:
                title = seen["title"] if self.place is self._page else await self._page.title()
                return snapshot(seen, self._profile, self._page.url, title)
        raise AssertionError

    async def _begin(self) -> JSHandle:
        dom = self._profile.dom.model_dump(mode="json")
        config = {
            "dom": dom,
            "input": self._profile.input.selector,
            "question": self._question,
            "signs": selector_signs(self._profile),
            "before": self._before,
            "flush": _FLUSH_MS,
        }
        return await self.place.evaluate_handle(_SCRIPT, config)


async def glance(place: Place, profile: SiteProfile) -> PageSnapshot:
    """Look at the page once, before anything is asked."""
    async with PageWatch(place, profile) as watch:
        return await watch.look()
